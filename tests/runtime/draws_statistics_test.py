"""The distributions of random views: python draws_statistics_test.py path/to/libhaliclr_ops.so

Crops and cutouts are compared with samples of torchvision's transforms, SimCLR's crops with
TensorFlow's algorithm (written here in numpy), flags with their probabilities, numbers with uniform
distributions; views, ids, epochs and seeds must be independent. Fixed seeds: no flicker.
"""

import itertools
import math
import sys
from unittest import SkipTest

import numpy as np
import torch
from scipy import stats
from torchvision.transforms import v2

haliclr = torch.ops.haliclr
IMAGES = 50_000
ROWS = 2 * IMAGES
# Of 140 p-values: a correct library with other streams fails in one of 700 cases, while a
# distribution function that is off by 0.011 anywhere still fails at this number of rows.
LEAST_P = 1e-5
LARGE = (4000, 4000)  # height, width: whole pixels do not show
PLAIN = "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5"
STOCK = f"{PLAIN} | solarize(0.5)@0.3"
SIMCLR = f"simclr: {PLAIN}"
# Each attempt to crop fits, and each operator with numbers is taken: every column is informative.
FITTING = "crop(0.08, 0.5) | flip | jitter(1, 1, 1, 0.5) | grey@0.5 | blur(1, 2) | solarize(0)@0.5"
LONG = ("crop(0.08, 1) | flip | rotate | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | "
        "equalize@0.1 | blur(0.1, 2)@0.5 | sobel@0.1 | solarize(0.5)@0.2 | noise(0.1, 0.3)@0.5 | "
        "cutout(0.02, 0.33)@0.5 | normalize(imagenet)")
Columns = dict[str, np.ndarray]


def draw(recipe: str, size: tuple[int, int], seed=1, epoch=0, first_id=0) -> Columns:
    """The table of draws of IMAGES images of one size (height, width), by column."""
    table = torch.tensor([[0, *size]], dtype=torch.int32).repeat(IMAGES, 1)
    ids = torch.arange(first_id, first_id + IMAGES)
    draws = haliclr.view_draws(recipe, table, ids, seed, epoch).double().numpy()
    assert len(draws) == ROWS and np.isfinite(draws).all()
    return dict(zip(haliclr.view_columns(recipe), draws.T, strict=True))


def need(recipe: str) -> None:
    try:
        haliclr.view_columns(recipe)
    except (ValueError, RuntimeError) as error:
        raise SkipTest(f"view_columns refuses its recipe: {str(error)[:60]} ...") from error


def check(what: str, p: float) -> None:
    print(f"    {what}: p = {p:.2g}")
    assert p > LEAST_P, f"{what}: p = {p:.2g}"


def check_uniform(what: str, values: np.ndarray, low: float, high: float, slack=1e-6) -> None:
    assert low - slack <= values.min() and values.max() <= high + slack, f"{what}: outside"
    check(what, stats.kstest(values, "uniform", (low, high - low)).pvalue)


def check_same(what: str, ours: np.ndarray, theirs: np.ndarray) -> None:
    check(what, stats.ks_2samp(ours, theirs, method="asymp").pvalue)


def check_same_cells(what: str, ours: np.ndarray, theirs: np.ndarray) -> None:
    """Two-sample chi-square over cell numbers; cells with few samples are counted as one."""
    cells = 1 + max(ours.max(), theirs.max())
    counts = np.stack([np.bincount(ours, minlength=cells), np.bincount(theirs, minlength=cells)])
    rare = counts.sum(0) < 20
    table = np.column_stack([counts[:, ~rare], counts[:, rare].sum(1)])
    table = table[:, table.any(0)]
    check(what, stats.chi2_contingency(table, correction=False).pvalue)


def check_cells(what: str, cells: np.ndarray, count: int) -> None:
    """Chi-square of whole numbers that are uniform below count."""
    check(what, stats.chisquare(np.bincount(cells.astype(int), minlength=count)).pvalue)


def tenths(share: np.ndarray) -> np.ndarray:
    return (10 * share).astype(int).clip(0, 9)


