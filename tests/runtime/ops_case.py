"""What the tests of the torch operators share: the library of the first argument, made-up images, runs."""

import os
import sys

import torch

sys.path.insert(0, os.path.dirname(sys.argv[1]))
import haliclr as haliclr_module  # loads the library that lies beside it

haliclr = torch.ops.haliclr
RECIPE = "crop(0.08, 1) | flip | jitter(0.8, 0.8, 0.8, 0.2)@0.8 | grey@0.2 | blur(0.1, 2)@0.5"


def images(count=5):
    sizes = [(7 + 3 * n, 20 - 2 * n) for n in range(count)]
    rows, offset = [], 0
    for height, width in sizes:
        rows.append((offset, height, width))
        offset += height * width * 3
    data = torch.randint(0, 256, (offset,), dtype=torch.uint8)
    return data, torch.tensor(rows, dtype=torch.int32), torch.arange(count)


def refused(call, *parts):
    try:
        call()
    except (ValueError, RuntimeError) as error:
        text = str(error)
        missing = [part for part in parts if part not in text]
        assert not missing, f"{missing} not in: {text}"
        return
    raise AssertionError(f"not refused: {parts}")


def run(tests):
    """Every function named test_..., under one seed."""
    torch.manual_seed(0)
    for name, test in tests.items():
        if name.startswith("test_"):
            test()
            print(f"{name}: passed")
