"""What the guard is asked, whoever asks."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

BEFORE, AFTER, PROMPT, START = "before a call", "after a call", "prompt", "start of a session"

SHELL = "shell"  # given: command
FILE = "file"  # reads one: given: any name of PATHS in guard/decide
WRITE = "write"  # the same, and changes it
SEARCH = "search"  # in files: given: path, glob
NAMES = "names"  # shows names of files and never what is in them
MANY = "many"  # reads files by patterns: given: include, exclude, lists of them, in which `*` is hidden names too
OWN = "own"  # our own server's
OTHER = "other"  # whatever it is: every text in it is looked at


class Request:
    """One question.

    kind: of the tool, one of the above; "" where the question is not about a call. given: its arguments; those of a
    tool that takes one text, or a list of words, are under the name that its kind looks at. At the start of a session:
    transcript, the file in which it will stand.
    working: the folder it would run in, "" where the client does not say. result: what it gave, afterwards.
    prompt: what the person typed.
    """

    __slots__ = ("given", "kind", "prompt", "result", "working")

    def __init__(
        self,
        kind: str = "",
        given: Any = None,
        working: str = "",
        result: Any = None,
        prompt: str = "",
    ) -> None:
        self.kind = kind
        if isinstance(given, (str, list)):
            given = {"command" if kind == SHELL else "code" if kind == OTHER else "path": given}
        self.given: dict[str, Any] = given if isinstance(given, dict) else {}
        self.working = working
        self.result = result
        self.prompt = prompt


def text_at(document: Mapping[str, Any], name: str) -> str:
    """A string of the document, "" where there is none."""
    found = document.get(name)
    return found if isinstance(found, str) else ""


def patterns(given: Any) -> dict[str, list[str]]:
    """What MANY is given, by the names that clients have for it."""

    def named(*names: str) -> list[str]:
        found = [given.get(name) for name in names] if isinstance(given, dict) else []
        lists = [each if isinstance(each, list) else [each] for each in found]
        return [each for one in lists for each in one if isinstance(each, str)]

    return {"include": named("include", "paths"), "exclude": named("exclude")}


def texts(node: Any) -> str:
    """What a model reads of a result: every text in it, one below the other; what only names a part is left out."""
    if isinstance(node, str):
        return node
    if isinstance(node, dict):
        found = [texts(each) for name, each in node.items() if name not in {"type", "id", "name", "mimeType", "role"}]
    else:
        found = [texts(each) for each in node] if isinstance(node, list) else []
    return "\n".join(filter(None, found))
