"""Fuzz for as long as you like: no traceback, no hang, no value shown, no file changed by what is refused.

python -m tests.fuzz [KIND…] [--inputs N] [--seed N] [--first N]
python -m tests.fuzz --large BYTES

An input is what its kind, the seed and its number say, whatever was tried before it: a failure is tried again with
`--seed S --first NUMBER --inputs 1`, and a run that was ended goes on with `--first`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.fuzz import large_calls
from tests.fuzz.run import KINDS, run


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", default=list(KINDS), help=f"of {', '.join(KINDS)}")
    parser.add_argument("--inputs", type=int, default=10_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first input")
    parser.add_argument("--large", type=int, metavar="BYTES", help="try every shape of a large hook document instead")
    given = parser.parse_args()
    if unknown := sorted(set(given.kinds) - KINDS.keys()):
        parser.error(f"there is no kind {unknown[0]}; kinds: {', '.join(KINDS)}")
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        if given.large:
            for row in sorted(large_calls.timed(Path(folder).resolve(), given.large), reverse=True)[:20]:
                print(f"{row.seconds:6.2f} s  {row.answer:6}  {row.name}")
            return 0
        for name in given.kinds:
            figures = run(name, Path(folder).resolve() / name, given.seed, given.first, given.inputs)
            print(f"{name}: {figures}", flush=True)
            failures += len(figures.failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
