"""Times several ways of doing one piece of work on the same inputs, interleaved; tabulates them.

The conventions are those of `haliclr bench`: results are compared before anything is timed, all
ways run in turn (so that a machine that changes its clock changes it for all), and the table gives
medians, the spread, the ratio to ours, and where a bound is stated the percentage of it. The JSON
has the same keys.
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import multiprocessing
import os
import pathlib
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NoReturn

ROOT = pathlib.Path(__file__).resolve().parents[2]
USAGE_ERROR, RESULT_ERROR = 2, 1
DISTURBED = 0.05  # share of the CPU time that others take, from which on a table says so


def fail(message: str, code: int = USAGE_ERROR) -> NoReturn:
    """Ends the program with one line."""
    print(f"[peers] {message}", file=sys.stderr)
    raise SystemExit(code)


def need(module: str, package: str | None = None, leave_out: str | None = None) -> ModuleType:
    """Imports a module, or ends the program with a line that says how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        other = f", or leave it out: --skip {leave_out}" if leave_out else ""
        fail(f"{package or module}: cannot be imported ({error}): run bench/peers/setup and use "
             f".venv-peers/bin/python{other}")


@dataclass
class Candidate:
    """One way of doing the work."""

    name: str
    work: Callable[[], object]
    units: float = 0  # of work in one execution; 0: the problem's
    before: Callable[[], object] | None = None  # untimed, before each execution
    after: Callable[[], object] | None = None  # untimed, after each execution
    difference: float | None = None  # of its result from ours; None: not comparable
    memory_mib: float | None = None
    is_bound: bool = False  # its fastest execution is the problem's bound


@dataclass
class Problem:
    """What the candidates do; the first candidate is ours."""

    operator: str
    name: str
    unit: str
    work: float  # of one execution, in units
    bound_ms: float = 0  # least time of `work`; 0 where none is stated
    bound: str = ""  # the bound's formula


@dataclass
class Timing:
    """Milliseconds of one execution over all rounds."""

    median: float
    fastest: float
    slowest: float


def timed(candidate: Candidate) -> float:
    """Milliseconds of one execution."""
    if candidate.before:
        candidate.before()
    begin = time.perf_counter()
    candidate.work()
    elapsed = time.perf_counter() - begin
    if candidate.after:
        candidate.after()
    return 1000 * elapsed


def measure_interleaved(candidates: Sequence[Candidate], least_rounds: int,
                        seconds: float) -> list[Timing]:
    """One untimed execution of each, then rounds of one timed execution of each."""
    for candidate in candidates:
        timed(candidate)
    times: list[list[float]] = [[] for _ in candidates]
    start = time.perf_counter()
    while len(times[0]) < least_rounds or time.perf_counter() - start < seconds:
        for candidate, own in zip(candidates, times):
            own.append(timed(candidate))
    return [Timing(statistics.median(own), min(own), max(own)) for own in times]


def measure(problem: Problem, candidates: Sequence[Candidate],
            options: argparse.Namespace) -> list[dict[str, Any]]:
    """Times the candidates, prints their table and returns its rows."""
    watch = Watch()
    timings = measure_interleaved(candidates, options.rounds, options.seconds)
    others = watch.share_of_others()
    scales = [problem.work / (candidate.units or problem.work) for candidate in candidates]
    for candidate, timing, scale in zip(candidates, timings, scales):
        if candidate.is_bound:
            problem.bound_ms = scale * timing.fastest
    rows: list[dict[str, Any]] = []
    for candidate, timing, scale in zip(candidates, timings, scales):
        median = scale * timing.median
        rows.append({
            "operator": problem.operator, "problem": problem.name, "name": candidate.name,
            "median_ms": median, "fastest_ms": scale * timing.fastest,
            "slowest_ms": scale * timing.slowest,
            "speedup_of_ours": median / (rows[0]["median_ms"] if rows else median),
            "rate_per_s": 1000 * problem.work / median, "unit": problem.unit,
            "bound_ms": problem.bound_ms, "bound": problem.bound,
            "difference": candidate.difference, "peak_extra_mib": candidate.memory_mib,
            "cpu_share_of_others": others})
    print(to_text(rows), flush=True)
    if others is not None and others > DISTURBED:
        print(f"note: other processes took {100 * others:.0f}% of this machine's CPU time "
              "meanwhile: these times are disturbed", flush=True)
    return rows


def or_dash(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)


def to_text(rows: Sequence[dict[str, Any]]) -> str:
    """The table of one problem."""
    first = rows[0]
    has_bound = first["bound_ms"] > 0
    has_memory = any(row["peak_extra_mib"] is not None for row in rows)
    title = f"\n{first['operator']}, {first['problem']}"
    lines = [title + (f"   (bound: {first['bound']})" if has_bound else "")]
    head = f"{'':40}{'median ms':>11}{'fastest..slowest':>20}{'ours is':>10}"
    head += f"{first['unit'] + '/s':>17}" + ("  of bound" if has_bound else "")
    lines.append(head + ("  extra MiB" if has_memory else "") + f"{'difference':>12}")
    for row in rows:
        spread = f"{row['fastest_ms']:.3g}..{row['slowest_ms']:.3g}"
        line = f"{row['name']:40}{row['median_ms']:11.3f}{spread:>20}"
        line += f"{row['speedup_of_ours']:9.2f}x{row['rate_per_s']:17.4g}"
        line += f"{100 * row['bound_ms'] / row['median_ms']:9.1f}%" if has_bound else ""
        line += f"{or_dash(row['peak_extra_mib'], '{:.1f}'):>11}" if has_memory else ""
        lines.append(line + f"{or_dash(row['difference'], '{:.1e}'):>12}")
    return "\n".join(lines)


