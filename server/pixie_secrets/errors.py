"""What a user can be told: what happened, and what to do about it.

Every refusal in this program is a `PixieError`. The command line prints message and hint and exits 1, the MCP
server answers `isError` with both, the page answers 4xx with both. Neither may ever hold a value: an error is
the one thing that is sure to be shown, logged and pasted into a chat.
"""

from __future__ import annotations

TYPE_CHECKING = False  # the standard library's name for it costs an import that each start would wait for
if TYPE_CHECKING:
    from typing import Self

# The one list of exit statuses: the command line's, a popup's and the guard's own, and what a shell says of others.
DONE, REFUSED, USAGE = 0, 1, 2
NOT_EXECUTABLE, NOT_FOUND = 126, 127  # of a command that could not be started
BY_SIGNAL = 128  # and the number of the signal that ended a program
HUNG_UP, CANCELLED, NO_READER = BY_SIGNAL + 1, BY_SIGNAL + 2, BY_SIGNAL + 13  # SIGHUP, SIGINT, SIGPIPE


class Hint(str):
    """A hint in two wordings: an agent has no `--replace` to type, and a person no argument to give.

    It is the command line's; for_agent: the MCP server's.
    """

    __slots__ = ("for_agent",)
    for_agent: str

    def __new__(cls, command_line: str, *, for_agent: str) -> Self:
        hint = super().__new__(cls, command_line)
        hint.for_agent = for_agent
        return hint


class PixieError(Exception):
    """Something a user can be told.

    message: what happened; lower case, no full stop, no value.
    hint: what to do now, in the same style; empty when there is nothing to do. A `Hint` where the words of
        the surfaces differ.
    status: what the command line exits with.
    """

    status = REFUSED

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    @property
    def hint_for_agent(self) -> str:
        """The hint in the words of an agent."""
        return self.hint.for_agent if isinstance(self.hint, Hint) else self.hint


class ProjectNotFound(PixieError):
    """No folder with `tools/` was named or found."""


class UnknownTool(PixieError):
    """The project has no tool of that id or folder name."""


class ManifestError(PixieError):
    """A `tool.json` that cannot be read or breaks the format; says line and column."""


class KeyRefused(PixieError):
    """A secret key that is not declared, not well formed, or steers a process."""


class SecretsMissing(KeyRefused):
    """Required secrets that are not set."""


class MissingSecrets(PixieError):
    """Required secrets of a tool or an app that are not set; names all of them. keys: theirs, in order."""

    keys: tuple[str, ...] = ()


class UndeclaredSecret(PixieError, AttributeError, KeyError):
    """Code reads a secret that its tool does not declare; to `hasattr` and `in` it is one that is not there."""

    __str__ = Exception.__str__  # KeyError's would quote it


class MissingExtra(PixieError):
    """A package that is not installed, which comes with one of the extras of pixie-secrets; names it."""


class ValueRefused(PixieError):
    """A value that could not be stored and read back identically; the file is untouched."""


class FileRefused(PixieError):
    """A file that is not what it should be: a link, a device, somebody else's, not UTF-8, or never still."""


class ChannelClosed(PixieError):
    """The person could not be asked: no terminal, an expired link, a page that was withdrawn."""
