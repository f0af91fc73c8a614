"""What the scripts of golden vectors share: the images, the recipes and the file that the tests read.

The file: a line with the versions of the libraries; for each image a line "image WIDTH HEIGHT" and a
line of its bytes (row, column, channel); for each case a line of five fields separated by tabs (name,
index of the image, size of the view, recipe, the drawn columns as "column=value ...") and a line of the
view's values (channel, row, column) in units of 1e-6. A column that is not named is neutral.
"""

import itertools
import math
import pathlib
import re

import numpy

SEED = 7
CROP = ("crop_x", "crop_y", "crop_width", "crop_height")
COLUMNS = dict(
    crop=CROP, flip=("flip",), rotate=("rotate",), grey=("grey",), blur=("sigma",),
    jitter=("jitter", "order", "brightness", "contrast", "saturation", "hue"),
    solarize=("threshold",), cutout=("cutout_x", "cutout_y", "cutout_width", "cutout_height"),
    sobel=("sobel",), equalize=("equalize",), resize=("resize",), centre_crop=("centre_crop",),
    normalize=("mean_red", "mean_green", "mean_blue", "std_red", "std_green", "std_blue"))
# Brightness 0, contrast 1, saturation 2, hue 3; the column `order` is the place in this list.
ORDERS = list(itertools.permutations(range(4)))


def smooth_image(width, height, noise, random):
    """A wave in each channel, from about 15 to 240, and uniform noise."""
    y, x, channel = numpy.indices((height, width, 3))
    wave = numpy.sin(x * (0.11 + 0.05 * channel) + y * (0.13 - 0.03 * channel) + 2 * channel)
    values = 127.5 + 100 * wave + random.uniform(-noise, noise, (height, width, 3))
    return values.round().clip(0, 255).astype(numpy.uint8)


def images():
    """The images of every file: noise, a smooth one with noise, one pixel, a smooth tall one."""
    random = numpy.random.RandomState(SEED)
    return [random.randint(0, 256, (14, 20, 3)).astype(numpy.uint8),
            smooth_image(61, 47, 12, random),
            numpy.array([[[200, 31, 90]]], numpy.uint8),
            smooth_image(33, 90, 0, random)]


def steps(recipe):
    """Yields the name, the words, the numbers and the draws' suffix ("", "_2", ...) of each step."""
    seen = []
    for text in recipe.removeprefix("simclr: ").split(" | "):
        name, arguments = re.fullmatch(r"(\w+)(?:\((.*)\))?(?:@[\d.]+)?", text).groups()
        arguments = arguments.split(", ") if arguments else []
        words = [argument for argument in arguments if argument[0].isalpha()]
        seen.append(name)
        suffix = "" if seen.count(name) == 1 else f"_{seen.count(name)}"
        yield name, words, [float(a) for a in arguments if a not in words], suffix


def own_draws(name, suffix, draws):
    """The draws of one step, without the suffix."""
    return {column: draws[column + suffix] for column in COLUMNS[name] if column + suffix in draws}


def rectangle(own, name, size, least):
    """Left, top, width and height in pixels of shares of a view."""
    width, height = (max(least, round(own.get(f"{name}_{side}", 1) * size))
                     for side in ("width", "height"))
    left = math.floor(own.get(f"{name}_x", 0) * (size - width + 1))
    top = math.floor(own.get(f"{name}_y", 0) * (size - height + 1))
    return left, top, width, height


def write(script, versions, view_of, cases):
    """Writes the file beside the script; view_of gives a case's values, [3, size, size]."""
    lines, stored = [versions], images()
    for image in stored:
        lines += [f"image {image.shape[1]} {image.shape[0]}", " ".join(map(str, image.flatten()))]
    names = set()
    for name, index, size, recipe, draws in cases:
        known = {column + suffix for step, _, _, suffix in steps(recipe) for column in COLUMNS[step]}
        assert set(draws) <= known and name not in names, name
        names.add(name)
        view = numpy.asarray(view_of(name, stored[index], size, recipe, draws), numpy.float64)
        assert view.shape == (3, size, size) and numpy.isfinite(view).all(), name
        values = (view * 1e6).round().astype(numpy.int64).flatten()
        drawn = " ".join(f"{column}={value}" for column, value in draws.items())
        lines += ["\t".join([name, str(index), str(size), recipe, drawn]), " ".join(map(str, values))]
    pathlib.Path(script).with_suffix(".txt").write_text("\n".join(lines) + "\n")
