"""Counts the instructions of each cpu kernel on a small problem and compares them with their past.

usage: check.py PROGRAM BASELINE [--update]

Instructions, unlike times, are the same on every run and on every machine: valgrind shows the kernels
a processor with AVX2, whatever the real one has. A kernel with more than 10 % above its past fails;
--update writes the counts of today. Exit code 77: valgrind is not installed.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ALLOWED = 1.10


def counts(program):
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no",
                   f"--callgrind-out-file={folder}/out", program]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"{' '.join(command)}: exit code {run.returncode}\n{run.stderr[-2000:]}")
        found = {}
        for dump in pathlib.Path(folder).iterdir():
            text = dump.read_text()
            kernel = re.search(r"^desc: Trigger: Client Request: (\w+)$", text, re.M)
            total = re.search(r"^(?:summary|totals): (\d+)", text, re.M)
            if kernel and total:
                found[kernel[1]] = int(total[1])
        return found


def compare(found, past):
    failures = []
    for kernel in sorted(found.keys() | past.keys()):
        now, before = found.get(kernel), past.get(kernel)
        if now is None or before is None:
            failures.append(f"{kernel}: {'not counted' if now is None else 'has no past'}")
            continue
        ratio = now / before
        print(f"{kernel:24}{now:14,}{before:14,}{ratio:8.3f}")
        if ratio > ALLOWED:
            failures.append(f"{kernel}: {now:,} instructions, {before:,} before")
    return failures


def main():
    program, baseline = sys.argv[1], pathlib.Path(sys.argv[2])
    if shutil.which("valgrind") is None:
        print("SKIPPED: valgrind is not installed")
        return 77
    found = counts(program)
    if "--update" in sys.argv:
        baseline.write_text(json.dumps(found, indent=2, sort_keys=True) + "\n")
        return 0
    failures = compare(found, json.loads(baseline.read_text()))
    if failures:
        print("\n".join(failures))
        print("If that is meant, run this script with --update and say why in the commit.")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
