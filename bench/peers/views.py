"""Both SimCLR views of images, beside torchvision v2, Kornia and DALI on the CPU.

32x32: CIFAR-10 (--images) or synthetic images. 224x224: photographs (--photos), decoded before the
clock runs; without the option this size is left out. Our pixels are compared with torchvision's
functional operators given our draws. The pipelines of the peers draw for themselves, so their views
are compared by shape, range, mean and deviation only.
"""

from __future__ import annotations

import argparse
import itertools
import pathlib
import sys
from typing import Any

from compare import (RESULT_ERROR, Candidate, Problem, copy_of, count, fail, measure, need,
                     parser_of, prepare, write_json)
from views_batched import dali, kornia
from views_images import Images, cifar, photographs, synthetic
from views_recipe import Recipe
from views_torchvision import candidates as torchvision_candidates
from views_torchvision import functional_view, stacked

torch = need("torch")
Tensor = Any

PEERS = ["torchvision", "kornia", "dali"]
CIFAR_JITTER, PHOTO_JITTER = (0.4, 0.4, 0.4, 0.1), (0.8, 0.8, 0.8, 0.2)
SEED = 1
IMAGES_COMPARED = 64
PIXEL_TOLERANCE, MEAN_TOLERANCE = 2 / 255, 1e-3  # of our views and torchvision's, values in [0, 1]
STATISTICS_TOLERANCE = 0.05  # of mean and deviation, ours and those of a peer with its own draws
EPOCHS_COMPARED = 4
COPIED_MEGABYTES = 512.0


class Ours:
    """Our operators over the images."""

    def __init__(self, images: Images, recipe: Recipe, batch: int) -> None:
        self.recipe, self.count = recipe, min(batch, len(images))
        self.bytes, self.table = images.packed()
        self.ranges = images.batches(batch)
        self.steps = itertools.count()

    def draws(self, begin: int, end: int, epoch: int) -> Tensor:
        return torch.ops.haliclr.view_draws(self.recipe.text, self.table[begin:end],
                                            torch.arange(begin, end), SEED, epoch)

    def views(self, begin: int, end: int, draws: Tensor) -> Tensor:
        return torch.ops.haliclr.views(self.recipe.text, self.bytes, self.table[begin:end], draws,
                                       self.recipe.size)

    def next_batch(self) -> Tensor:
        epoch, place = divmod(next(self.steps), len(self.ranges))
        begin, end = self.ranges[place]
        return self.views(begin, end, self.draws(begin, end, epoch))

    def candidate(self, threads: int) -> Candidate:
        plural = "s" if threads > 1 else ""
        return Candidate(f"haliclr, with its draws, {threads} thread{plural}", self.next_batch,
                         2.0 * self.count, before=lambda: torch.set_num_threads(threads))

    def bytes_a_batch(self) -> float:
        """Source bytes read once, fp32 views written once; batches differ, so on average."""
        source = self.bytes.numel() * self.count / len(self.table)
        return source + 2.0 * self.count * 3 * 4 * self.recipe.size**2


def compare_pixels(ours: Ours, images: Images) -> float:
    """Our views beside torchvision's operators with our draws; the largest difference."""
    some = min(IMAGES_COMPARED, len(images))
    names = torch.ops.haliclr.view_columns(ours.recipe.text)
    draws = ours.draws(0, some, 0)
    pictures = [torch.from_numpy(image).permute(2, 0, 1).float() / 255
                for image in images.pixels[:some]]
    theirs = torch.stack([functional_view(pictures[row % some], dict(zip(names, draw)), ours.recipe)
                          for row, draw in enumerate(draws.tolist())])
    difference = (ours.views(0, some, draws) - theirs).abs()
    mean, largest = float(difference.mean()), float(difference.max())
    print(f"pixels beside torchvision's functional operators with our draws, {2 * some} views: "
          f"mean difference {mean:.1e}, largest {largest:.1e}", flush=True)
    if not (largest <= PIXEL_TOLERANCE and mean <= MEAN_TOLERANCE):
        fail(f"our views differ from torchvision's by {largest:.2e} (mean {mean:.2e}), more than "
             f"{PIXEL_TOLERANCE:.2e} (mean {MEAN_TOLERANCE:.0e}); their times would mean nothing",
             RESULT_ERROR)
    return largest


