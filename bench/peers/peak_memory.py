"""Peak memory of one piece of work: resident pages of a process of its own.

LibTorch's profiler sees only LibTorch's allocator, and tracemalloc only Python's; neither sees what
a Halide kernel or MKL allocates. So the work runs in a fresh process, whose peak resident size is
set back to its present one (/proc/self/clear_refs, Linux) just before.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import pathlib
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

M_MMAP_THRESHOLD = -3
RESET_PEAK = "5"
PATIENCE_S = 600
LEAVE_S = 30  # for what a compiler's workers have to tidy up

Work = Callable[[], object]


def status_kib(field: str) -> int:
    """A size from /proc/self/status: VmRSS (now) or VmHWM (peak)."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    raise KeyError(field)


def give_back_freed_memory() -> None:
    """Every block from 64 KiB on is mapped alone, so that freeing it lowers the resident size."""
    libc = ctypes.CDLL(None)
    libc.mallopt(M_MMAP_THRESHOLD, 1 << 16)
    libc.malloc_trim(0)


def measure_here(answer: Connection, build: Callable[..., Work], warm: tuple[Any, ...],
                 args: tuple[Any, ...]) -> None:
    give_back_freed_memory()
    build(*warm)()
    work = build(*args)
    give_back_freed_memory()
    pathlib.Path("/proc/self/clear_refs").write_text(RESET_PEAK)
    before = status_kib("VmRSS")
    work()
    answer.send((status_kib("VmHWM") - before) / 1024)


def peak_extra_mib(build: Callable[..., Work], warm: tuple[Any, ...],
                   args: tuple[Any, ...]) -> float | None:
    """MiB that the work of build(*args) needs beyond what is there before it, results included.

    build: a function of a module's top level; it makes the inputs and returns the work. The work of
    build(*warm) is executed first, so that what is loaded once is not counted. None where it cannot
    be measured.
    """
    if sys.platform != "linux":
        return None
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=measure_here, args=(sender, build, warm, args))
    process.start()
    sender.close()
    try:
        return receiver.recv() if receiver.poll(PATIENCE_S) else None
    except EOFError:
        return None
    finally:
        process.join(LEAVE_S)
        process.kill()
