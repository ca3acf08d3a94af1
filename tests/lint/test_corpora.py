"""How many of the labeled secrets are found, and how many traps are walked into: printed, and held."""

from __future__ import annotations

import importlib
import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool

from pixie_secrets.layouts.project import Project
from pixie_secrets.lint.codes import SECRET_CODES
from pixie_secrets.lint.formats import github, sarif, text
from pixie_secrets.lint.names import kind_of
from pixie_secrets.lint.placeholders import made_of_words
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.lint_tool import LintToolRequest, ToolLinted, lint_tool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.lint.labeled import LabeledFile

# Least recall, most traps flagged. All but the first corpus were written without sight of the rules; the first, blind
# runs on them found 0.974, 0.921 and 0.864 (the last is hard on purpose) and flagged 0.032, 0.024 and 0.053. What they
# showed to be missing was added to the rules since, so that now they hold what was reached: raise it with the rules.
HELD = {
    "first_corpus": (0.97, 0.02),
    "second_corpus": (0.98, 0.035),
    "third_corpus": (0.99, 0.01),
    "fourth_corpus": (0.97, 0.03),
}
MOST_BESIDE = 0.05  # of the files with a secret, those that are also flagged on another line


class Judged:
    """A corpus, laid out as the files of a tool and linted."""

    def __init__(self, name: str, root: Path) -> None:
        self.files: list[LabeledFile] = list(importlib.import_module(f"tests.lint.{name}.corpus").labeled_files())
        folder = add_tool(root, "corpus")
        for file in self.files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            assert not path.exists(), f"{file.path} is in the corpus twice"
            path.write_bytes(file.data)
        self.linted: ToolLinted = lint_tool(Context(Project(root)), LintToolRequest(tool_ids=("corpus",)))
        self.lines: dict[str, set[int]] = {}
        for finding in self.linted.findings:
            if finding.code in SECRET_CODES:
                self.lines.setdefault(finding.file.removeprefix("tools/corpus/"), set()).add(finding.line)

    def missed(self) -> Iterator[tuple[LabeledFile, int]]:
        for file in self.files:
            for line in sorted(file.secret_lines - self.lines.get(file.path, set())):
                yield file, line

    def flagged(self) -> Iterator[tuple[LabeledFile, int]]:
        for file in self.files:
            for line in sorted(self.lines.get(file.path, set())):
                if not file.secret_lines:
                    yield file, line


@pytest.fixture(scope="module", params=HELD)
def judged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Judged]:
    return request.param, Judged(request.param, tmp_path_factory.mktemp("corpus"))


def test_recall_and_false_alarms_hold(judged: tuple[str, Judged], capsys: pytest.CaptureFixture[str]) -> None:
    name, corpus = judged
    secrets = sum(len(file.secret_lines) for file in corpus.files)
    traps = sum(not file.secret_lines for file in corpus.files)
    missed, flagged = list(corpus.missed()), list(corpus.flagged())
    recall = 1 - len(missed) / secrets
    alarms = len({file.path for file, _ in flagged}) / traps
    with capsys.disabled():
        print(f"\n{name}: {recall:.3f} of {secrets} secrets found, {alarms:.3f} of {traps} traps flagged")
        print(f"  missed: {dict(Counter(file.kind for file, _ in missed))}")
        print(f"  flagged: {dict(Counter(file.kind for file, _ in flagged))}")
    least, most = HELD[name]
    assert recall >= least
    assert alarms <= most


def test_a_file_with_a_secret_is_flagged_on_that_line_and_hardly_anywhere_else(judged: tuple[str, Judged]) -> None:
    _, corpus = judged
    wanted = [file for file in corpus.files if file.secret_lines]
    beside = [file.path for file in wanted if corpus.lines.get(file.path, set()) - file.secret_lines]
    assert len(beside) / len(wanted) <= MOST_BESIDE, beside


def test_a_corpus_is_large_enough_to_mean_something(judged: tuple[str, Judged]) -> None:
    _, corpus = judged
    assert len({file.kind for file in corpus.files if file.secret_lines}) >= 40
    assert len({file.kind for file in corpus.files if not file.secret_lines}) >= 40


def test_no_format_shows_what_was_found(judged: tuple[str, Judged]) -> None:
    _, corpus = judged
    findings = corpus.linted.findings
    said = "\n".join(
        (text.render(findings), sarif.render(findings), github.render(findings), corpus.linted.model_dump_json())
    )
    words = set(json.dumps(said).replace('\\"', " ").replace("`", " ").split())
    for file in corpus.files:
        lines = file.data.decode("utf-8", "replace").split("\n")
        for line in file.secret_lines:
            for word in lines[line - 1].replace('"', " ").replace("'", " ").split() if line <= len(lines) else ():
                if len(word) >= 16 and any(char.isdigit() for char in word) and not is_name(word):
                    assert word not in words


def is_name(word: str) -> bool:
    """AUTH0_CLIENT_SECRET, auth0ClientSecret: what a secret is called may be said. No token is made of such words."""
    return word.isidentifier() and kind_of(word) is not None and made_of_words(word)
