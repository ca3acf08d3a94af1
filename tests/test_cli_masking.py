"""Whatever the command line writes has passed the index of known values, except words of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

VALUE = 'sk-"planted"-5Tr0ng'


def pixie(project: Project, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.fixture
def leaky(project: Project) -> Project:
    """A project where a value was pasted wherever a manifest has room, and one that is a word of ours."""
    folder = add_tool(project.root, "leaky", secrets=[{"key": "TOKEN", "description": f"today it is {VALUE}"}])
    (folder / ".env").write_text(f"TOKEN='{VALUE}'\nWORD=not set\n", encoding="utf-8")
    return project


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_value_in_a_description_is_masked(leaky: Project, form: list[str]) -> None:
    done = pixie(leaky, "list-secrets", *form)
    assert "today it is ***" in done.stdout
    assert "planted" not in done.stdout + done.stderr


def test_a_document_stays_one_and_its_own_words_stay_theirs(leaky: Project) -> None:
    listed = json.loads(pixie(leaky, "list-secrets", "--json").stdout)
    statuses = {secret["key"]: secret["status"] for tool in listed["tools"] for secret in tool["secrets"]}
    assert statuses["OPENAI_API_KEY"] == "not set"
    assert statuses["TOKEN"] == "set"


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_value_in_a_refusal_is_masked(leaky: Project, form: list[str]) -> None:
    add_tool(leaky.root, "Xq7-planted-name")
    (leaky.root / "tools" / "leaky" / ".env").write_text("NAME=Xq7-planted-name\n", encoding="utf-8")
    done = pixie(leaky, "unset-secret", "no-such-tool", "TOKEN", *form)
    assert done.returncode == 1
    assert "planted" not in done.stdout + done.stderr
    assert "leaky" in done.stdout + done.stderr
