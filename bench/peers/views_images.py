"""Images for the comparison of views: CIFAR-10's binary files, photographs, or smooth noise."""

from __future__ import annotations

import itertools
import pathlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compare import fail, need

CIFAR_SIDE, CIFAR_RECORD = 32, 3073
PHOTO_ENDINGS = {".jpg", ".jpeg", ".png"}

Array = Any
Tensor = Any


@dataclass
class Images:
    """Decoded images, in the forms that the candidates take. All share no memory with files."""

    pixels: list[Array]  # uint8 [H, W, 3] each
    what: str

    def __len__(self) -> int:
        return len(self.pixels)

    def planes(self) -> list[Tensor]:
        """uint8 [3, H, W] each, contiguous."""
        torch = need("torch")
        return [torch.from_numpy(image).permute(2, 0, 1).contiguous() for image in self.pixels]

    def packed(self) -> tuple[Tensor, Tensor]:
        """Our form: all bytes in one tensor, and int32 [N, 3] = (offset, height, width)."""
        torch = need("torch")
        sizes = [image.size for image in self.pixels]
        offsets = [0, *itertools.accumulate(sizes)][:-1]
        table = [(offset, *image.shape[:2]) for offset, image in zip(offsets, self.pixels)]
        flat = torch.cat([torch.from_numpy(image).reshape(-1) for image in self.pixels])
        return flat, torch.tensor(table, dtype=torch.int32)

    def batches(self, size: int) -> list[tuple[int, int]]:
        """Ranges of whole batches; at least one."""
        size = min(size, len(self))
        return [(begin, begin + size) for begin in range(0, len(self) - size + 1, size)]


def cycle(images: Images, size: int) -> Iterator[list[Array]]:
    """Batches of images, again and again."""
    for begin, end in itertools.cycle(images.batches(size)):
        yield images.pixels[begin:end]


def cifar(folder: pathlib.Path, most: int) -> Images:
    """The first images of CIFAR-10's training files."""
    numpy = need("numpy")
    files = sorted(folder.glob("data_batch_*.bin")) or sorted(
        folder.glob("cifar-10-batches-bin/data_batch_*.bin"))
    if not files:
        fail(f"--images: {folder}: holds no data_batch_*.bin: give the folder of CIFAR-10's binary "
             "version, or leave the option out for synthetic images")
    records = numpy.concatenate([numpy.fromfile(file, numpy.uint8) for file in files])
    if records.size % CIFAR_RECORD:
        fail(f"--images: {folder}: {records.size} bytes are no whole number of records of "
             f"{CIFAR_RECORD}: unpack the files again")
    planes = records.reshape(-1, CIFAR_RECORD)[:most, 1:].reshape(-1, 3, CIFAR_SIDE, CIFAR_SIDE)
    pixels = numpy.ascontiguousarray(planes.transpose(0, 2, 3, 1))
    return Images(list(pixels), f"{len(pixels)} images of CIFAR-10")


def synthetic(count: int, side: int) -> Images:
    """Smooth images, as photographs are: noise enlarged eightfold."""
    torch = need("torch")
    coarse = torch.rand(count, 3, side // 8, side // 8)
    enlarged = torch.nn.functional.interpolate(coarse, (side, side), mode="bicubic")
    pixels = (enlarged.clamp(0, 1) * 255).byte().permute(0, 2, 3, 1).contiguous()
    return Images(list(pixels.numpy()), f"{count} synthetic images of {side}x{side}")


def photographs(folder: pathlib.Path, most: int) -> Images:
    """Every JPEG and PNG below a folder, decoded, in the order of their names."""
    numpy, pillow = need("numpy"), need("PIL.Image", "pillow")
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in PHOTO_ENDINGS)
    if not files:
        fail(f"--photos: {folder}: holds no JPEG or PNG")
    pixels = []
    for file in files[:most]:
        try:
            pixels.append(numpy.array(pillow.open(file).convert("RGB")))
        except OSError as error:
            fail(f"--photos: {file}: cannot be decoded: {error}")
    megapixels = sum(image.size for image in pixels) / 3e6 / len(pixels)
    return Images(pixels, f"{len(pixels)} photographs of {megapixels:.2f} megapixels on average")
