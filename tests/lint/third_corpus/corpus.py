"""The third corpus: what people write into small tools and beside them, and what only looks like it.

Written without sight of the rules and of the other corpora. Under `secret/` lie every kind of `everyday_keys.KINDS` in
a rotation of shapes and the files of `secrets_by_hand`; under `plain/` the traps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lint.third_corpus import (
    secrets_by_hand,
    shapes_of_config,
    shapes_of_prose,
    shapes_of_python,
    shapes_of_scripts,
    traps_elsewhere,
    traps_in_data,
    traps_in_prose,
    traps_in_python,
    traps_in_schemas,
    traps_in_shapes,
    traps_in_web,
    traps_of_names,
    traps_of_placeholders,
)
from tests.lint.third_corpus.everyday_keys import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.lint.labeled import LabeledFile
    from tests.lint.third_corpus.shape import Shape

PYTHON_SHAPES = 3
OTHER_SHAPES = 2
SECRETS = secrets_by_hand.PAGES
TRAPS = [
    *traps_in_python.PAGES,
    *traps_of_names.PAGES,
    *traps_of_placeholders.PAGES,
    *traps_elsewhere.PAGES,
    *traps_in_web.PAGES,
    *traps_in_schemas.PAGES,
    *traps_in_data.PAGES,
    *traps_in_prose.PAGES,
]


def shaped() -> Iterator[LabeledFile]:
    """Every kind in three shapes of Python, two of configuration and two of prose; each kind takes the next ones."""
    rows = (
        ([*shapes_of_python.SHAPES, *shapes_of_scripts.SHAPES], PYTHON_SHAPES),
        (shapes_of_config.SHAPES, OTHER_SHAPES),
        (shapes_of_prose.SHAPES, OTHER_SHAPES),
    )
    for shapes, count in rows:
        waiting: list[Shape] = []
        for kind in KINDS:
            waiting = waiting if len(waiting) > len(shapes) else [*waiting, *shapes]
            taken = [shape for shape in waiting if kind.family in shape.families]
            chosen = list({shape.shape: shape for shape in taken}.values())[:count]
            for shape in chosen:
                waiting.remove(shape)
                yield shape.of(kind)


def labeled_files() -> Iterator[LabeledFile]:
    yield from (file.moved("secret") for file in shaped())
    yield from (page.filled().moved("secret") for page in SECRETS)
    yield from (page.filled().moved("plain") for page in TRAPS)
    yield from (file.moved("plain") for file in traps_in_shapes.files())
