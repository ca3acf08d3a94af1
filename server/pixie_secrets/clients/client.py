"""What is known of a coding agent: what it shows its user, what its model receives, how long it waits, what it keeps.

Each figure was seen in the version named beside it, or is its documentation's. What is not known is the careful answer:
no link in a result, a wait of under a minute, no promise about a page after the answer.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CAREFUL_HOLD_SECONDS = 50.0  # five clients give up on a call after 60
HOOK_SECONDS = 30  # the guard gives a call five, and masks megabytes in the rest
LONG_HOLD_SECONDS = 280.0  # what somebody needs to fetch a key from a website; clients that wait longer than 300 s


class Links(Enum):
    """What becomes of a link that is put to the client's user (URL elicitation), if the client declares that it can.

    LOOPBACK: the user sees it and can open it, ours on 127.0.0.1 too. HTTPS_ONLY: others are declined by the client
    itself, in the user's name. NEVER: it does not declare it.
    """

    LOOPBACK = "loopback"
    HTTPS_ONLY = "https only"
    NEVER = "never"


class Progress(Enum):
    """What a progress note does. NONE: the client asks for none. SHOWN: it is taken. RENEWS: the wait begins anew."""

    NONE = "none"
    SHOWN = "shown"
    RENEWS = "renews"


class ResultPart(Enum):
    """What of a result the model receives; of one with both parts."""

    TEXT = "text"
    STRUCTURE = "structure"
    BOTH = "both"


@dataclass(frozen=True)
class Folder:
    """A folder of the client. default: in the home folder, or `project`: the project's. variable: names another."""

    default: str
    variable: str = ""

    def path(self, project: Path, environment: Mapping[str, str] = os.environ) -> Path:
        """Where it is for this user and project."""
        named = environment.get(self.variable) if self.variable else None
        if named:
            return Path(named)
        home = environment.get("HOME") or environment.get("USERPROFILE") or "/"
        return Path(project) if self.default == "project" else Path(home, self.default)


@dataclass(frozen=True)
class KeptFiles:
    """Files in which a client keeps what was said.

    pattern: of their paths, in `folder`, as `Path.glob` takes it. what: transcript, prompts, output, index, snapshot.
    columns: of an SQLite database, `table.column`. compressed: each file is one zlib stream. same_size: it is noted
    elsewhere at which byte each line begins.
    """

    folder: Folder
    pattern: str
    what: str
    columns: tuple[str, ...] = ()
    compressed: bool = False
    same_size: bool = False


@dataclass(frozen=True)
class Hooks:
    """How the client tells a program of ours what its model is about to do.

    file: where they are registered, in `folder`. before_call, after_call, prompt, more: its events, as it spells them.
    entries: what is written there, for what starts the guard on an event; None: we do not write there.
    """

    folder: Folder
    file: str
    before_call: str
    after_call: str
    prompt: str
    more: tuple[str, ...] = ()
    entries: HookItems | HookFile | None = None

    def names_guard(self, project: Path, client: str, environment: Mapping[str, str] = os.environ) -> bool:
        """Whether the file where they are registered names our guard for this client."""
        try:
            text = (self.folder.path(project, environment) / self.file).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        return f"--client {client}" in text or f'const CLIENT = "{client}"' in text

    @property
    def events(self) -> tuple[str, ...]:
        """All of them."""
        return (self.before_call, self.after_call, *self.more, self.prompt)


@dataclass(frozen=True)
class HookItems:
    """The file is the client's, JSON, and has a list for each event below `hooks`; ours is one item of each.

    seconds: what this client calls a second in `timeout`. name: shown while it runs, where the client would otherwise
    show the command.
    """

    seconds: int = 1
    name: str = ""

    def item(self, line: str) -> dict[str, Any]:
        """For what a shell is to run."""
        name = {"name": self.name} if self.name else {}
        return {"hooks": [{**name, "type": "command", "command": line, "timeout": HOOK_SECONDS * self.seconds}]}


@dataclass(frozen=True)
class HookFile:
    """The file is ours alone. text: all of it, for the events, the client's name and what starts the guard."""

    text: Callable[[tuple[str, ...], str, tuple[str, ...]], str]


def command_entry(command: str, arguments: tuple[str, ...]) -> dict[str, Any]:
    """The entry of a server as most clients write it."""
    return {"command": command, "args": list(arguments)}


@dataclass(frozen=True)
class Configuration:
    """Where the client reads its MCP servers. files: in `folder`; the first that exists, else the first.

    format: `json` (comments are kept), `toml` or `yaml`.
    table: the keys above the server's entry. entry: what is written there, for a command, its arguments, and the
    environment a client that hands on none has to be told.
    """

    folder: Folder
    files: tuple[str, ...]
    format: str
    table: tuple[str, ...]
    entry: Callable[[str, tuple[str, ...]], dict[str, Any]] = command_entry


def _not_known(_environment: Mapping[str, str], _call: Mapping[str, Any]) -> bool | None:
    return None


@dataclass(frozen=True)
class Client:
    """One coding agent.

    name: for `connect`. title: for people. programs: what it is called on PATH. handshake: what it calls itself in
    `clientInfo`; one that ends in `*` is the beginning. seen: the version all this was seen in, or its documentation.
    reads_input_required: whether it shows a link that comes in an answer (2026 protocol) and calls again; one that does
    not, puts the link before its model. understands_discover: false has it fall back to the handshake, where it asks
    properly. hold_seconds: how long it is safe to hold a call; hold_seconds_renewed: with progress notes.
    ends_with_answer: whether the server ends as soon as the call is answered, from the server's environment and the
    `_meta` of the call; None when that cannot be told.
    """

    name: str
    title: str
    programs: tuple[str, ...] = ()
    handshake: tuple[str, ...] = ()
    seen: str = ""
    links: Links = Links.NEVER
    reads_input_required: bool = False
    understands_discover: bool = True
    hold_seconds: float = CAREFUL_HOLD_SECONDS
    progress: Progress = Progress.NONE
    reads: ResultPart = ResultPart.BOTH
    ends_with_answer: Callable[[Mapping[str, str], Mapping[str, Any]], bool | None] = _not_known
    configuration: Configuration | None = None
    hooks: Hooks | None = None
    keeps: tuple[KeptFiles, ...] = ()

    def calls_itself(self, name: str) -> bool:
        """Whether a `clientInfo.name` is this client's."""
        return any(name.startswith(known[:-1]) if known.endswith("*") else name == known for known in self.handshake)

    def hold(self, *, progress_token: bool) -> float:
        """Seconds for which a call may be held."""
        renewed = progress_token and self.progress is Progress.RENEWS
        return max(self.hold_seconds, LONG_HOLD_SECONDS) if renewed else self.hold_seconds


# Of a client nobody has looked at: its link is believed where it is asked within the call, never in an answer.
UNKNOWN = Client(name="unknown", title="this client", links=Links.LOOPBACK, progress=Progress.SHOWN)
