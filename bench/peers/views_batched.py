"""Kornia's and DALI's pipelines of a recipe, on the CPU."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from compare import Candidate, need, wait_until_idle
from views_images import Images, cycle
from views_recipe import Recipe

Tensor = Any

DALI_QUEUE = 2  # batches that DALI prepares ahead
DALI_BATCHES = 8  # in one timed execution
DEGREES = 360.0


def kornia_pipeline(recipe: Recipe) -> Callable[[Tensor], Tensor]:
    kornia = need("kornia.augmentation", "kornia", "kornia")
    return kornia.AugmentationSequential(
        # Faster here than the mode "slice", which goes image by image.
        kornia.RandomResizedCrop((recipe.size,) * 2, recipe.area, recipe.ratio,
                                 cropping_mode="resample"),
        kornia.RandomHorizontalFlip(p=0.5),
        kornia.ColorJitter(*recipe.jitter, p=recipe.jitter_share),
        kornia.RandomGrayscale(p=recipe.grey_share),
        kornia.RandomGaussianBlur((recipe.taps,) * 2, recipe.sigma, p=recipe.blur_share))


def kornia(images: Images, recipe: Recipe, batch: int, threads: int) -> tuple[Candidate, Tensor]:
    """A call for each view of a batch, from uint8; images of one size only. With some views."""
    torch = need("torch")
    planes = torch.stack(images.planes())
    augment = kornia_pipeline(recipe)
    ranges = itertools.cycle(images.batches(batch))

    @torch.no_grad()
    def work() -> tuple[Tensor, Tensor]:
        begin, end = next(ranges)
        pixels = planes[begin:end].float() / 255
        return augment(pixels), augment(pixels)

    units = 2.0 * min(batch, len(images))
    candidate = Candidate("Kornia AugmentationSequential", work, units,
                          before=lambda: torch.set_num_threads(threads))
    return candidate, torch.cat(work())


def dali_jittered(fn: Any, view: Any, recipe: Recipe) -> Any:
    """DALI's own colour operator: one matrix, a fixed order, contrast about mid-grey, on bytes."""

    def factor(index: int) -> Any:
        return fn.random.uniform(range=list(recipe.factors(recipe.jitter[index])))

    turn = recipe.jitter[3] * DEGREES
    return fn.color_twist(view, brightness=factor(0), contrast=factor(1), saturation=factor(2),
                          hue=fn.random.uniform(range=[-turn, turn]))


def dali_view(fn: Any, types: Any, pixels: Any, recipe: Recipe) -> Any:
    """One view. The branches are DALI's conditionals: a view pays for what it takes."""

    def taken(share: float) -> Any:
        return fn.random.coin_flip(probability=share, dtype=types.BOOL)

    view = fn.random_resized_crop(pixels, size=[recipe.size] * 2, random_area=list(recipe.area),
                                  random_aspect_ratio=list(recipe.ratio),
                                  antialias=recipe.antialias)
    if taken(recipe.jitter_share):
        view = dali_jittered(fn, view, recipe)
    if taken(recipe.grey_share):
        view = fn.hsv(view, saturation=0.0)
    if taken(recipe.blur_share):
        view = fn.gaussian_blur(view, sigma=fn.random.uniform(range=list(recipe.sigma)),
                                window_size=recipe.taps)
    return fn.crop_mirror_normalize(view, dtype=types.FLOAT, output_layout="CHW",
                                    mirror=fn.random.coin_flip(), mean=[0.0] * 3, std=[255.0] * 3)


def dali(images: Images, recipe: Recipe, batch: int, threads: int) -> tuple[Candidate, Tensor]:
    """DALI's CPU pipeline, sustained: what it held ready is taken before the clock runs."""
    torch, numpy = need("torch"), need("numpy")
    pipeline_def = need("nvidia.dali", "nvidia-dali", "dali").pipeline_def
    fn, types = need("nvidia.dali.fn"), need("nvidia.dali.types")
    batch = min(batch, len(images))
    source = cycle(images, batch)

    @pipeline_def(batch_size=batch, num_threads=threads, device_id=None, seed=1,
                  prefetch_queue_depth=DALI_QUEUE, enable_conditionals=True)
    def two_views() -> tuple[Any, ...]:
        pixels = fn.external_source(source=lambda: next(source), dtype=types.UINT8, ndim=3,
                                    layout="HWC", no_copy=True)
        return tuple(dali_view(fn, types, pixels, recipe) for _ in range(2))

    pipeline = two_views()
    pipeline.build()

    def take(batches: int) -> Any:
        for _ in range(batches):
            views = pipeline.run()
        return views

    some = [torch.from_numpy(numpy.array(part.as_array())) for part in take(1)]
    candidate = Candidate(f"DALI, CPU, {threads} threads", lambda: take(DALI_BATCHES),
                          2.0 * batch * DALI_BATCHES, lambda: take(2 * DALI_QUEUE), wait_until_idle)
    return candidate, torch.cat(some)
