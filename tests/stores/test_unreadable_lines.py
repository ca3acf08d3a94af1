"""Lines that python-dotenv passes over: they are named, are neither set nor not set, and go with their key."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from typing import TYPE_CHECKING

import dotenv
import pytest

from pixie_secrets.env_file import read_values, set_value, unreadable_lines, unset_value

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project

TOOL, KEY = "whisper-transcription", "OPENAI_API_KEY"
OLD = "Wx4-old-Tide-88"
LINES = {
    "text behind the quote": f"{KEY}='{OLD}';",
    "a word behind the quote": f"{KEY}='{OLD}'Jk2Lm",
    "an unclosed quote": f'{KEY}="{OLD}',
    "two quotes": f"{KEY}='{OLD}'\"y\"",
    "several keys": f'export {KEY}="{OLD}" LATER="kept-one"',
    "several keys, the second": f"EARLY='kept-one' {KEY}='{OLD}'",
    "a colon": f"{KEY}: {OLD}",
    "lines of a key file": f'{KEY}="-----BEGIN KEY-----\n{OLD}aGk\nMIIab/+c==\n-----END KEY-----',
}
every_line = pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())


def run(project: Project, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", *words],
        cwd=project.root, input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert OLD not in done.stdout + done.stderr
    return done


def env(project: Project, line: str) -> Path:
    path = project.root / "tools" / TOOL / ".env"
    path.write_text(f"BEFORE=1\n\n{line}\nAFTER='2 # 3'\n")
    path.chmod(0o600)
    return path


@every_line
def test_setting_or_unsetting_its_key_takes_it_along_and_no_other_line(line: str) -> None:
    text = f"# above\nBEFORE=1\r\n{line}\nAFTER='2 # 3'\n"
    logging.disable()
    try:
        before = dotenv.dotenv_values(stream=io.StringIO(text))
        assert KEY not in before
        after = set_value(text, KEY, "new's")
        gone = unset_value(text, KEY)
        now = dotenv.dotenv_values(stream=io.StringIO(after))
    finally:
        logging.disable(logging.NOTSET)
    for edited in (after, gone):
        assert OLD not in edited
        assert "MIIab" not in edited
        assert edited.startswith("# above\nBEFORE=1\r\n")
        assert edited.endswith("AFTER='2 # 3'\n")
        assert ("kept-one" in edited) == ("kept-one" in text)
    assert now[KEY] == "new's"
    assert KEY not in read_values(gone)
    assert not unreadable_lines(after)


def test_a_key_that_such_a_line_swallowed_is_read_once_it_is_mended() -> None:
    assert set_value(f'{KEY}="{OLD}\nNEXT="y z"\n', KEY, "new") == f'{KEY}=new\nNEXT="y z"\n'


def test_lines_that_hold_nothing_for_the_key_stay() -> None:
    text = "just words\nOTHER='x'y\n"
    assert set_value(text, KEY, "new") == f"{text}{KEY}=new\n"
    assert unset_value(text, KEY) == text


@every_line
def test_everybody_names_file_line_and_remedy(project: Project, line: str) -> None:
    env(project, line)
    listed = run(project, "list-secrets", "--json")
    [tool] = json.loads(listed.stdout)["tools"]
    assert {one["key"]: one["status"] for one in tool["secrets"]}[KEY] == "unreadable"
    assert tool["unread_lines"][0]["line"] == 3
    assert tool["unread_lines"][0]["keys"] == [KEY]
    shown = run(project, "list-secrets").stderr
    assert f"tools/{TOOL}/.env:3 ({KEY}): python-dotenv passes over this line" in shown
    assert tool["unread_lines"][0]["hint"] in shown


def test_lint_and_doctor_name_it_too(project: Project) -> None:
    env(project, LINES["a colon"])
    found = json.loads(run(project, "lint-tool", TOOL, "--json").stdout)["findings"]
    [finding] = [one for one in found if one["code"] == "DC009"]
    assert (finding["file"], finding["line"]) == (f"tools/{TOOL}/.env", 3)
    assert "equals sign" in finding["message"]
    [check] = [one for one in json.loads(run(project, "doctor", "--json").stdout)["checks"] if "line 3" in one["name"]]
    assert check["state"] == "broken"
    assert "equals sign" in check["fix"]


def test_commands_take_it_along(project: Project) -> None:
    path = env(project, LINES["two quotes"])
    assert run(project, "set-secret", TOOL, KEY, "--stdin", text="brand-new-9").returncode == 0
    assert path.read_text() == f"BEFORE=1\n\n{KEY}=brand-new-9\nAFTER='2 # 3'\n"
    env(project, f"UNDECLARED='{OLD}'x")
    removed = run(project, "unset-secret", TOOL, "UNDECLARED", "--json")
    assert json.loads(removed.stdout)["was_set"] is True
    assert OLD not in path.read_text()


def test_what_stands_there_may_be_a_piece_of_a_value_and_is_no_key(project: Project) -> None:
    env(project, f"{OLD.replace('-', '_')}: x\nnot_declared_{OLD.replace('-', '')}='a'b")
    listed = run(project, "list-secrets", "--json").stdout
    assert "Wx4" not in listed
    assert len(json.loads(listed)["tools"][0]["unread_lines"]) == 2
