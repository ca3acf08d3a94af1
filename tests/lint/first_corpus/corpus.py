"""The corpus the rules were made with: every kind of secret in shapes that take turns, and the traps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lint.first_corpus.secret_kinds import KINDS
from tests.lint.first_corpus.shapes import SHAPES, special
from tests.lint.first_corpus.traps import traps
from tests.lint.labeled import ALNUM, DIGITS, LETTERS, LabeledFile, Maker

if TYPE_CHECKING:
    from collections.abc import Iterator

SHAPES_A_KIND = 8


def labeled_files() -> Iterator[LabeledFile]:
    """About four hundred files with a secret and sixty traps."""
    for number, (kind, name, made) in enumerate(KINDS):
        for step in range(SHAPES_A_KIND):
            _, shape = SHAPES[(number * 3 + step * 5) % len(SHAPES)]
            value = made(Maker(f"{kind}{step}"))
            yield shape(name, value, f"{kind}").moved(f"{step}")
    own = special(
        lambda seed: Maker(seed).text(LETTERS, 6) + "!" + Maker(seed + "d").text(DIGITS, 3) + "x",
        lambda seed, length: Maker(seed).text(ALNUM, length),
    )
    yield from (file.moved("special") for file in own)
    yield from (trap.moved("traps") for trap in traps())
