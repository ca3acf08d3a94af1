"""One way out of a command: what it writes here leaves there, masked, and no later than it has to.

The masker holds back what may be the beginning of a value. Where somebody sits in front of a terminal, the echo of a
single key must not wait for the next one because some value begins with that letter; and on a pipe no line end may
wait, or a protocol would stand still. So what is held back is shown after a moment of silence as long as it says
nothing: at a terminal up to three characters, fewer than the shortest value that is masked; elsewhere only white
space. When it does become a value, the rest of it is masked all the same.
"""

from __future__ import annotations

import errno
import os
import select
from typing import TYPE_CHECKING

from pixie_secrets.known_values.stream import READ_SIZE, BytesMasker

if TYPE_CHECKING:
    from pixie_secrets.known_values import KnownValues

SILENCE_SECONDS = 0.03
SHOWN_EARLY_MAX = 3


class MaskedPipe:
    """From `source`, which is ours and is closed at its end, to `target`, which is not."""

    def __init__(self, known: KnownValues, source: int, target: int) -> None:
        self.source = source
        self.open = True
        self.target = target
        self._masker = BytesMasker(known)
        self._terminal = os.isatty(target)
        self._early = b""  # shown already, and still held by the masker

    def pump(self) -> None:
        """Pass on what can be read now; call it when something can."""
        try:
            data = os.read(self.source, READ_SIZE)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EIO:  # how a terminal says that its other side is closed
                raise
            data = b""
        if data:
            self._put(self._masker.feed(data))
        else:
            self.finish()

    def waits(self) -> bool:
        """Whether silence would show anything more."""
        return self.open and len(self._showable()) > len(self._early)

    def silent(self) -> None:
        """Nothing came for a moment: show what may be shown early."""
        if self.waits():
            early = self._showable()
            if self._write(early[len(self._early) :]):
                self._early = early

    def finish(self) -> None:
        """Nothing more will come."""
        if self.open:
            self._put(self._masker.finish())
            self._close()

    def _showable(self) -> bytes:
        held = self._masker.waiting()
        if b"*" in held or len(held) > SHOWN_EARLY_MAX or not held.startswith(self._early):
            return b""
        return held if self._terminal or held.isspace() else b""

    def _put(self, data: bytes) -> None:
        """Write what the masker let go, less what was shown of it."""
        if data and self._early:
            data = data.removeprefix(self._early)
            self._early = b""
        self._write(data)

    def _write(self, data: bytes) -> bool:
        """Whether somebody reads. When nobody does, the command is told at its next write, as it would have been."""
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self.target, view) :]
            except BlockingIOError:  # somebody who shares it made it so
                select.select([], [self.target], [])
            except OSError:  # closed, hung up, or full
                self._close()
                return False
        return True

    def _close(self) -> None:
        if self.open:
            self.open = False
            os.close(self.source)
