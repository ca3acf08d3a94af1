"""A canary looks real, is handed to nobody, and wherever it is seen, the record and doctor say so."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values
from tests.conftest import add_tool, require_program
from tests.guard.test_hooks import HOOK, INSTALLED
from tests.mcp.client import Client

from pixie_secrets.audit.due import due_keys
from pixie_secrets.doctor import canaries as doctor_canaries
from pixie_secrets.layouts.project import Project
from pixie_secrets.lint.file_hits import secret_hits
from pixie_secrets.lint.hits import SourceFile
from pixie_secrets.secret.made_up import made_up, shape_like
from pixie_secrets.services.table import services
from pixie_secrets.stores.canaries import read_rows

TOOL, KEY = "whisper-transcription", "OPENAI_API_KEY"
VALUE = "sk-real-Zr4yTq9LmW-7Qm4xW9tB2nL"
UNTOLD = {"cloudflare", "mistral", "vercel", "airtable", "discord", "aws", "database"}  # told by a name beside them


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    folder = add_tool(root, TOOL, secrets=[{"key": KEY}, {"key": "PORT", "type": "integer"}, {"key": "DATABASE_URL"}])
    (folder / ".env").write_text(f"{KEY}={VALUE}\n")
    (folder / ".env").chmod(0o600)
    (folder / "main.py").write_text("print('hello')\n")
    return root


def run(root: Path, *words: str, status: int | None = 0, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", *words], cwd=root, input=given,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert status is None or done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def lay(root: Path, key: str = KEY) -> str:
    """The canary's value, which the command itself never says."""
    said = run(root, "canary", "add", TOOL, key)
    value = dotenv_values(bait(root))[key]
    assert value
    assert value not in said + run(root, "canary", "list") + run(root, "canary", "list", "--json")
    return value


def bait(root: Path) -> Path:
    return root / "tools" / TOOL / ".env.backup"


def seen(root: Path) -> tuple[str, ...]:
    """Where it was seen, as `canary list` has it; each with today's date."""
    [one] = json.loads(run(root, "canary", "list", "--json"))["canaries"]
    assert all(re.fullmatch(r".* on \d{4}-\d\d-\d\d", place) for place in one["seen"])
    return tuple(place.rpartition(" on ")[0] for place in one["seen"])


def hook(root: Path, event: str, **document: Any) -> str:
    done = subprocess.run(
        [sys.executable, "-IS", str(HOOK), event], input=json.dumps(document), cwd=root, capture_output=True, text=True,
        env={"CLAUDE_PROJECT_DIR": str(root), "HOME": os.environ["HOME"], "PATH": os.environ["PATH"], **INSTALLED},
        check=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize("name", services())
def test_a_made_up_value_has_the_shape_of_a_real_one_and_is_another_each_time(name: str) -> None:
    for key, shape in services()[name].shapes:
        values = {made_up(shape) for _ in range(20)}
        assert len(values) == 20
        assert not any("{" in value for value in values)
        written = f"{services()[name].keys[0] if key == 'any' else key}={values.pop()}\n".encode()
        if key != "AWS_SESSION_TOKEN":  # longer than what lint takes for a value
            assert secret_hits(SourceFile("notes.env", written)), written
        if name not in UNTOLD:
            bare = b"it is " + written.partition(b"=")[2]
            assert secret_hits(SourceFile("notes.txt", bare)), bare
    assert "any" in dict(services()[name].shapes)


def test_an_example_gives_its_shape_where_it_shows_a_whole_value() -> None:
    shape = shape_like("acme_live_8f3Kq2Lm9Zx4Vb7Nw1")
    assert shape
    assert re.fullmatch(r"acme_live_\d[A-Za-z0-9]\d[A-Za-z0-9]{2}\d[A-Za-z0-9]{2}\d.*", made_up(shape))
    assert shape_like("sk-proj-Ab3…") is None
    assert shape_like("short-one") is None


def test_it_lies_beside_the_real_one_for_the_owner_alone_and_is_no_value_of_the_tool(root: Path) -> None:
    value = lay(root)
    assert value.startswith("sk-proj-")
    assert stat.S_IMODE(bait(root).stat().st_mode) == 0o600
    assert dotenv_values(root / "tools" / TOOL / ".env") == {KEY: VALUE}
    assert value not in run(root, "exec", TOOL, "--", "sh", "-c", "env | grep -c sk-proj", status=None)
    listed = json.loads(run(root, "list-secrets", "--json"))["tools"][0]["secrets"]
    assert [secret["key"] for secret in listed] == [KEY, "PORT", "DATABASE_URL"]
    state = Path(os.environ["HOME"], ".local/state/pixie-secrets/canaries.json")
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert repr(read_rows(state.read_bytes())[0]) == f"Canary('{TOOL}', '{KEY}')"


def test_nothing_of_ours_that_only_looks_rings(root: Path) -> None:
    require_program("git")
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    lay(root)
    for words in (["list-secrets"], ["lint-tool"], ["share-tool", TOOL], ["doctor", "--no-attack"], ["find-leaks"],
                  ["canary", "list"], ["codegen", TOOL], ["migrate-tool-format"]):  # fmt: skip
        run(root, *words, status=None)
    hook(root, "PreToolUse", tool_name="Bash", tool_input={"command": "ls"})
    hook(root, "PostToolUse", tool_name="Bash", tool_input={}, tool_response={"stdout": VALUE})
    hook(root, "UserPromptSubmit", prompt="hello")
    assert seen(root) == ()
    tracked = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=root, capture_output=True, text=True, check=True
    )
    assert ".env.backup" not in tracked.stdout
    shared = root / f"{TOOL}.zip"
    assert not shared.exists() or b".env.backup" not in shared.read_bytes()


