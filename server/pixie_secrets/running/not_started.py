"""The one thing that can go wrong before a command runs, in words, and with the status a shell would exit with."""

from __future__ import annotations

import errno
import os

from pixie_secrets.errors import NOT_EXECUTABLE, NOT_FOUND, PixieError
from pixie_secrets.known_values import KNOWN
from pixie_secrets.wording import shown


class CommandNotStarted(PixieError):
    """The system would not start the command. status: what a shell would exit with."""

    def __init__(self, program: str, number: int) -> None:
        name = shown(KNOWN.mask(os.fsdecode(program)))
        self.status = NOT_FOUND if number == errno.ENOENT else NOT_EXECUTABLE
        if number == errno.E2BIG:
            super().__init__(
                "the tool's secrets and the environment together are too large for a program",
                "keep large secrets in files of their own outside the project, and make the secrets those files' paths",
            )
        elif number == errno.ENOENT:
            super().__init__(f"there is no command {name}", "see PATH; a path must be one from this folder")
        else:
            super().__init__(f"{name} cannot be started: {os.strerror(number).lower()}")
