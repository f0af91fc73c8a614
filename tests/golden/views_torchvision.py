"""Golden vectors of torchvision's image operators, for the conventions of the views.

Run: python tests/golden/views_torchvision.py   (torch 2.11.0, torchvision 0.26.0, CPU)
Writes tests/golden/views_torchvision.txt, read by tests/dsl/views_test.cpp: an image of 20 x 14 pixels
as bytes, then cases of one line each, "name size" and the 14 draws, followed by a line of the view's
values (channel, row, column) in units of 1e-6.
"""

import pathlib

import torch
import torchvision
import torchvision.transforms.v2.functional as F
from torchvision.transforms.v2 import InterpolationMode

WIDTH, HEIGHT = 20, 14
NEUTRAL = [0, 0, WIDTH, HEIGHT, 0, 0, 0, 1, 1, 1, 0, 0, 0, 2]
COLUMNS = dict(flip=4, jitter=5, order=6, brightness=7, contrast=8, saturation=9, hue=10, grey=11,
               sigma=12, threshold=13)


def case(name, image, size, crop=(0, 0, WIDTH, HEIGHT), **draws):
    """Applies the operators in the stock order and returns the two lines of a case."""
    row = list(NEUTRAL)
    row[:4] = crop
    for column, value in draws.items():
        row[COLUMNS[column]] = value
    x, y, width, height = crop
    view = F.resized_crop(image, y, x, height, width, [size, size], InterpolationMode.BILINEAR,
                          antialias=False)
    if draws.get("flip"):
        view = F.horizontal_flip(view)
    if draws.get("jitter"):
        order = [(b, c, s, h) for b in range(4) for c in range(4) for s in range(4)
                 for h in range(4) if len({b, c, s, h}) == 4][draws["order"]]
        steps = [
            lambda v: F.adjust_brightness(v, draws["brightness"]),
            lambda v: F.adjust_contrast(v, draws["contrast"]),
            lambda v: F.adjust_saturation(v, draws["saturation"]),
            lambda v: F.adjust_hue(v, draws["hue"]),
        ]
        for step in order:
            view = steps[step](view)
    if draws.get("grey"):
        view = F.rgb_to_grayscale(view, num_output_channels=3)
    if draws.get("sigma"):
        taps = 2 * max(1, size // 20) + 1
        view = F.gaussian_blur(view, [taps, taps], [draws["sigma"]] * 2)
    if "threshold" in draws:
        view = F.solarize(view, draws["threshold"])
    values = (view.double() * 1e6).round().long().flatten().tolist()
    head = " ".join([name, str(size)] + [repr(float(value)) for value in row])
    return [head, " ".join(map(str, values))]


def main():
    torch.manual_seed(7)
    bytes_ = torch.randint(0, 256, (HEIGHT, WIDTH, 3), dtype=torch.uint8)
    image = bytes_.permute(2, 0, 1).float() / 255
    jitter = dict(jitter=1, brightness=1.4, contrast=0.6, saturation=1.7, hue=0.13)
    lines = [f"torchvision {torchvision.__version__} torch {torch.__version__.split('+')[0]}",
             f"{WIDTH} {HEIGHT}", " ".join(map(str, bytes_.flatten().tolist()))]
    lines += case("resize", image, 9)
    lines += case("enlarge", image, 33)
    lines += case("crop", image, 12, crop=(5, 3, 7, 10))
    lines += case("pixel", image, 5, crop=(19, 13, 1, 1))
    lines += case("flip", image, 11, crop=(1, 2, 13, 6), flip=1)
    none = dict(jitter=1, order=0, brightness=1, contrast=1, saturation=1, hue=0)
    lines += case("brightness", image, 8, **{**none, "brightness": 1.6})
    lines += case("contrast", image, 8, **{**none, "contrast": 1.8})
    lines += case("saturation", image, 8, **{**none, "saturation": 0.3})
    lines += case("hue", image, 8, **{**none, "hue": -0.37})
    for order in range(0, 24):
        lines += case(f"jitter{order}", image, 6, order=order, **jitter)
    lines += case("grey", image, 8, grey=1)
    lines += case("blur", image, 8, sigma=0.8)
    lines += case("wide_blur", image, 40, sigma=2.0)
    lines += case("solarize", image, 8, threshold=0.4321)
    lines += case("chain", image, 32, crop=(2, 1, 15, 12), flip=1, order=17, sigma=1.3, **jitter)
    pathlib.Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
