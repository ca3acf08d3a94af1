"""In the real Claude Code: a repository with a `.env` and no `tools/`, from installing to a saved value."""

from __future__ import annotations

import json
import secrets
import stat
import sys
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values
from tests.e2e.claude_lab.checkout import git
from tests.e2e.claude_lab.lab import Lab
from tests.e2e.claude_lab.scripted_model import blocks
from tests.e2e.guarded import call
from tests.evidence import Evidence, ProcessWatch
from tests.layouts.shapes import SHAPES, cloned
from tests.layouts.shapes import repository as make_repository
from tests.person import Person

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]

KEY, STANDING_KEY = "STRIPE_KEY", "AUTH_SECRET"
IDLE = r"\? for shortcuts"
POINTER = r"\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT} "
PAGE = "export const key = process.env.STRIPE_KEY\n"


def test_the_sentence_alone_stores_the_value_where_next_reads_it_and_the_guard_keeps_both_files(
    tmp_path_factory: pytest.TempPathFactory, repository: Path, value: str
) -> None:
    standing = f"au-e2e-{secrets.token_hex(16)}"  # in the `.env` before this program came
    with Lab(tmp_path_factory.mktemp("lab"), {"PIXIE_SECRETS_PYTHON": sys.executable}) as lab:
        before, saved = lab.project / ".env", lab.project / ".env.local"
        package = json.dumps({"dependencies": {"next": "15.0.0"}})
        text = f"NEXT_PUBLIC_URL=http://localhost:3000\n{STANDING_KEY}={standing}\n"
        make_repository(lab.project, {"package.json": package, "app/page.tsx": PAGE, ".env": text})
        lab.trusted()
        assert lab.run("plugin", "marketplace", "add", str(repository)).returncode == 0
        assert lab.run("plugin", "install", "pixie@pixie-secrets").returncode == 0
        with ProcessWatch() as processes:
            lab.start()
            lab.say(f"Set the {KEY}")
            lab.wait_for("Do you want to proceed")
            lab.press("Enter", until="wants to open a URL")
            lab.press("Enter", until=f"{POINTER}I'm done")
            Person().save(lab.link(), {KEY: value})
            lab.press("Enter", until=IDLE)
            told = lab.told()
        assert (told["outcome"], told["tool_id"]) == ("saved", lab.project.name)
        assert dotenv_values(saved) == {KEY: value}
        assert stat.S_IMODE(saved.stat().st_mode) == 0o600
        assert before.read_text() == text
        assert git(lab.project, "status", "--porcelain") == ""

        seen = Evidence()
        processes.add_to(seen)
        denied = [
            call("Read", file_path=str(before)),
            call("Read", file_path=str(saved)),
            call("Bash", command="cat .env.local"),
            call("Bash", command="grep -r STRIPE ."),
        ]
        slip = 'open(".e" + "nv").read() + open(".e" + "nv.local").read()'
        leaking = call("Bash", command=f"python3 -c 'print({slip})'")
        add_up(lab, seen, before, saved)
        lab.run(
            "-p",
            "".join([*denied, leaking, call("Read", file_path=str(lab.project / "app/page.tsx"))]),
            "--allowedTools",
            "Read,Bash",
        )
        *refused, masked, page = lab.tool_results()
        assert all("set-secret" in result for result in refused), refused
        assert f"{STANDING_KEY}=***" in masked
        assert f"{KEY}=***" in masked
        assert "NEXT_PUBLIC_URL=http://localhost:3000" in masked  # a setting is no secret
        assert "process.env.STRIPE_KEY" in page
        add_up(lab, seen, before, saved)
        seen.assert_nowhere(value)
        seen.assert_nowhere(standing)


@pytest.mark.parametrize("name", SHAPES)
def test_in_a_fresh_clone_of_each_shape_the_sentence_stores_the_value(
    name: str, tmp_path_factory: pytest.TempPathFactory, repository: Path
) -> None:
    origin = tmp_path_factory.mktemp("origin")
    shape = SHAPES[name](origin / "shop")
    value = {"DB": f"postgres://u:pw-{secrets.token_hex(8)}@db/x"}.get(shape.key, f"sk-e2e-{secrets.token_hex(16)}")
    with Lab(tmp_path_factory.mktemp("lab"), {"PIXIE_SECRETS_PYTHON": sys.executable}) as lab:
        lab.project.rmdir()
        cloned(shape, lab.project)
        lab.trusted()
        assert lab.run("plugin", "marketplace", "add", str(repository)).returncode == 0
        assert lab.run("plugin", "install", "pixie@pixie-secrets").returncode == 0
        lab.start()
        lab.say(f"Set the {shape.key}")
        lab.wait_for("Do you want to proceed")
        lab.press("Enter", until="wants to open a URL")
        lab.press("Enter", until=f"{POINTER}I'm done")
        Person().save(lab.link(), {shape.key: value})
        lab.press("Enter", until=IDLE)
        assert lab.told()["outcome"] == "saved"
        assert dotenv_values(lab.project / shape.saved_in)[shape.key] == value
        assert all(value.encode() not in body for body in lab.bodies())
        if (lab.project / ".git").exists():
            assert git(lab.project, "status", "--porcelain") == ""


SENTENCES = {
    "Set the STRIPE_SECRET_KEY": "set-secret",
    "which keys does apps/web miss?": "list-secrets",
    "add my database password to the production env": "set-secret",
    "Set the OPENAI_API_KEY for whisper-transcription": "set-secret",
}
MORE = {  # of README's table
    "Which keys are missing?": "list-secrets",
    "Run it and tell me why it fails": "run-tool",
    "I pasted my key into the chat": "find-leaks",
    "Pack it for Ana": "share-tool",
    "Remove the WEBHOOK_URL of calendar-digest": "unset-secret",
}


def test_each_sentence_finds_its_tool_first_and_has_its_skill(
    tmp_path_factory: pytest.TempPathFactory, repository: Path
) -> None:
    """By the client's own search, in which the tools of a server wait until they are looked for, and its skills."""
    with Lab(tmp_path_factory.mktemp("lab"), {"PIXIE_SECRETS_PYTHON": sys.executable}) as lab:
        make_repository(lab.project, {"apps/web/.env.example": "STRIPE_SECRET_KEY=\n"})
        lab.trusted()
        assert lab.run("plugin", "marketplace", "add", str(repository)).returncode == 0
        assert lab.run("plugin", "install", "pixie@pixie-secrets").returncode == 0
        searches = [call("ToolSearch", query=sentence, max_results=5) for sentence in SENTENCES | MORE]
        lab.run("-p", "".join(searches), "--allowedTools", "ToolSearch")
        said = json.dumps(lab.main_calls()[-1]["messages"])
        found = [part for each in lab.main_calls()[-1]["messages"] for part in blocks(each)]
        results = [part["content"] for part in found if part.get("type") == "tool_result"]
        first = [next(each["tool_name"] for each in content if each["type"] == "tool_reference") for content in results]
        assert [name.rpartition("__")[2] for name in first] == [*SENTENCES.values(), *MORE.values()]
        for sentence, name in SENTENCES.items():
            [skill] = [line for line in said.split("\\n") if line.startswith(f"- pixie:{name}")]
            assert sentence in skill.replace('\\\\\\"', '"')


def add_up(lab: Lab, seen: Evidence, *without: Path) -> None:
    """What the model was sent until now, and every file of the machine but those that are meant to hold values."""
    for body in lab.bodies():
        seen.add("request body", body)
    for folder in (lab.home, lab.temporary, lab.project):
        seen.add_tree(folder, without=without)
