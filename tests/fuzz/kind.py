"""What every kind of input has in common: made from one random source, given to what reads it, and what was said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.conftest import add_tool

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

VALUE = "sk-fuzz-8Kq2Wm5Zx7Lt"  # planted; nothing may say it


class Broken(Exception):
    """A promise did not hold for an input."""


class Kind:
    """One kind of input, and a place of its own to try it in. folder: empty, and this kind's alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def attempt(self, random: Random) -> str:
        """Make the one input that `random` stands for, give it to what reads it; everything that was said.

        Raises:
            Broken: a file is not as it was, or an answer is missing.
        """
        raise NotImplementedError

    def spent(self) -> float:
        """Seconds of processor time that another process of this kind has taken so far."""
        return 0.0

    def close(self) -> None:
        """End what was started."""


def project(root: Path) -> Path:
    """A project with one value in it."""
    for tool in ("a", "b"):
        add_tool(root, tool, secrets=[{"key": "K", "description": "what it is for"}])
    (root / "tools/a/.env").write_text(f"K={VALUE}\n")
    (root / "notes.txt").write_text(f"the key is {VALUE}\n")
    return root


PIECES = (
    "", "a", "b", "K", "../", "/", "\\", "\0", "\n", "\r\n", "\t", " ", '"', "'", "$", "${K}", "$(", "`", "=", "#",
    "%00",
    "é", "\u2028", "\u202e", "\ufeff", "\U0001f600", "\x1b[31m", "\x85", ".env", "tools/a", "<b>", "{{7*7}}", "{", "]",
    "true", "null", "-1", "1e999", "9" * 40, "x" * 300, VALUE, VALUE[:9], "***", "--json", "*", "?", "|",
)  # fmt: skip
NUMBERS = (0, 1, -1, 2, 7, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**63, 10**40, 0.5, -0.0, 1e300)


def text(random: Random, most: int = 6) -> str:
    """A few pieces that something finds special, joined; now and then half a character."""
    made = "".join(random.choices(PIECES, k=random.randrange(most + 1)))
    return made + random.choice("\ud800\udcff") if random.random() < 0.02 else made


def anything(random: Random, depth: int = 3) -> Any:
    """A JSON document."""
    kind = random.random()
    if kind < 0.45 or not depth:
        return text(random)
    if kind < 0.6:
        return random.choice(NUMBERS)
    if kind < 0.7:
        return random.choice([None, True, False])
    if kind < 0.85:
        return [anything(random, depth - 1) for _ in range(random.randrange(4))]
    return {text(random, 2): anything(random, depth - 1) for _ in range(random.randrange(4))}


def changed(random: Random, node: Any, chance: float) -> Any:
    """`node`, a JSON document, with some of it replaced, left out, doubled or renamed."""
    if random.random() < chance:
        return anything(random)
    if isinstance(node, dict):
        made = {}
        for key, each in node.items():
            if random.random() < chance:
                continue
            made[text(random, 2) if random.random() < chance else key] = changed(random, each, chance)
        return made
    if isinstance(node, list):
        kept = [changed(random, each, chance) for each in node if random.random() >= chance]
        return kept * 2 if random.random() < chance else kept
    return node


def damaged(random: Random, data: bytes) -> bytes:
    """`data` with a few of its bytes changed, cut out, doubled or replaced by numbers that are special."""
    made = bytearray(data)
    for _ in range(random.choice([0, 1, 1, 1, 2, 3, 8])):
        place = random.randrange(len(made) + 1)
        kind = random.randrange(6)
        if kind == 0:
            made[place : place + 1] = bytes([random.randrange(256)])
        elif kind == 1:
            del made[place : place + random.choice([1, 2, 4, 30, 400])]
        elif kind == 2:
            made[place:place] = made[place : place + random.choice([1, 4, 46, 300])]
        elif kind == 3:
            size = random.choice([1, 2, 4, 8])
            made[place : place + size] = (int(random.choice(NUMBERS)) % 256**size).to_bytes(size, "little")
        elif kind == 4:
            made[place:place] = text(random).encode("utf-8", "surrogatepass")
        else:
            del made[place:]
    return bytes(made)


def json_line(random: Random, document: Any) -> bytes:
    """`document` as a client may write it: escaped or not, and now and then damaged."""
    written = json.dumps(document, ensure_ascii=random.random() < 0.7)
    data = written.encode("utf-8", "surrogatepass").replace(b"\n", b" ")
    return damaged(random, data).replace(b"\n", b" ") if random.random() < 0.3 else data
