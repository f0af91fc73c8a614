"""Golden vectors of torchvision's image operators, for the conventions of the views.

Run: python tests/golden/views_torchvision.py   (torch 2.11.0, torchvision 0.26.0, kornia 0.9.0, CPU)
Writes tests/golden/views_torchvision.txt in the form that golden_views.py describes. The Sobel filter is
kornia's. The result of a bicubic crop is clamped to [0, 1], which torchvision does for bytes only.
"""

import kornia
import torch
import torchvision
import torchvision.transforms.v2.functional as F
from torchvision.transforms.v2 import InterpolationMode

from golden_views import CROP, ORDERS, own_draws, rectangle, steps, write

STOCK = ("crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.5)@0.8 | grey@0.2 | blur(0.1, 2)@0.5"
         " | solarize(0.5)@0.2")
JITTER = "crop(0.08, 1) | jitter(0.8, 0.8, 0.8, 0.5)"
NEUTRAL = dict(jitter=1, order=0, brightness=1.0, contrast=1.0, saturation=1.0, hue=0.0)
FACTORS = dict(brightness=1.4, contrast=0.6, saturation=1.7, hue=0.13)


def resized_crop(view, box, size, words):
    x, y, width, height = box
    bicubic = "bicubic" in words
    mode = InterpolationMode.BICUBIC if bicubic else InterpolationMode.BILINEAR
    view = F.resized_crop(view, y, x, height, width, [size, size], mode, antialias="plain" not in words)
    return view.clamp(0, 1) if bicubic else view


def first(view, size, name, words, numbers, own):
    """The step that reads the source image; any other step reads it squeezed to the view's size."""
    height, width = view.shape[-2:]
    if name == "crop":
        box = [own.get(column, whole) for column, whole in zip(CROP, (0, 0, width, height))]
        return resized_crop(view, box, size, words)
    if name in ("resize", "centre_crop"):
        return step(view, size, name, words, numbers, own)
    view = F.resize(view, [size, size], antialias=True)
    return step(view, size, name, words, numbers, own)


def jitter(view, own):
    operators = [F.adjust_brightness, F.adjust_contrast, F.adjust_saturation, F.adjust_hue]
    factors = [own[column] for column in ("brightness", "contrast", "saturation", "hue")]
    for i in ORDERS[own["order"]]:
        view = operators[i](view, factors[i])
    return view


def solarize(view, threshold):
    assert (view - threshold).abs().min() > 1e-4, "a value too near to the threshold"
    return F.solarize(view, threshold)


def equalize(view):
    scaled = view * 255.999  # what becomes the byte, by truncation
    gap = (scaled - scaled.round()).abs()[(view > 0) & (view < 1)]
    assert gap.numel() == 0 or gap.min() > 2e-4, "a value too near to the next byte"
    return F.equalize(view)


def resize(view, side):
    """Shorter side to `side`, then the centred square."""
    return F.center_crop(F.resize(view, [side], antialias=True), [side, side])


