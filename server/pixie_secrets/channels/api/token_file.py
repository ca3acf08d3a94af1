"""The token that a caller has to show, in a file of its owner's alone, for as long as the program that made it runs."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import FileRefused
from pixie_secrets.files import create_plain, open_folder, write_all
from pixie_secrets.state import state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator


class TokenFile(NamedTuple):
    """path: absolute. token: what stands in it, with a line feed."""

    path: Path
    token: str


@contextmanager
def token_file() -> Iterator[TokenFile]:
    """A new token, and the file that has it until the end.

    Raises:
        FileRefused: it cannot be written.
    """
    token = secrets.token_urlsafe(32)
    folder = Path(state_folder()) / "api"
    path = folder / f"{os.getpid()}.token"
    try:
        if not folder.is_absolute():
            raise FileRefused("there is no home folder to keep the token in", "set HOME")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = open_folder(folder)  # never through a link
        try:
            _sweep(folder)
            path.unlink(missing_ok=True)
            descriptor = create_plain(path.name, 0o600, folder=opened)
            try:
                write_all(descriptor, f"{token}\n".encode())
            finally:
                os.close(descriptor)
        finally:
            os.close(opened)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise FileRefused(f"the token's file {path} cannot be written: {reason}", "see that it is yours") from None
    try:
        yield TokenFile(path, token)
    finally:
        path.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove the files of programs that were killed; their tokens open nothing any more."""
    for path in folder.glob("*.token"):
        with suppress(ValueError, OSError):
            try:
                os.kill(int(path.stem), 0)
            except ProcessLookupError:
                path.unlink()
