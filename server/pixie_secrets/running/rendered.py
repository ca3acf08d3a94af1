"""Files with values in them, for as long as a command runs: made private, and gone afterwards whatever happens.

Who removes them is a process of its own that waits for ours to end: SIGKILL ends us without a chance to clean up.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import FileRefused
from pixie_secrets.files import create_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TEMPLATE_BYTES_MAX = 16 << 20
_MADE, _DONE = b"+", b"."


class Rendering(NamedTuple):
    """A template, and the file that is made of it."""

    source: Path
    target: Path


def rendering(words: str) -> Rendering:
    """`SRC:DST`, divided at its first colon.

    Raises:
        FileRefused: there is no colon, or nothing on one side of it.
    """
    source, colon, target = words.partition(":")
    if not (source and colon and target):
        raise FileRefused("what is to be rendered is not understood", "name two files: --render SRC:DST")
    return Rendering(Path(source), Path(target))


@contextmanager
def present(renderings: Sequence[Rendering], resolve: Callable[[str], str]) -> Iterator[None]:
    """Each target, within the block: mode 600, made of its template by `resolve`.

    Raises:
        FileRefused: a template cannot be read, or a target is there already or cannot be made; then none is left.
    """
    if not renderings:
        yield
        return
    texts = [resolve(_read(each.source)) for each in renderings]
    alive, done = _remover([each.target for each in renderings])
    try:
        for each, text in zip(renderings, texts, strict=True):
            _write(each.target, text, alive)
        yield
    finally:
        os.write(alive, _DONE)  # not only closed: what the command left running may hold it too
        os.close(alive)
        _, status = os.waitpid(done, 0)
    if status:
        raise FileRefused("a rendered file could not be removed", "remove it: it holds values")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(TEMPLATE_BYTES_MAX + 1)
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {(error.strerror or 'no reason given').lower()}") from None
    if len(data) > TEMPLATE_BYTES_MAX:
        raise FileRefused(f"{path} is larger than {TEMPLATE_BYTES_MAX >> 20} MiB")
    return data.decode("utf-8", "surrogateescape")


def _write(path: Path, text: str, remover: int) -> None:
    """Make a new file; the remover hears of it before it holds anything."""
    try:
        file = create_plain(path, 0o600)
    except FileExistsError:
        raise FileRefused(f"{path} is there already", "name a new file, it is removed afterwards") from None
    except OSError as error:
        raise FileRefused(f"{path} cannot be made: {(error.strerror or 'no reason given').lower()}") from None
    os.write(remover, _MADE)
    with os.fdopen(file, "wb") as target:
        os.fchmod(file, 0o600)
        target.write(text.encode("utf-8", "surrogateescape"))


def _remover(targets: Sequence[Path]) -> tuple[int, int]:
    """A process that removes as many of `targets` as it was told of, once nobody holds the returned descriptor."""
    absolute = [path.absolute() for path in targets]
    made, alive = os.pipe()
    pid = os.fork()
    if pid:
        os.close(made)
        return alive, pid
    status = 1
    try:
        os.setsid()  # the keyboard's signals are not for it
        os.close(alive)
        count = 0
        while (marks := os.read(made, 16)) and not marks.endswith(_DONE):
            count += len(marks)
        count += marks.count(_MADE)
        for path in absolute[:count]:
            with suppress(FileNotFoundError):
                path.unlink()
        status = 0
    finally:
        os._exit(status)
