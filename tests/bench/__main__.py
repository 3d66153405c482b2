"""Measure, print a table, and say which aims were met."""

import argparse
import json
import sys
import time
from pathlib import Path

from tests.bench.measure import measure
from tests.bench.report import aims, as_json, table


def _print(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--no-cold", action="store_true", help="leave out the cold start, which takes two minutes")
    parser.add_argument("--json", type=Path, help="write the figures into this file too")
    given = parser.parse_args()
    begun = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"[{time.monotonic() - begun:5.0f} s] {text}\n")
        sys.stderr.flush()

    figures = measure(say, cold=not given.no_cold)
    _print()
    for line in table(figures):
        _print(line)
    _print()
    for aim, met, figure in aims(figures):
        _print(f"{'met' if met else 'MISSED':7} {aim}: {figure}")
    if given.json:
        given.json.write_text(json.dumps(as_json(figures), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
