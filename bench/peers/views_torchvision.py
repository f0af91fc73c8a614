"""torchvision: its functional operators with our draws, and its v2 pipeline with its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from compare import Candidate, need, wait_until_idle
from views_images import Images
from views_recipe import Recipe

Tensor = Any

ORDERS = list(itertools.permutations(range(4)))
PREFETCHED = 2  # batches that each worker of a DataLoader holds ready, its default


def functional_view(image: Tensor, draw: dict[str, float], recipe: Recipe) -> Tensor:
    """One view of a float [3, H, W] image, by the operators that define our convention."""
    ops = need("torchvision.transforms.v2.functional", "torchvision", "torchvision")
    top, left, height, width = (int(draw[f"crop_{side}"]) for side in ("y", "x", "height", "width"))
    view = ops.resized_crop(image, top, left, height, width, [recipe.size] * 2,
                            antialias=recipe.antialias)
    if draw["flip"] > 0.5:
        view = ops.horizontal_flip(view)
    if draw["jitter"] > 0.5:
        steps: list[Callable[[Tensor], Tensor]] = [
            lambda v: ops.adjust_brightness(v, draw["brightness"]),
            lambda v: ops.adjust_contrast(v, draw["contrast"]),
            lambda v: ops.adjust_saturation(v, draw["saturation"]),
            lambda v: ops.adjust_hue(v, draw["hue"])]
        for step in ORDERS[int(draw["order"])]:
            view = steps[step](view)
    if draw["grey"] > 0.5:
        view = ops.rgb_to_grayscale(view, num_output_channels=3)
    if draw["sigma"] > 0:
        view = ops.gaussian_blur(view, [recipe.taps] * 2, [draw["sigma"]] * 2)
    return view


def pipeline(recipe: Recipe, antialias: bool) -> Callable[[Any], Tensor]:
    """The recipe as torchvision's users write it, from uint8 [3, H, W] or a Pillow image."""
    torch, v2 = need("torch"), need("torchvision.transforms.v2", "torchvision", "torchvision")
    return v2.Compose([
        v2.RandomResizedCrop(recipe.size, recipe.area, recipe.ratio, antialias=antialias),
        v2.RandomHorizontalFlip(),
        v2.RandomApply([v2.ColorJitter(*recipe.jitter)], recipe.jitter_share),
        v2.RandomGrayscale(recipe.grey_share),
        v2.RandomApply([v2.GaussianBlur(recipe.taps, recipe.sigma)], recipe.blur_share),
        v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True)])


class TwoViews:
    """A dataset: both views of an image."""

    def __init__(self, images: list[Tensor], transform: Callable[[Any], Tensor]) -> None:
        self.images, self.transform = images, transform

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.transform(self.images[index]), self.transform(self.images[index])


def stacked(pairs: Any) -> Tensor:
    """What one execution of a candidate of one process yields, as one tensor."""
    return need("torch").stack([view for pair in pairs for view in pair])


def in_one_process(name: str, inputs: list[Any], transform: Callable[[Any], Tensor],
                   count: int) -> Candidate:
    """Both views of the next `count` images, one image at a time, in one thread."""
    torch = need("torch")
    views = TwoViews(inputs, transform)
    indices = itertools.cycle(range(len(inputs)))

    def work() -> list[tuple[Tensor, Tensor]]:
        return [views[next(indices)] for _ in range(count)]

    return Candidate(name, work, 2 * count, before=lambda: torch.set_num_threads(1))


def forever(loader: Any) -> Iterator[Any]:
    while True:
        yield from loader


def with_workers(inputs: list[Tensor], transform: Callable[[Any], Tensor], batch: int,
                 workers: int) -> Candidate:
    """A DataLoader with worker processes, sustained: what it held ready is taken untimed."""
    data = need("torch.utils.data")
    loader = data.DataLoader(TwoViews(inputs, transform), batch, shuffle=True,
                             num_workers=workers, persistent_workers=True, drop_last=True,
                             prefetch_factor=PREFETCHED)
    stream = forever(loader)
    held = measured = workers * PREFETCHED

    def take(batches: int) -> None:
        for _ in range(batches):
            next(stream)

    return Candidate(f"torchvision v2, DataLoader, {workers} workers", lambda: take(measured),
                     2.0 * batch * measured, lambda: take(held), wait_until_idle)


def candidates(images: Images, recipe: Recipe, batch: int, workers: int) -> list[Candidate]:
    """One process with tensors, one with Pillow images, and a DataLoader."""
    pillow = need("PIL.Image", "pillow")
    planes = images.planes()
    batch = min(batch, len(images))
    transform = pipeline(recipe, recipe.antialias)
    # The workers are forked when they are first asked, before threads of others are there.
    loaded = with_workers(planes, transform, batch, workers)
    if loaded.before:
        loaded.before()
    pictures = [pillow.fromarray(image) for image in images.pixels]
    return [in_one_process("torchvision v2, tensors, 1 process", planes, transform, batch),
            # Pillow resizes with antialiasing whatever it is asked.
            in_one_process("torchvision v2, Pillow, 1 process", pictures, pipeline(recipe, True),
                           batch),
            loaded]
