"""The reference pages say what the program does: variables it reads, documents it prints, statuses it ends with."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

ROOT = Path(__file__).parents[1]
SCHEMAS = json.loads((ROOT / "docs/json-schemas.json").read_text(encoding="utf-8"))
VALUE = "sk-reference-5Jm2Xq8Wt3"
PREFIXES = {"PIXIE_SECRETS_"}  # of a family
SET_FOR_A_CHILD = {"PIXIE_TEST"}


def run(project: Project, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), *words]
    return subprocess.run(command, input=typed, capture_output=True, text=True, check=False)


def test_every_variable_of_ours_is_on_the_page_and_none_besides() -> None:
    sources = [*(ROOT / "server").rglob("*.py"), *(ROOT / "hooks").rglob("*.js")]
    named = {name for path in sources for name in re.findall(r"\bPIXIE_[A-Z_]+", path.read_text(encoding="utf-8"))}
    page = (ROOT / "docs/environment.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))
    assert named - PREFIXES - SET_FOR_A_CHILD <= listed
    elsewhere = {path.read_text(encoding="utf-8") for path in sources if path.name != "reference_pages.py"}
    assert {name for name in listed if not any(name in text for text in elsewhere)} == set()


@pytest.mark.parametrize(
    "words",
    [
        ["list-secrets"],
        ["set-secret", "whisper-transcription", "OPENAI_API_KEY", "--stdin"],
        ["unset-secret", "whisper-transcription", "OPENAI_API_KEY"],
        ["lint-tool"],
        ["share-tool", "whisper-transcription", "--dry-run"],
        ["migrate-tool-format", "--dry-run"],
        ["codegen", "whisper-transcription"],
        ["new-tool", "another"],
        ["find-leaks"],
        ["doctor", "--no-attack"],
        ["uninstall", "--dry-run"],
        ["audit"],
    ],
    ids=lambda words: words[0],
)
def test_what_a_command_prints_is_what_its_schema_says(project: Project, words: list[str]) -> None:
    tool = project.root / "tools/whisper-transcription"
    for name, text in {".env": "OPENAI_API_KEY=before\n", "main.py": "", "pyproject.toml": "[project]\n"}.items():
        (tool / name).write_text(text)
    (tool / ".env").chmod(0o600)
    done = run(project, *words, "--json", typed=f"{VALUE}\n" if "--stdin" in words else "")
    schema: dict[str, Any] = SCHEMAS[words[0]]
    document = json.loads(done.stdout)
    assert VALUE not in done.stdout + done.stderr
    assert "error" not in document, document
    Draft202012Validator({**schema, "additionalProperties": False}).validate(document)


def test_a_refusal_is_a_document_too(project: Project) -> None:
    done = run(project, "set-secret", "nowhere", "KEY", "--stdin", "--json", typed="x\n")
    assert done.returncode == 1
    assert set(json.loads(done.stdout)["error"]) == {"message", "hint"}


def test_the_statuses_are_those_of_the_page(project: Project) -> None:
    assert run(project, "list-secrets").returncode == 0
    assert run(project, "unset-secret", "nowhere", "KEY").returncode == 1
    assert run(project, "no-such-command").returncode == 2
    assert run(project, "exec", "whisper-transcription", "--", "/etc/passwd").returncode == 126
    assert run(project, "exec", "whisper-transcription", "--", "no-such-program-at-all").returncode == 127
    assert run(project, "exec", "whisper-transcription", "--", "sh", "-c", "exit 7").returncode == 7
    assert run(project, "exec", "whisper-transcription", "--", "sh", "-c", "kill -9 $$").returncode == -9, (
        "a shell shows 137"
    )
