"""A hint is in the words of its surface: the command line has options, an agent has arguments and a user."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.mcp.client import Client

from pixie_secrets import errors
from pixie_secrets.errors import Hint, PixieError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.project import Project

PACKAGE = Path(errors.__file__).parent
# Of one surface alone: the command line, the hook that a person's client runs, and what only `exec` has.
ONE_SURFACE = ("cli/", "channels/", "guard/", "doctor/", "running/rendered.py")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
RAISED = re.compile(r"(Refused|Error|NotInstalled|NotFound)$")
COMMAND = re.compile(r"`[^`]*`|(?:pixie-secrets|git|uv) [^;,]*")  # a whole command, for whoever has a shell


def _raised() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the package that makes an error for users, with where it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and re.search(
                r"(Refused|Error|NotInstalled|NotFound)$", ast.unparse(node.func)
            ):
                yield f"{name}:{node.lineno}", node


def _texts(node: ast.AST) -> Iterator[str]:
    """What a part of a call says; what is put into a text later is `…`."""
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not (isinstance(node, ast.Call) and ast.unparse(node.func) == "Hint"):
        for child in ast.iter_child_nodes(node):
            yield from _texts(child)


def _options(text: str) -> list[str]:
    return OPTION.findall(COMMAND.sub("", text))


def test_no_error_of_all_surfaces_names_an_option_of_one() -> None:
    raised = [(place, call) for place, call in _raised() if not place.startswith(ONE_SURFACE)]
    assert len(raised) > 200
    wrong = [(place, text) for place, call in raised for text in _texts(call) if _options(text)]
    assert wrong == []


def test_no_wording_for_an_agent_has_an_option() -> None:
    hints = [
        (path.name, keyword.value)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Hint"
        for keyword in node.keywords
    ]
    assert hints
    assert [(name, text) for name, part in hints for text in _texts(part) if _options(text)] == []


def test_an_error_has_both_wordings_and_one_is_enough() -> None:
    both = PixieError("no", Hint("say --replace", for_agent="call it with replace"))
    assert (both.hint, both.hint_for_agent) == ("say --replace", "call it with replace")
    assert PixieError("no", "look again").hint_for_agent == "look again"


@pytest.mark.parametrize(
    ("line", "tool", "arguments", "option", "argument"),
    [
        ("set-secret whisper-transcription OTHER_KEY", "set-secret",
         {"tool_id": "whisper-transcription", "key": "OTHER_KEY"}, "--allow-undeclared", "with allow_undeclared"),
        ("lint-tool --staged", "lint-tool", {"staged": True}, "instead of --staged", "instead of staged"),
        ("lint-tool --baseline gone.json", "lint-tool", {"baseline": "gone.json"},
         "write a new one", "the user's decision"),
    ],
)  # fmt: skip
def test_each_surface_says_it_in_its_own_words(  # noqa: PLR0917  a row of the table above
    project: Project, line: str, tool: str, arguments: dict[str, object], option: str, argument: str
) -> None:
    typed = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", *line.split()],
        cwd=project.root, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert typed.returncode == 1
    assert option in typed.stderr
    with Client(project.root, "modern") as client:
        refused = client.refusal(client.start(tool, arguments))
    assert argument in refused
    assert not _options(refused)