def test_what_canaries_md_shows_is_what_is_printed(root: Path) -> None:
    subprocess.run([require_program("git"), "init", "-q", str(root)], check=True)
    page = (Path(__file__).parents[2] / "docs/canaries.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    steps = re.findall(r"\$ pixie-secrets (.*)\n((?:[^$].*\n)*)", block)
    assert len(steps) == 2
    for words, printed in steps:
        said = re.sub(r"\d{4}-\d\d-\d\d", "2026-11-29", run(root, *words.split()))
        assert said == printed


def test_the_output_of_a_tool_and_a_prompt_are_noticed_by_the_guard(root: Path) -> None:
    value = lay(root)
    masked = hook(root, "PostToolUse", tool_name="Bash", tool_input={}, tool_response={"stdout": f"it is {value}!"})
    assert value not in masked
    assert "it is ***!" in masked
    assert seen(root) == ("the output of a tool",)
    stopped = hook(root, "UserPromptSubmit", prompt=f"use {value}")
    assert "it holds the canary of OPENAI_API_KEY for whisper-transcription" in stopped
    assert seen(root) == ("the output of a tool", "a prompt")
    said = json.loads(hook(root, "mod", ask="prompt", cwd=str(root), text=f"use {value}"))
    assert said["text"] == "use ***"  # no reference: exec would put a real value in its place


def test_a_reading_of_the_file_is_denied_like_one_of_the_env(root: Path) -> None:
    lay(root)
    for command in (f"cat tools/{TOOL}/.env.backup", "cat tools/*/.env*", "grep -r sk- ."):
        assert "deny" in hook(root, "PreToolUse", tool_name="Bash", tool_input={"command": command})


def mask(root: Path, value: str) -> None:
    assert run(root, "mask", given=f"a {value} b") == "a *** b"


def execute(root: Path, value: str) -> None:
    (root / "x.txt").write_text(value)
    assert value not in run(root, "exec", TOOL, "--", "cat", str(root / "x.txt"))
    (root / "x.txt").unlink()


def lint(root: Path, value: str) -> None:
    (root / "tools" / TOOL / "main.py").write_text(f"KEY = {value!r}\n")
    assert value not in run(root, "lint-tool", status=1)


def share(root: Path, value: str) -> None:
    (root / "tools" / TOOL / "pyproject.toml").write_text('[project]\nname = "w"\nversion = "1"\n')
    (root / "tools" / TOOL / "notes.md").write_text(f"the key: {value}\n")
    said = run(root, "share-tool", TOOL, status=1)
    assert "notes.md:1" in said


def find_in_transcript(root: Path, value: str) -> None:
    path = Path(os.environ["HOME"], ".claude/projects/p/s.jsonl")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"timestamp": "2026-03-04T10:00:00Z", "message": {"role": "user", "content": value}}))
    said = run(root, "find-leaks", status=None)
    assert value not in said
    assert f"{KEY} of {TOOL} (canary): 1 place" in said
    assert "find out who read it" in said
    assert due_keys(Project(root)) == ()  # it says nothing of the real one