def step(view, size, name, words, numbers, own):
    """A step on a view; the view itself if nothing is drawn for it."""
    if not own.get(name, bool(own)):
        return view
    side = view.shape[-1]
    if name == "crop":
        return resized_crop(view, rectangle(own, "crop", side, 1), size, words)
    if name == "flip":
        return F.horizontal_flip(view)
    if name == "rotate":
        return F.rotate(view, 90 * own["rotate"])
    if name == "jitter":
        return jitter(view, own)
    if name == "grey":
        return F.rgb_to_grayscale(view, num_output_channels=3)
    if name == "blur":
        return F.gaussian_blur(view, [2 * max(1, side // 20) + 1] * 2, [own["sigma"]] * 2)
    if name == "solarize":
        return solarize(view, own["threshold"])
    if name == "cutout":
        left, top, width, height = rectangle(own, "cutout", side, 0)
        return F.erase(view, top, left, height, width, torch.zeros(3, 1, 1))
    if name == "sobel":
        return kornia.filters.sobel(view[None], normalized=True, eps=1e-6)[0]
    if name == "equalize":
        return equalize(view)
    if name == "resize":
        return resize(view, int(numbers[0]))
    if name == "centre_crop":
        return F.center_crop(view, [int(numbers[0])] * 2)
    assert name == "normalize" and numbers == list(own.values())
    return F.normalize(view, numbers[:3], numbers[3:])


def view_of(name, image, size, recipe, draws):
    view = torch.from_numpy(image).permute(2, 0, 1).float() / 255
    for i, (operator, words, numbers, suffix) in enumerate(steps(recipe)):
        apply = first if i == 0 else step
        view = apply(view, size, operator, words, numbers, own_draws(operator, suffix, draws))
    return view.numpy()


def crop(x, y, width, height, suffix=""):
    return {column + suffix: value for column, value in zip(CROP, (x, y, width, height))}


def crop_cases():
    plain, bicubic = "crop(0.08, 1, plain)", "crop(0.08, 1, bicubic)"
    both = "crop(0.08, 1, 0.75, 1.3333, bicubic, plain)"
    for index in (0, 1, 3):
        for size in (5, 7, 9, 16):
            yield f"whole{index}_{size}", index, size, "crop(0.08, 1)", {}
    yield "whole0_33", 0, 33, "crop(0.08, 1)", {}
    yield "whole_plain", 1, 9, plain, {}
    yield "whole_bicubic", 1, 9, bicubic, {}
    yield "whole_bicubic_plain", 1, 9, both, {}
    yield "squeezed_down", 1, 7, "flip", {}
    yield "squeezed_up", 0, 24, "flip", {}
    for word, recipe in dict(antialias="crop(0.08, 1, bilinear, antialias, by_area)", plain=plain,
                             bicubic=bicubic, bicubic_plain=both).items():
        yield f"{word}_up", 0, 17, recipe, crop(5, 3, 7, 10)
        yield f"{word}_down", 1, 12, recipe, crop(3, 2, 53, 41)
        yield f"{word}_mixed", 0, 12, recipe, crop(1, 4, 19, 5)
        yield f"{word}_mixed_tall", 3, 20, recipe, crop(20, 7, 11, 80)
        yield f"{word}_same", 0, 9, recipe, crop(11, 2, 9, 9)
        yield f"{word}_narrow", 1, 10, recipe, crop(60, 0, 1, 47)
        yield f"{word}_pixel", 0, 5, recipe, crop(19, 13, 1, 1)
        yield f"{word}_tiny_image", 2, 6, recipe, {}


def operator_cases():
    noise = crop(2, 1, 15, 12)
    for size in (8, 11):
        yield f"flip_{size}", 0, size, "crop(0.08, 1) | flip", dict(noise, flip=1)
        for turns in (1, 2, 3):
            yield (f"rotate{turns}_{size}", 0, size, "crop(0.08, 1) | rotate",
                   dict(noise, rotate=turns))
    yield "flip_alone", 1, 9, "flip", dict(flip=1)
    yield "rotate_alone", 3, 9, "rotate", dict(rotate=1)
    for column, values in dict(brightness=(1.6, 0.3), contrast=(1.8, 0.4), saturation=(0.3, 1.8),
                               hue=(-0.37, 0.5)).items():
        for i, value in enumerate(values):
            yield f"{column}{i}", 0, 8, JITTER, {**NEUTRAL, column: value}
    for order in range(24):
        yield f"jitter{order}", 0, 6, JITTER, dict(jitter=1, order=order, **FACTORS)
    yield "jitter_not_taken", 0, 8, JITTER, dict(jitter=0, order=4, **FACTORS)
    yield "grey", 0, 8, "crop(0.08, 1) | grey@0.2", dict(grey=1)
    for size, sigma in ((8, 0.8), (33, 1.1), (40, 2.0)):
        yield f"blur_{size}", 0, size, "crop(0.08, 1) | blur(0.1, 2)", dict(sigma=sigma)
    yield "blur_narrow", 0, 8, "crop(0.08, 1) | blur(0.1, 2)", dict(sigma=0.1)
    yield "solarize", 0, 8, "crop(0.08, 1) | solarize(0.4321)", dict(threshold=0.4321)
    cutout = "crop(0.08, 1) | cutout(0.02, 0.4)"
    yield ("cutout_wide", 0, 13, cutout,
           dict(cutout_x=0.4, cutout_y=0.15, cutout_width=0.6, cutout_height=0.25))
    yield ("cutout_corner", 1, 16, cutout,
           dict(cutout_x=0.99, cutout_y=0.99, cutout_width=0.33, cutout_height=0.7))
    for index in (0, 1):
        yield f"sobel{index}", index, 12, "crop(0.08, 1) | sobel", dict(sobel=1)
    yield "sobel_flat", 2, 5, "crop(0.08, 1) | sobel", dict(sobel=1)
    equal = "crop(0.08, 1) | equalize"
    yield "equalize_bytes", 1, 24, equal, dict(crop(20, 9, 24, 24), equalize=1)
    yield "equalize_resized", 1, 20, equal, dict(equalize=1)
    yield "equalize_small", 1, 8, equal, dict(crop(3, 5, 8, 8), equalize=1)
    yield "equalize_nearly_constant", 3, 20, equal, dict(crop(14, 30, 3, 2), equalize=1)
    yield "equalize_constant", 2, 20, equal, dict(equalize=1)


def sized_cases():
    for index, side in ((0, 9), (0, 12), (0, 25), (1, 16), (1, 11), (2, 6), (3, 7), (3, 12), (3, 40)):
        yield f"resize{index}_{side}", index, side, f"resize({side})", dict(resize=1)
    for index, side in ((0, 9), (0, 12), (0, 14), (0, 17), (0, 23), (0, 24), (1, 10), (1, 33), (2, 4),
                        (2, 5), (3, 16), (3, 36), (3, 37)):
        yield f"centre_crop{index}_{side}", index, side, f"centre_crop({side})", dict(centre_crop=1)
    mean, std = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    normalize = f"normalize({', '.join(map(str, mean + std))})"
    colours = ("red", "green", "blue")
    drawn = {f"mean_{colour}": value for colour, value in zip(colours, mean)}
    drawn |= {f"std_{colour}": value for colour, value in zip(colours, std)}
    for index in (0, 1, 3):
        yield (f"evaluation{index}", index, 9, f"resize(12) | centre_crop(9) | {normalize}",
               dict(resize=1, centre_crop=1, **drawn))
    yield ("normalized_chain", 0, 12, f"{STOCK} | {normalize}",
           dict(crop(2, 1, 15, 12), flip=1, grey=1, sigma=0.9, **drawn))


def chain_cases():
    factors = dict(jitter=1, order=13, **FACTORS)
    small = crop(2, 1, 15, 12)
    yield ("blur_then_jitter", 0, 12, "crop(0.08, 1) | blur(0.1, 2) | jitter(0.8, 0.8, 0.8, 0.5)",
           dict(small, sigma=0.7, **factors))
    yield ("flip_then_crop", 1, 15, "flip | crop(0.08, 1)",
           dict(flip=1, **crop(0.62, 0.3, 0.47, 0.73)))
    yield ("crop_twice", 1, 14, "crop(0.08, 1) | crop(0.08, 1)",
           dict(crop(7, 3, 40, 31), **crop(0.55, 0.2, 0.4, 0.8, "_2")))
    yield ("crop_twice_words", 0, 16, "crop(0.08, 1, plain) | crop(0.08, 1, bicubic)",
           dict(crop(1, 1, 18, 12), **crop(0.95, 0.05, 0.66, 0.41, "_2")))
    yield ("crop_to_a_pixel", 0, 7, "flip | crop(0.01, 1)", crop(0.7, 0.6, 0.02, 0.02))
    yield ("rotate_then_blur", 3, 21, "rotate | blur(0.1, 2)", dict(rotate=3, sigma=1.2))
    yield "nothing_drawn", 0, 10, STOCK, {}
    yield ("chain", 0, 32, STOCK,
           dict(small, flip=1, jitter=1, order=17, **FACTORS, grey=0, sigma=1.3, threshold=0.5))
    yield ("chain_down", 1, 32, STOCK,
           dict(crop(4, 0, 55, 47), flip=0, jitter=1, order=6, brightness=0.7, contrast=1.3,
                saturation=0.5, hue=-0.08, grey=0, sigma=0.6, threshold=0.5))
    yield ("chain_grey", 1, 32, STOCK,
           dict(crop(30, 11, 20, 26), flip=1, jitter=1, order=22, **FACTORS, grey=1, sigma=1.9,
                threshold=0.5))


def main():
    versions = (f"torchvision {torchvision.__version__.split('+')[0]} torch "
                f"{torch.__version__.split('+')[0]} kornia {kornia.__version__}")
    cases = [*crop_cases(), *operator_cases(), *sized_cases(), *chain_cases()]
    write(__file__, versions, view_of, cases)


if __name__ == "__main__":
    main()
