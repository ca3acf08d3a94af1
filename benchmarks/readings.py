"""What every reading of a `.env` costs: linear in a value's length and in hard lines, and against reading it once.

.venv/bin/python benchmarks/readings.py
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pixie_secrets.env_file import read_every_value, set_value
from pixie_secrets.env_file.readings import readings
from pixie_secrets.known_values import KnownValues

if TYPE_CHECKING:
    from collections.abc import Callable

SHAPES: dict[str, Callable[[int], str]] = {
    "one letter": lambda size: "x" * size,
    "lines": lambda size: "line 7 of a key\n" * (size // 16),
    "a thousand lines": lambda size: f"{'x7' * (size // 2000)}\n" * 1000,
    "quotes, dollars, backslashes": lambda size: "it's $w0rd \\d " * (size // 14),
}
HARD_LINE = """KEY_{number}="a{unique}Zq7k'$x8{unique} \\"Lm4n\\\\nR2#s ${{Q_{number}}};T5{unique}" # v{unique}9wB3\n"""
SIZES = (15_000, 30_000, 60_000, 120_000)


def timed(text: str) -> tuple[float, float, int]:
    """Seconds for the readings and for the index of them, and how many there are."""
    start = time.process_time()
    found = list(readings(text))
    middle = time.process_time()
    known = KnownValues()
    for reading in found:
        known.add(reading.value, key=reading.key, tool="t")
    known.mask("nothing of it")
    return middle - start, time.process_time() - middle, len(found)


def main() -> None:
    timed("A=warm-up-7x\n")
    for shape, make in SHAPES.items():
        first: tuple[float, float] | None = None
        for size in SIZES:
            read, built, count = timed(set_value("", "KEY", make(size)))
            first = first or (read, built)
            print(
                f"{shape:30} {size:7,} characters: {count:3} readings, "
                f"{read / first[0]:5.1f} times the smallest's reading, {built / first[1]:5.1f} times its index"
            )
    before = 0.0
    for count in (500, 5_000, 50_000):
        text = "".join(HARD_LINE.format(number=number, unique=f"{number:x}") for number in range(count))
        read, built, found = timed(text)
        now = (read + built) / count
        print(
            f"{count:6,} hard lines: {found:6,} readings, {now / (before or now):4.2f} times the time of a line before"
        )
        before = now
    text = "".join(f"KEY_{number}='sk-{number:032x} x'\n" for number in range(10_000))
    start = time.process_time()
    read_every_value(text)
    once = time.process_time() - start
    print(f"10,000 ordinary lines: {timed(text)[0] / once:.1f} times reading them as python-dotenv does")


if __name__ == "__main__":
    main()