def checked_difference(what: str, ours: Any, theirs: Any, tolerance: float) -> float:
    """Largest difference relative to the largest value; beyond the tolerance the program ends."""
    largest = max(float(ours.abs().max()), 1e-30)
    difference = float((ours.double() - theirs.double()).abs().max()) / largest
    if not difference <= tolerance:
        fail(f"{what} differs from ours by {difference:.2e} of the largest value, more than "
             f"{tolerance:.0e}; its times would mean nothing", RESULT_ERROR)
    return difference


def cpu_seconds() -> float:
    """CPU time of this process and of its living children."""
    total = time.process_time()
    for child in multiprocessing.active_children():
        try:
            fields = pathlib.Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


class Watch:
    """How much of the machine's CPU time others take from now on (Linux)."""

    def __init__(self) -> None:
        self.begin, self.busy, self.own = time.perf_counter(), self.busy_seconds(), cpu_seconds()

    @staticmethod
    def busy_seconds() -> float | None:
        """Of all processors together, time that a hypervisor took away included."""
        try:
            line = pathlib.Path("/proc/stat").read_text().splitlines()[0]
        except OSError:
            return None
        user, nice, system, _, _, irq, softirq, steal = map(int, line.split()[1:9])
        ticks = user + nice + system + irq + softirq + steal
        return ticks / os.sysconf("SC_CLK_TCK")

    def share_of_others(self) -> float | None:
        busy = self.busy_seconds()
        if busy is None or self.busy is None:
            return None
        others = busy - self.busy - (cpu_seconds() - self.own)
        elapsed = time.perf_counter() - self.begin
        return max(0.0, others / elapsed / (os.cpu_count() or 1))


def wait_until_idle(patience: float = 5.0) -> None:
    """Waits for work in the background, as a pipeline that fills its queue, to come to rest."""
    deadline = time.perf_counter() + patience
    while time.perf_counter() < deadline:
        begin = cpu_seconds()
        time.sleep(0.05)
        if cpu_seconds() - begin < 0.01:
            return


def copy_of(megabytes: float, device: str = "cpu") -> Candidate:
    """LibTorch's copy as a bound: it reads and writes so many MB in all."""
    torch = need("torch")
    source = torch.rand(int(megabytes * 1e6 / 8), device=device)
    target = torch.rand_like(source)

    def work() -> None:
        target.copy_(source)
        if source.is_cuda:
            torch.cuda.synchronize()

    return Candidate("LibTorch copy of as many bytes", work, is_bound=True)


def positive(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text}: give a number above 0")
    return value


def count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text}: give a whole number from 1 on")
    return value


def parser_of(description: str, peers: Sequence[str]) -> argparse.ArgumentParser:
    """The options that every script has."""
    parser = argparse.ArgumentParser(description=description,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=pathlib.Path, metavar="FILE",
                        default=ROOT / "build" / "libhaliclr_ops.so",
                        help="the library of torch operators (default: build/libhaliclr_ops.so)")
    parser.add_argument("--threads", type=count, metavar="N",
                        help="CPU threads of every candidate (default: LibTorch's choice)")
    parser.add_argument("--seconds", type=positive, default=3.0, metavar="S",
                        help="measure each problem at least this long (3)")
    parser.add_argument("--rounds", type=count, default=7, metavar="N",
                        help="and at least this many times (7)")
    parser.add_argument("--skip", nargs="+", default=[], choices=peers, metavar="PEER",
                        help=f"peers to leave out, of: {', '.join(peers)}")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        help="write the same numbers to this file")
    return parser


def prepare(options: argparse.Namespace) -> None:
    """Loads the library and sets the number of threads."""
    torch = need("torch")
    if options.json and not options.json.absolute().parent.is_dir():
        fail(f"--json: {options.json}: its folder does not exist: make it first")
    if not options.library.is_file():
        fail(f"--library: {options.library}: no such file: build it (cmake --preset release && "
             "cmake --build --preset release) or name another")
    try:
        torch.ops.load_library(str(options.library))
    except OSError as error:
        fail(f"--library: {options.library}: {str(error).splitlines()[0]}")
    if options.threads:
        torch.set_num_threads(options.threads)
    options.threads = torch.get_num_threads()
    torch.manual_seed(1)


def write_json(options: argparse.Namespace, rows: Sequence[dict[str, Any]], **facts: Any) -> None:
    """The rows, and facts about the run, where --json asks for them."""
    if options.json:
        document = {"version": 1, "threads": options.threads, **facts, "rows": list(rows)}
        options.json.write_text(json.dumps(document, indent=2) + "\n")
