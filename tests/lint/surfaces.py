"""The two ways to lint: a real process of the command, and a model's calls to one real MCP server."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic_sarif.model import (
    StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif,
)
from tests.lint.bench import known_value, lint, password, token
from tests.mcp.client import Client

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = (known_value(), *(make(*seed) for make in (password, token) for seed in ((), ("old",), ("new",))))


@dataclass(frozen=True)
class Asked:
    """What somebody wants of lint, as a model says it."""

    tool_id: str | None = None
    paths: tuple[str, ...] = ()
    staged: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: str | None = None
    write_baseline: bool = False
    explain: str | None = None

    def words(self) -> list[str]:
        """The same at the command line."""
        words = [word for word in (self.tool_id, *self.paths) if word is not None]
        words += [word for code in self.select for word in ("--select", code)]
        words += [word for code in self.ignore for word in ("--ignore", code)]
        words += ["--staged"] if self.staged else []
        words += ["--write-baseline"] if self.write_baseline else []
        words += ["--explain", self.explain] if self.explain is not None else []
        if self.baseline is not None:
            words += ["--baseline", self.baseline] if self.baseline else ["--no-baseline"]
        return words

    def arguments(self) -> dict[str, Any]:
        """The same as a call."""
        return {name: value for name, value in asdict(self).items() if value not in (None, False, ())}


class Heard(NamedTuple):
    """document: the answer in the format that was asked for. refusal: why there is none. everything: all that came."""

    document: str
    refusal: str
    everything: str

    @property
    def codes(self) -> list[str]:
        """The codes in a SARIF document, which has to keep to its schema."""
        assert not self.refusal
        Sarif.model_validate_json(self.document)
        [run] = json.loads(self.document)["runs"]
        return sorted(one["ruleId"] for one in run["results"])


class Command:
    """A process for each question."""

    def __init__(self, root: Path, without_git: Path) -> None:
        self._root, self._without_git = root, without_git

    def hear(self, asked: Asked, how: str = "sarif", *, git: bool = True) -> Heard:
        ran = lint(self._root, *asked.words(), "--format", how, path=None if git else str(self._without_git))
        refused = "" if ran.out else ran.err
        return _told(Heard(ran.out.removesuffix("\n"), refused, ran.out + ran.err))

    def close(self) -> None:
        """Nothing of it is left."""


class Model:
    """One server for all questions, and another one on a machine without git."""

    def __init__(self, root: Path, without_git: Path) -> None:
        self._root, self._without_git = root, without_git

    def hear(self, asked: Asked, how: str = "sarif", *, git: bool = True) -> Heard:
        if asked.write_baseline:  # what is not reported any more is a person's to say, at the command line
            return Command(self._root, self._without_git).hear(asked, how, git=git)
        client = self.client if git else self._client_without_git
        before = len(client.received)
        result = client.result(client.start("lint-tool", {**asked.arguments(), "format": how}))
        [block, *more] = result["content"]
        everything = "".join(client.received[before:]) + client.errors.decode()
        if result.get("isError"):
            return _told(Heard("", block["text"], everything))
        structured = result["structuredContent"]
        if how == "json" and "document" not in structured:
            assert json.loads(block["text"]) == structured
        else:
            assert structured["document"] == block["text"]
            [rest] = more  # a client that hands on text alone gives its model the same facts
            assert {**json.loads(rest["text"]), "document": block["text"]} == structured
        return _told(Heard(block["text"], "", everything))

    @cached_property
    def client(self) -> Client:
        client = Client(self._root)
        client.open()
        return client

    @cached_property
    def _client_without_git(self) -> Client:
        client = Client(self._root, environment={"PATH": str(self._without_git)})
        client.open()
        return client

    def close(self) -> None:
        for name in ("client", "_client_without_git"):
            if name in self.__dict__:
                assert self.__dict__[name].close() == 0


def _told(heard: Heard) -> Heard:
    """Nothing that anybody hears holds a value, how it begins or how it ends."""
    for value in PLANTED:
        for part in (value, value[:8], value[-6:]):
            assert part not in heard.everything
    return heard


Surface = Command | Model