def check_flags(draws: Columns, probabilities: dict[str, float]) -> None:
    """Each operator, known by a column, is taken with its probability, whatever others are."""
    flags = {c: draws[c] <= 1 if c == "threshold" else draws[c] > 0 for c in probabilities}
    for name, p in probabilities.items():
        check(f"{name} with {p}", stats.binomtest(int(flags[name].sum()), ROWS, p).pvalue)
    for name, other in itertools.combinations(flags, 2):
        phi = np.corrcoef(flags[name], flags[other])[0, 1]
        check(f"{name} and {other}", stats.chi2.sf(ROWS * phi ** 2, 1))  # of the 2 x 2 table


def torchvision_crops(size: tuple[int, int]) -> Columns:
    transform = v2.RandomResizedCrop(8, scale=(0.08, 1), ratio=(3 / 4, 4 / 3))
    image = [torch.empty(1, 1, 1).expand(3, *size)]
    drawn = [transform.make_params(image) for _ in range(ROWS)]
    keys = {"crop_x": "left", "crop_y": "top", "crop_width": "width", "crop_height": "height"}
    return {name: np.array([params[key] for params in drawn]) for name, key in keys.items()}


def tensorflow_attempt(height: int, width: int, count: int,
                       rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """TensorFlow's GenerateRandomCrop: x, y, width, height, and whether they are accepted."""
    ratio = rng.uniform(3 / 4, 4 / 3, count)
    least, most = 0.08 * width * height, 1.0 * width * height
    tallest = np.rint(np.sqrt(most / ratio))
    fitting = np.floor((width + 0.5 - 1e-7) / ratio)
    fitting -= np.rint(fitting * ratio) > width
    tallest = np.where(np.rint(tallest * ratio) > width, fitting, tallest).clip(max=height)
    h = np.minimum(np.rint(np.sqrt(least / ratio)), tallest)
    h += np.floor(rng.random(count) * (tallest - h + 1))
    h += np.rint(h * ratio) * h < least
    h -= np.rint(h * ratio) * h > most
    w = np.rint(h * ratio)
    covers = w * h >= 0.1 * width * height  # min_object_covered
    accepted = (w * h >= least) & (w * h <= most) & (w <= width) & (h <= height) & covers
    x, y = np.floor(rng.random((2, count)) * np.stack([width - w, height - h]))
    return np.column_stack([x, y, w, h]), accepted


def tensorflow_crops(size: tuple[int, int], rng: np.random.Generator) -> Columns:
    """sample_distorted_bounding_box as SimCLR calls it: 100 attempts, then the whole image."""
    height, width = size
    crops = np.tile([0.0, 0.0, width, height], (ROWS, 1))
    pending = np.arange(ROWS)
    for _ in range(100):
        attempt, accepted = tensorflow_attempt(height, width, pending.size, rng)
        crops[pending[accepted]] = attempt[accepted]
        pending = pending[~accepted]
    return dict(zip(("crop_x", "crop_y", "crop_width", "crop_height"), crops.T))


def area_share(crops: Columns, size: tuple[int, int]) -> np.ndarray:
    return crops["crop_width"] * crops["crop_height"] / math.prod(size)


def crop_cells(crops: Columns, size: tuple[int, int], first: str, second: str) -> np.ndarray:
    """The pair of columns as one number; sides from 64 pixels on are binned."""
    bins = {name: max(1, side // 32) for name, side in zip(("height", "width"), size)}
    bins |= {"y": bins["height"], "x": bins["width"]}
    one, other = (crops[f"crop_{name}"].astype(int) // bins[name] for name in (first, second))
    return 1000 * one + other


def check_same_crops(ours: Columns, theirs: Columns, size: tuple[int, int]) -> None:
    label = f"crop of {size[1]}x{size[0]}"
    for at, side, whole in (("x", "width", size[1]), ("y", "height", size[0])):
        start, extent = ours[f"crop_{at}"], ours[f"crop_{side}"]
        assert start.min() >= 0 and extent.min() > 0 and (start + extent).max() <= whole
    for pair in (("width", "height"), ("width", "x"), ("height", "y")):
        check_same_cells(f"{label}, {' and '.join(pair)}",
                         crop_cells(ours, size, *pair), crop_cells(theirs, size, *pair))
    if min(size) >= 256:  # ties make the test of smaller images insensitive
        check_same(f"{label}, area", area_share(ours, size), area_share(theirs, size))
        check_same(f"{label}, ratio", *(crops["crop_width"] / crops["crop_height"]
                                        for crops in (ours, theirs)))


def test_crops_equal_torchvision() -> None:
    torch.manual_seed(0)
    for size in ((32, 32), (375, 500), (91, 37)):
        check_same_crops(draw(STOCK, size), torchvision_crops(size), size)


def test_area_log_ratio_and_position_are_uniform() -> None:
    rng = np.random.default_rng(0)
    crops = draw(FITTING, LARGE)
    area = area_share(crops, LARGE)
    log_ratio = np.log(crops["crop_width"] / crops["crop_height"])
    end = math.log(4 / 3)
    check_uniform("crop area", area, 0.08, 0.5, slack=1e-3)
    check_uniform("crop log ratio", log_ratio, -end, end, slack=1e-3)
    area_cells, ratio_cells = tenths((area - 0.08) / 0.42), tenths((log_ratio + end) / (2 * end))
    check_cells("area and ratio", 10 * area_cells + ratio_cells, 100)
    # A whole number below count plus a uniform fraction, divided by count, is uniform.
    x, y = ((crops[f"crop_{at}"] + rng.random(ROWS)) / (4001 - crops[f"crop_{side}"])
            for at, side in (("x", "width"), ("y", "height")))
    check_cells("x and y", 10 * tenths(x) + tenths(y), 100)
    check_cells("x and area", 10 * tenths(x) + area_cells, 100)
    check_cells("y and ratio", 10 * tenths(y) + ratio_cells, 100)


def test_probabilities() -> None:
    check_flags(draw(STOCK, LARGE), dict(flip=0.5, jitter=0.8, grey=0.2, sigma=0.5, threshold=0.3))


def test_numbers_of_taken_operators() -> None:
    draws = draw(STOCK, LARGE)
    jittered = draws["jitter"] == 1
    for name, low, high in (("brightness", 0.2, 1.8), ("contrast", 0.2, 1.8),
                            ("saturation", 0.2, 1.8), ("hue", -0.2, 0.2)):
        check_uniform(name, draws[name][jittered], low, high)
        assert (draws[name][~jittered] == (0 if name == "hue" else 1)).all()
    check_uniform("sigma", draws["sigma"][draws["sigma"] > 0], 0.1, 2)
    check_cells("order", draws["order"][jittered], 24)
    assert (draws["order"][~jittered] == 0).all()
    strong = draw("jitter(1.5, 0, 0, 0.5)", LARGE, seed=2)
    check_uniform("brightness of strength 1.5", strong["brightness"], 0, 2.5)
    check_uniform("hue of strength 0.5", strong["hue"], -0.5, 0.5)
    assert (strong["contrast"] == 1).all() and (strong["saturation"] == 1).all()


def standardized(**stream: int) -> Columns:
    """The numbers of a view, independent of each other, with mean 0 and deviation 1."""
    draws = draw(FITTING, LARGE, **stream)
    width, height = draws["crop_width"], draws["crop_height"]
    numbers = {"area": width * height, "ratio": np.log(width / height),
               "x": draws["crop_x"] / (4000 - width), "y": draws["crop_y"] / (4000 - height)}
    for name in "flip order brightness contrast saturation hue grey sigma threshold".split():
        numbers[name] = draws[name]
    return {name: stats.zscore(values) for name, values in numbers.items()}


def check_uncorrelated(what: str, first: np.ndarray, second: np.ndarray) -> None:
    """Each number of the first with each of the second; [numbers, rows]."""
    rows = first.shape[1]
    r = first @ second.T / rows
    assert abs(np.diag(r)).max() < 4 / math.sqrt(rows), f"{what}: {np.diag(r)}"
    check(f"{what} uncorrelated", stats.chi2.sf(rows * (r ** 2).sum(), r.size))


def test_streams_are_independent() -> None:
    columns = standardized()
    for name, values in columns.items():
        check_same(f"{name} alike in both views", values[:IMAGES], values[IMAGES:])
    base = np.stack([*columns.values()])
    r = np.corrcoef(base)[np.triu_indices(len(base), 1)]
    check("numbers of one view uncorrelated", stats.chi2.sf(ROWS * (r ** 2).sum(), r.size))
    first, second = base[:, :IMAGES], base[:, IMAGES:]
    check_uncorrelated("views", first, second)
    check_uncorrelated("neighbouring ids", first[:, :-1], first[:, 1:])
    check_uncorrelated("view 2 and view 1 of the next id", second[:, :-1], first[:, 1:])
    for name, stream in (("epochs", {"epoch": 1}), ("seeds", {"seed": 2}),
                         ("far seeds", {"seed": 1 << 32}), ("far ids", {"first_id": 1 << 32})):
        check_uncorrelated(name, base, np.stack([*standardized(**stream).values()]))


def test_simclr_crops_equal_tensorflow() -> None:
    need(SIMCLR)
    rng = np.random.default_rng(0)
    for size, mean in (((32, 32), 0.432), ((256, 256), 0.422), ((375, 500), 0.388)):
        ours = draw(SIMCLR, size)
        check_same_crops(ours, tensorflow_crops(size, rng), size)
        assert abs(area_share(ours, size).mean() - mean) < 0.004  # five standard errors


def test_further_operators() -> None:
    need(LONG)
    draws = draw(LONG, LARGE)
    check_cells("rotate", draws["rotate"], 4)
    check_flags(draws, dict(flip=0.5, rotate=0.75, jitter=0.8, grey=0.2, equalize=0.1, sigma=0.5,
                            sobel=0.1, threshold=0.2, noise_sigma=0.5, cutout_width=0.5))
    check_uniform("noise", draws["noise_sigma"][draws["noise_sigma"] > 0], 0.1, 0.3)


def erased_sides(low: float, high: float) -> np.ndarray:
    """Shares of the image's width and height, [2, rectangles], of torchvision's RandomErasing."""
    erasing = v2.RandomErasing(1, scale=(low, high))
    image = [torch.empty(1, 1, 1).expand(3, *LARGE)]
    drawn = [erasing.make_params(image) for _ in range(IMAGES)]
    return np.array([(d["w"], d["h"]) for d in drawn if d["v"] is not None]).T / LARGE[0]


def check_cutouts(draws: Columns, low: float, high: float) -> None:
    taken = draws["cutout_width"] > 0
    assert (taken == (draws["cutout_height"] > 0)).all()
    x, y, w, h = (draws[f"cutout_{name}"][taken] for name in ("x", "y", "width", "height"))
    check_uniform("cutout x", x, 0, 1)
    check_uniform("cutout y", y, 0, 1)
    check_cells("cutout x and y", 10 * tenths(x) + tenths(y), 100)
    their_w, their_h = erased_sides(low, high)
    assert max(w.max(), h.max()) < 1 and low < (w * h).min() + 1e-3 < (w * h).max() < high + 1e-3
    assert 0.299 < (h / w).min() and (h / w).max() < 3.303, "height / width is not in [0.3, 3.3]"
    check_same("cutout area", w * h, their_w * their_h)
    check_same("cutout ratio", h / w, their_h / their_w)
    check_same_cells("cutout width and height", 10 * tenths(w) + tenths(h),
                     10 * tenths(their_w) + tenths(their_h))


def test_cutouts_equal_torchvision() -> None:
    need(LONG)
    torch.manual_seed(0)
    for low, high in ((0.02, 0.33), (0.3, 0.9)):  # of the second range, many attempts do not fit
        recipe = LONG.replace("cutout(0.02, 0.33)", f"cutout({low}, {high})")
        check_cutouts(draw(recipe, LARGE), low, high)


if __name__ == "__main__":
    torch.ops.load_library(sys.argv[1])
    for test_name, test in list(globals().items()):
        if test_name.startswith("test_"):
            try:
                test()
                print(f"{test_name}: passed")
            except SkipTest as reason:
                print(f"{test_name}: SKIPPED: {reason}")
