"""What tool.json says of a secret reaches the person, and a value that does not fit is refused where it is typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values
from tests.at_terminal import PIXIE, Shell
from tests.channels.pages import serving, visitor
from tests.conftest import add_tool

from pixie_secrets.layouts.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.channels.pages import Served

CANARY = "canary-9f2Kq7mW"
SECRETS = [
    {
        "key": "PORT",
        "description": "Where it listens",
        "type": "integer",
        "example": "80<b>80",
        "obtain": {"url": "https://x.example/keys?a=1&b=2", "text": "Keys, <i>New</i>"},
    },
    {"key": "TOKEN", "pattern": "tok_[a-z]{4}", "obtain": {"text": "ask Ann"}},
    {"key": "FREE"},
]


@pytest.fixture
def typed(tmp_path: Path) -> Project:
    add_tool(tmp_path, "typed", secrets=SECRETS)
    return Project(tmp_path)


@pytest.fixture
def served(typed: Project) -> Iterator[Served]:
    with serving(typed) as served:
        yield served


def test_the_page_shows_what_a_value_looks_like_and_where_to_get_one(served: Served) -> None:
    link = served.link(served.ask(tool_id="typed"))
    html = visitor(link).enter(link).html
    assert "Where it listens" in html
    assert "<code>80&lt;b&gt;80</code>" in html
    assert 'href="https://x.example/keys?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">' in html
    assert "Keys, &lt;i&gt;New&lt;/i&gt;" in html
    assert "ask Ann" in html
    assert 'aria-describedby="about-PORT problem-PORT"' in html
    assert 'aria-describedby="about-FREE"' not in html


def test_the_settings_page_shows_the_same(served: Served, typed: Project) -> None:
    (typed.root / "tools" / "typed" / ".env").write_text("PORT=1\n")
    link = served.settings("typed")
    html = visitor(link).enter(link).html
    assert "Keys, &lt;i&gt;New&lt;/i&gt;" in html
    assert "tok_" not in re.sub(r"<[^>]*>", "", html), "an expression is for the browser, not for people"


def test_a_value_that_does_not_fit_is_refused_at_its_own_field_and_nothing_is_saved(
    served: Served, typed: Project
) -> None:
    link = served.link(served.ask(tool_id="typed"))
    someone = visitor(link)
    page = someone.enter(link)
    answer = someone.save(page, {"line.PORT": CANARY, "line.TOKEN": f"tok_{CANARY}", "line.FREE": "value-1"})
    assert answer.status == 422
    assert len(re.findall(r'class="problem">[^<]', answer.html)) == 2
    assert "must be a whole number" in answer.html
    assert "must match the pattern tok_[a-z]{4}" in answer.html
    assert CANARY not in answer.html
    assert not (typed.root / "tools" / "typed" / ".env").exists()
    done = someone.save(answer, {"line.PORT": "8080", "line.TOKEN": "tok_abcd", "line.FREE": "value-1"})
    assert done.heading == "Saved"
    assert dotenv_values(typed.root / "tools" / "typed" / ".env")["PORT"] == "8080"


def test_the_prompt_says_it_at_once_and_asks_again(typed: Project) -> None:
    with Shell(typed.root) as shell:
        shell.ask("set-secret typed PORT")
        assert "such as 80<b>80" in shell.shown
        assert "get one: https://x.example/keys?a=1&b=2 Keys, <i>New</i>" in shell.shown
        shell.type(f"{CANARY}\r")
        shell.expect("must be a whole number")
        shell.question()
        shell.type("8080\r")
        said = shell.prompt_back()
        assert "saved PORT" in said
        assert CANARY not in shell.shown
    assert dotenv_values(typed.root / "tools" / "typed" / ".env") == {"PORT": "8080"}


def test_a_pipe_is_refused_alike(typed: Project) -> None:
    with Shell(typed.root) as shell:
        said = shell.run(f"printf {CANARY} | {PIXIE} set-secret typed PORT --stdin 2>&1 | cat")
        assert "must be a whole number" in said.replace("\n", " ")
    assert not (typed.root / "tools" / "typed" / ".env").exists()