WAYS = {
    mask: "pixie-secrets mask",
    execute: "pixie-secrets exec",
    lint: "pixie-secrets lint-tool",
    share: "pixie-secrets share-tool",
    find_in_transcript: "the transcript of Claude Code",
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_wherever_it_is_seen_the_record_and_doctor_say_where(root: Path, way: Any) -> None:
    value = lay(root)
    way(root, value)
    assert seen(root) == (WAYS[way],)
    way_again = seen(root)
    if way in {mask, execute}:
        way(root, value)
        assert seen(root) == way_again  # one line a day for one place
    [check] = doctor_canaries.checks(Project(root))
    assert (check.state, check.name) == ("broken", f"canary {KEY} of {TOOL}")
    assert f"it was seen in {WAYS[way]} on 20" in check.message
    records = Path(os.environ["HOME"], ".local/state/pixie-secrets/audit")
    assert not any(value.encode() in path.read_bytes() for path in records.iterdir())


@pytest.mark.parametrize("era", ["2026-07-28", "2025-11-25"])
def test_what_a_server_answers_is_noticed(root: Path, era: str) -> None:
    value = lay(root)
    (root / "tools" / TOOL / "main.py").write_text(f"KEY = {value!r}\n")
    with Client(root, era) as client:
        client.outcome(client.start("list-secrets", {}))
        assert seen(root) == ()
        client.outcome(client.start("lint-tool", {}))
        assert value not in "".join(client.received)
    assert seen(root) == ("pixie-secrets lint-tool",)


def test_a_new_one_takes_the_place_of_one_that_was_seen(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = lay(root)
    mask(root, first)
    state = Path(os.environ["HOME"], ".local/state/pixie-secrets/canaries.json")
    second = lay(root)
    assert second != first
    rows = json.loads(state.read_text())
    rows[0]["made"] = "2126-01-01T00:00:00Z"  # as if it had been made later than in the second it was seen in
    state.write_text(json.dumps(rows))
    assert seen(root) == ()


def test_one_is_taken_away_and_the_file_goes_with_the_last(root: Path) -> None:
    lay(root)
    run(root, "canary", "add", TOOL, "DATABASE_URL")
    address = dotenv_values(bait(root))["DATABASE_URL"]
    assert re.fullmatch(r"postgres://app:\w{28}@10\.\d\d\.0\.\d:5432/production", address or "")
    run(root, "canary", "remove", TOOL, KEY)
    assert list(dotenv_values(bait(root))) == ["DATABASE_URL"]
    run(root, "canary", "remove", TOOL, "DATABASE_URL")
    assert not bait(root).exists()
    assert "there are no canaries" in run(root, "canary", "list")
    assert "has no canary of" in run(root, "canary", "remove", TOOL, KEY, status=1)


def test_a_file_of_the_persons_own_stays_as_it_is(root: Path) -> None:
    bait(root).write_text("OTHER=mine\n")
    assert "has values of your own" in run(root, "canary", "add", TOOL, KEY, status=1)
    assert bait(root).read_text() == "OTHER=mine\n"
    assert "there are no canaries" in run(root, "canary", "list")
    bait(root).unlink()
    lay(root)
    bait(root).write_text(bait(root).read_text() + "OTHER=mine\n")
    run(root, "canary", "add", TOOL, "DATABASE_URL", status=1)
    run(root, "canary", "remove", TOOL, KEY)
    assert bait(root).read_text().strip() == "OTHER=mine"


def test_a_file_that_is_gone_is_said(root: Path) -> None:
    lay(root)
    bait(root).unlink()
    [check] = doctor_canaries.checks(Project(root))
    assert (check.state, check.message) == ("off", f"tools/{TOOL}/.env.backup has it no more")


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("add", TOOL, "PORT"), 1, "declared as integer"),
        (("add", TOOL, "PATH"), 1, ""),
        (("add", TOOL), 2, "KEY is missing"),
        (("add",), 2, "KEY is missing"),
        (("list", TOOL), 2, "list takes no tool"),
        (("eat",), 2, "add, list or remove"),
        (("add", TOOL, f"{KEY}={VALUE}"), 2, "a value must never be an argument"),
        (("add", "nobody", KEY), 1, "no such tool"),
    ],
)
def test_what_cannot_be_one_is_refused(root: Path, words: tuple[str, ...], status: int, message: str) -> None:
    said = run(root, "canary", *words, status=status)
    assert message in said
    assert VALUE not in said
    assert not bait(root).exists()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"[1]", b"\xff", b'[{"root": 1}]', b"[" * 100_000])
def test_a_list_that_is_none_is_no_obstacle(root: Path, content: bytes) -> None:
    state = Path(os.environ["HOME"], ".local/state/pixie-secrets")
    state.mkdir(parents=True)
    (state / "canaries.json").write_bytes(content)
    run(root, "list-secrets")
    assert "***" in hook(root, "PostToolUse", tool_name="Bash", tool_input={}, tool_response={"stdout": VALUE})
    lay(root)
