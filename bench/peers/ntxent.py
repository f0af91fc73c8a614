"""NT-Xent, forward and backward, beside LibTorch, lightly and pytorch-metric-learning.

Loss and gradient of every candidate are compared with ours before anything is timed.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import math
import pathlib
import sys
from collections.abc import Callable
from typing import Any

from compare import (Candidate, Problem, checked_difference, count, fail, measure, need, parser_of,
                     positive, prepare, write_json)
from peak_memory import peak_extra_mib

torch = need("torch")
Tensor = Any
Loss = Callable[[Tensor], Tensor]

LOSS_TOLERANCE, GRADIENT_TOLERANCE = 1e-5, 1e-4
WARM_ROWS = 64
# Inf-CL's products round their factors to tf32, and what is taken out of its sums may outweigh the
# rest: its difference may be this much over the temperature.
TF32_ROUNDING = 2.0**-8
# NTXentLoss of pytorch-metric-learning compares each of M positive pairs with each of M (M - 2)
# negative pairs in tensors of that many elements: 17 bytes each were measured (M = 512), and some
# room is left.
PML_CUBIC_BYTES = 24

TITLES = {
    "eager": "LibTorch eager",
    "compile": "torch.compile of eager",
    "lightly": "lightly NTXentLoss",
    "pml": "pytorch-metric-learning NTXentLoss",
    "pml-supcon": "pytorch-metric-learning SupConLoss",
    "inf-cl": "Inf-CL FlashProb, tf32",
}


def ours(temperature: float) -> Loss:
    return lambda z: torch.ops.haliclr.ntxent(z, temperature)[0]


def eager(temperature: float) -> Loss:
    """The whole similarity matrix and a cross-entropy (SimCLR, section 2.1)."""

    def loss(z: Tensor) -> Tensor:
        rows = z.shape[0]
        unit = torch.nn.functional.normalize(z, dim=1)
        similarity = unit @ unit.t() / temperature
        itself = torch.eye(rows, dtype=torch.bool, device=z.device)
        similarity = similarity.masked_fill(itself, -math.inf)
        positive_of = (torch.arange(rows, device=z.device) + rows // 2) % rows
        return torch.nn.functional.cross_entropy(similarity, positive_of)

    return loss


def compiled(temperature: float) -> Loss:
    # That there is no CUDA toolkit is no news on a CPU.
    logging.getLogger("torch.utils.cpp_extension").setLevel(logging.ERROR)
    return torch.compile(eager(temperature), dynamic=False)


def lightly(temperature: float) -> Loss:
    """Its two arguments are the two halves of our z."""
    loss = need("lightly.loss", "lightly", "lightly").NTXentLoss(temperature=temperature)
    return lambda z: loss(*z.chunk(2))


def pml(name: str, leave_out: str) -> Callable[[float], Loss]:
    """A pair is two rows of one label. With one positive a row, SupConLoss is NT-Xent too."""

    def at_temperature(temperature: float) -> Loss:
        losses = need("pytorch_metric_learning.losses", "pytorch-metric-learning", leave_out)
        loss = getattr(losses, name)(temperature=temperature)
        return lambda z: loss(z, torch.arange(z.shape[0] // 2, device=z.device).repeat(2))

    return at_temperature


def from_log_sums(log_sums: Callable[[Tensor, Tensor], Tensor], temperature: float) -> Loss:
    """NT-Xent from log(sum_j exp(q_i k_j)), out of which each row's pair with itself is taken.

    That pair is 1 / temperature whatever z is, so nothing else of its gradient is left than what the
    normalisation removes.
    """

    def loss(z: Tensor) -> Tensor:
        unit = torch.nn.functional.normalize(z, dim=1)
        scaled = unit / temperature
        all_pairs = log_sums(scaled, unit)
        others = all_pairs + torch.log1p(-torch.exp(1 / temperature - all_pairs))
        return (others - (scaled * unit.roll(z.shape[0] // 2, 0)).sum(1)).mean()

    return loss


def inf_cl(temperature: float) -> Loss:
    """Its kernel of log-sums, with one head of all columns; Triton, for GPUs only."""
    kernel = need("inf_cl.flash", "inf-cl", "inf-cl").FlashProb
    return from_log_sums(lambda q, k: kernel.apply(q[:, None], k[:, None]), temperature)


PEERS: dict[str, Callable[[float], Loss]] = {
    "eager": eager,
    "compile": compiled,
    "lightly": lightly,
    "pml": pml("NTXentLoss", "pml"),
    "pml-supcon": pml("SupConLoss", "pml-supcon"),
    "inf-cl": inf_cl,
}


def gradient_of(loss: Loss, z: Tensor) -> tuple[Tensor, Tensor]:
    leaf = z.detach().requires_grad_()
    value = loss(leaf)
    value.backward()
    if z.is_cuda:
        torch.cuda.synchronize()
    return value.detach(), leaf.grad


def memory_work(peer: str, rows: int, columns: int, temperature: float, threads: int,
                library: str) -> Callable[[], object]:
    """What a process of its own does for the column of peak memory."""
    torch.ops.load_library(library)
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    z = torch.randn(rows, columns)
    loss = PEERS.get(peer, ours)(temperature)
    return lambda: gradient_of(loss, z)


def memory_of(peer: str, rows: int, temperature: float,
              options: argparse.Namespace) -> float | None:
    if options.no_memory or options.device != "cpu":
        return None
    rest = (options.columns, temperature, options.threads, str(options.library))
    # A compiled function is compiled for its size, which must not count.
    warm = rows if peer == "compile" else min(rows, WARM_ROWS)
    return peak_extra_mib(memory_work, (peer, warm, *rest), (peer, rows, *rest))


def available_bytes() -> float:
    try:
        text = pathlib.Path("/proc/meminfo").read_text()
    except OSError:
        return math.inf
    fields = dict(line.split(":") for line in text.splitlines())
    return 1024 * float(fields["MemAvailable"].split()[0])


def reason_to_skip(peer: str, z: Tensor) -> str | None:
    """Why a peer cannot do this, where it cannot."""
    rows = z.shape[0]
    if peer == "inf-cl":
        if not z.is_cuda:
            return "it needs a GPU"
        if importlib.util.find_spec("inf_cl") is None:
            return "the package inf-cl is not installed"
    if peer == "pml":
        needed = PML_CUBIC_BYTES * rows * rows * (rows - 2.0)
        if needed > available_bytes():
            return f"its pairs would take about {needed / 2**30:.0f} GiB"
    return None


def checked_candidate(peer: str, z: Tensor, temperature: float,
                      reference: tuple[Tensor, Tensor]) -> Candidate | None:
    """A peer whose loss and gradient are ours, or None, with a note, where it cannot run."""
    reason = reason_to_skip(peer, z)
    if reason is None:
        loss = PEERS[peer](temperature)
        try:
            value, gradient = gradient_of(loss, z)
        except Exception as error:  # whatever a compiler says where it does not work
            if peer != "compile":
                raise
            reason = (str(error).splitlines() or [type(error).__name__])[0]
    if reason is not None:
        print(f"note: {TITLES[peer]} left out at M = {z.shape[0]}: {reason}", flush=True)
        return None
    rounding = TF32_ROUNDING / temperature if peer == "inf-cl" else 0.0
    checked_difference(f"loss of {TITLES[peer]}", reference[0], value,
                       max(LOSS_TOLERANCE, rounding))
    difference = checked_difference(f"gradient of {TITLES[peer]}", reference[1], gradient,
                                    max(GRADIENT_TOLERANCE, rounding))
    return Candidate(TITLES[peer], lambda: gradient_of(loss, z), difference=difference)


def problem_of(rows: int, temperature: float, options: argparse.Namespace) -> Problem:
    products = float(rows) * rows * options.columns
    name = f"forward + backward, M = {rows}, D = {options.columns}, temperature {temperature:g}"
    problem = Problem("ntxent", name, "multiply-adds", 1.5 * products)
    if options.peak:
        # Half of the M*M similarities forward; backward each again (half) and one full product.
        problem.bound = f"3*M*M*D flop at {options.peak:g} GFLOP/s"
        problem.bound_ms = 3 * products / options.peak / 1e6
    return problem


def one_size(rows: int, temperature: float, options: argparse.Namespace) -> list[dict[str, Any]]:
    z = torch.randn(rows, options.columns, device=options.device)
    loss = ours(temperature)
    reference = gradient_of(loss, z)
    candidates = [Candidate("haliclr", lambda: gradient_of(loss, z), difference=0.0)]
    candidates[0].memory_mib = memory_of("haliclr", rows, temperature, options)
    for peer in PEERS:
        if peer in options.skip:
            continue
        candidate = checked_candidate(peer, z, temperature, reference)
        if candidate:
            candidate.memory_mib = memory_of(peer, rows, temperature, options)
            candidates.append(candidate)
    return measure(problem_of(rows, temperature, options), candidates, options)


def parse() -> argparse.Namespace:
    parser = parser_of(__doc__, list(PEERS))
    parser.add_argument("--sizes", type=count, nargs="+", default=[512, 1024, 4096, 8192],
                        metavar="M", help="rows of z, even (512 1024 4096 8192)")
    parser.add_argument("--columns", type=count, default=128, metavar="D",
                        help="columns of z (128)")
    parser.add_argument("--temperatures", type=positive, nargs="+", default=[0.5, 0.1], metavar="T",
                        help="temperatures (0.5 0.1)")
    parser.add_argument("--device", default="cpu", help="cpu (default) or cuda")
    parser.add_argument("--peak", type=positive, metavar="GFLOPS",
                        help="the fp32 peak that `haliclr bench` prints: adds the bound")
    parser.add_argument("--no-memory", action="store_true",
                        help="leave out the peak memory, measured in a process of its own (cpu)")
    options = parser.parse_args()
    for rows in options.sizes:
        if rows % 2 or rows < 4:
            parser.error(f"--sizes: {rows}: give an even number from 4 on")
    return options


def main() -> int:
    options = parse()
    prepare(options)
    if options.device != "cpu" and not torch.cuda.is_available():
        fail(f"--device: {options.device}: LibTorch sees no such device here")
    print(f"ntxent: {options.threads} threads, torch {torch.__version__}")
    rows = [row for temperature in options.temperatures for size in options.sizes
            for row in one_size(size, temperature, options)]
    write_json(options, rows, torch=torch.__version__, peak_gflops=options.peak)
    return 0


if __name__ == "__main__":
    sys.exit(main())
