"""In the real Claude Code: “run it and tell me why it fails”, and the key is nowhere in what the model saw."""

from __future__ import annotations

import json
import secrets
import sys
from typing import TYPE_CHECKING

import pytest
from tests.e2e.claude_lab.checkout import clone, commit_work_tree
from tests.e2e.claude_lab.lab import Lab
from tests.evidence import Evidence

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]

TOOL, KEY = "whisper-transcription", "OPENAI_API_KEY"
CALL = {"tool_id": TOOL, "inputs": {"audio_input": "data:audio/wav;base64,UklGRg=="}}
FAILING = f"""
import os

class Refused(Exception):
    pass

def run(inputs):
    raise ConnectionError("401 for Authorization: Bearer " + os.environ["{KEY}"])
"""


def test_the_model_learns_why_a_tool_fails_and_not_its_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    value = f"sk-e2e-{secrets.token_hex(16)}"
    with Lab(tmp_path_factory.mktemp("lab"), {"PIXIE_SECRETS_PYTHON": sys.executable}) as lab:
        clone(commit_work_tree(tmp_path_factory.mktemp("origin") / "pixie-secrets"), lab.project)
        folder = lab.project / "examples" / "tools" / TOOL
        install(folder, value)
        lab.trusted()
        lab.run("-p", f"@@run-tool {json.dumps(CALL)}@@", "--allowedTools", "mcp__plugin_pixie_secrets__run-tool")
        told = lab.told()
        assert told["outcome"] == "failed", told
        assert "ConnectionError: 401 for Authorization: Bearer ***" in told["log"]
        evidence = Evidence()
        for body in lab.bodies():
            evidence.add("request", body)
        evidence.add_tree(lab.home)
        evidence.assert_nowhere(value)


def install(folder: Path, value: str) -> None:
    """The tool's environment, its key, and a defect."""
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / ".env").touch(0o600)
    (folder / ".env").write_text(f"{KEY}={value}\n", encoding="utf-8")
    (folder / "tool.py").write_text(FAILING, encoding="utf-8")
