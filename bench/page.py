"""Writes the tables of docs/performance.md from the JSON of the runs that measured them.

usage: bench/page.py [--check]

A table stands between <!-- measured FILE.json --> and <!-- end -->, where FILE.json lies in
docs/measured: what `haliclr bench --json` or a script of bench/peers wrote. --check changes nothing and
fails where the page and the files differ.
"""
import json
import pathlib
import re
import sys

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "performance.md"
BLOCK = re.compile(r"(<!-- measured (\S+) -->\n).*?(<!-- end -->)", re.S)


def number(value):
    """Three digits that count, without exponents."""
    if value is None:
        return "-"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return f"{value:,.{digits}f}"


def share(row):
    return f"{100 * row['bound_ms'] / row['median_ms']:.0f} %" if row.get("bound_ms") else "-"


def line(row):
    cells = [row["name"], number(row["median_ms"]),
             f"{number(row['fastest_ms'])} to {number(row['slowest_ms'])}",
             number(row["speedup_of_ours"]), f"{row['rate_per_s']:.4g}", share(row),
             number(row.get("peak_mib")), f"{row['difference']:.0e}" if row["difference"] else "0"]
    return "| " + " | ".join(cells) + " |"


def formula(row):
    """A bound without its times, which follow in brackets."""
    return row["bound"].split(" (")[0]


def other_bounds(rows, first):
    """Those of the first row's problem that have a bound of another kind."""
    return "".join(f"; of {row['name']}: {row['bound']}" for row in rows
                   if all(row[key] == first[key] for key in ("operator", "problem"))
                   and formula(row) != formula(first))


def tables(document):
    """A heading and a table for each problem."""
    facts, product = document["measured"], document["sgemm_gflops"]
    product = "" if product is None else f" (LibTorch's sgemm {product:.0f})"
    tensor = "" if document.get("tf32_gflops") is None else (
        f", tensor cores {document['tf32_gflops']:.0f} in tf32 and {document['bf16_gflops']:.0f} in bf16")
    opencl = f"OpenCL device {facts['opencl']}, " if "opencl" in facts else ""
    yield (f"`{facts['command']}`, {facts['date']}, {document['threads']} threads, {facts['cpu']} with "
           f"{' '.join(facts['instruction_sets'])}, {opencl}LibTorch {facts['libtorch']}; fp32 "
           f"peak {document['peak_gflops']:.0f} GFLOP/s{product}{tensor}, memory {document['gigabytes_per_s']:.1f} GB/s.\n")
    problem = None
    for row in document["rows"]:
        here = (row["operator"], row["problem"])
        if here != problem:
            problem = here
            yield (f"\n**{row['operator']}, {row['problem']}**, bound: {row['bound']}"
                   f"{other_bounds(document['rows'], row)}\n\n"
                   f"| | median ms | fastest to slowest | over ours | {row['unit']}/s | of bound | "
                   "peak MiB | difference |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
        yield line(row) + "\n"


def filled(page):
    def block(match):
        document = json.loads((DOCS / "measured" / match[2]).read_text())
        return match[1] + "\n" + "".join(tables(document)) + "\n" + match[3]

    return BLOCK.sub(block, page)


def main():
    before = PAGE.read_text()
    after = filled(before)
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(after)
    elif after != before:
        sys.exit(f"{PAGE.name} differs from docs/measured: run bench/page.py")


if __name__ == "__main__":
    main()