def compare_statistics(name: str, compared: Ours, theirs: Tensor) -> None:
    """Whether a peer with draws of its own, of the first images, does the same kind of work."""
    some = len(theirs) // 2
    ours = torch.cat([compared.views(0, some, compared.draws(0, some, epoch))
                      for epoch in range(EPOCHS_COMPARED)])
    shapes = f"shape {list(theirs.shape[1:])} for {list(ours.shape[1:])}"
    low, high = float(theirs.min()), float(theirs.max())
    mean = float(theirs.mean() - ours.mean())
    deviation = float(theirs.std() - ours.std())
    print(f"{name}: mean differs by {mean:+.3f}, deviation by {deviation:+.3f}", flush=True)
    alike = max(abs(mean), abs(deviation)) <= STATISTICS_TOLERANCE
    if theirs.shape[1:] != ours.shape[1:] or not (-1e-3 <= low <= high <= 1 + 1e-3) or not alike:
        fail(f"{name}: {shapes}, values {low:.3f} to {high:.3f}, mean {mean:+.3f}, deviation "
             f"{deviation:+.3f} beside ours: not the same recipe", RESULT_ERROR)


def peers_of(images: Images, recipe: Recipe, batch: int, ours: Ours,
             options: argparse.Namespace) -> list[Candidate]:
    peers: list[Candidate] = []
    if "torchvision" not in options.skip:
        several = torchvision_candidates(images, recipe, options.loader_batch, options.threads)
        for candidate in several[:2]:
            compare_statistics(candidate.name, ours, stacked(candidate.work()))
        peers += several
    one_size = len({image.shape for image in images.pixels}) == 1
    if "kornia" not in options.skip and one_size:
        candidate, views = kornia(images, recipe, batch, options.threads)
        compare_statistics(candidate.name, ours, views)
        peers.append(candidate)
    if "dali" not in options.skip:
        candidate, views = dali(images, recipe, batch, options.threads)
        compare_statistics(candidate.name, ours, views)
        peers.append(candidate)
    return peers


def one_problem(images: Images, recipe: Recipe, batch: int,
                options: argparse.Namespace) -> list[dict[str, Any]]:
    print(f"\n{images.what}; {recipe.text}", flush=True)
    ours = Ours(images, recipe, batch)
    difference = None
    if "torchvision" in options.skip:
        print("pixels not compared: that needs torchvision")
    else:
        difference = compare_pixels(ours, images)
    candidates = [ours.candidate(options.threads)]
    if options.threads > 1:
        candidates.append(ours.candidate(1))
    for candidate in candidates:
        candidate.difference = difference
    candidates += peers_of(images, recipe, batch, ours, options)
    work = 2.0 * ours.count
    copy = copy_of(COPIED_MEGABYTES)
    copy.units = work * COPIED_MEGABYTES * 1e6 / ours.bytes_a_batch()
    copy.before = lambda: torch.set_num_threads(options.threads)
    name = f"batches of {ours.count} images, views of {recipe.size}x{recipe.size}"
    problem = Problem("views", name, "views", work,
                      bound="source bytes + fp32 views at the copy rate, the fastest")
    return measure(problem, [*candidates, copy], options)


def parse() -> argparse.Namespace:
    parser = parser_of(__doc__, PEERS)
    parser.add_argument("--images", type=pathlib.Path, metavar="DIR",
                        help="CIFAR-10's binary files (default: synthetic images)")
    parser.add_argument("--photos", type=pathlib.Path, metavar="DIR",
                        help="JPEG and PNG files for views of 224x224 (default: none)")
    parser.add_argument("--only-photos", action="store_true", help="leave 32x32 out")
    parser.add_argument("--batch", type=count, default=512, metavar="N",
                        help="images of a batch at 32x32 (512)")
    parser.add_argument("--photo-batch", type=count, default=64, metavar="N",
                        help="images of a batch at 224x224 (64)")
    parser.add_argument("--loader-batch", type=count, default=32, metavar="N",
                        help="images of a batch of torchvision's, which works image by image (32)")
    parser.add_argument("--most", type=count, default=4096, metavar="N",
                        help="use at most this many images (4096)")
    options = parser.parse_args()
    if options.only_photos and not options.photos:
        parser.error("--only-photos: give the folder of photographs, --photos DIR")
    return options


def main() -> int:
    options = parse()
    prepare(options)
    print(f"views: {options.threads} threads, torch {torch.__version__}")
    rows: list[dict[str, Any]] = []
    if not options.only_photos:
        images = (cifar(options.images, options.most) if options.images
                  else synthetic(options.most, 32))
        rows += one_problem(images, Recipe(CIFAR_JITTER, 32), options.batch,
                            options)
    if options.photos:
        images = photographs(options.photos, options.most)
        rows += one_problem(images, Recipe(PHOTO_JITTER, 224),
                            options.photo_batch, options)
    write_json(options, rows, torch=torch.__version__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
