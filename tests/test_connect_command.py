"""`connect` at the command line: what starts the server and what answers hooks, however this program was started."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project


def connected(project: Project, *words: str, **environment: str) -> Any:
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), "connect", *words, "--json"]
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["clients"]


@pytest.mark.parametrize(
    ("command", "server", "guard"),
    [
        ("/usr/bin/python3 -IS /opt/pixie/server/bootstrap.py", '"/opt/pixie/server/bootstrap.py", "mcp"',
         "/usr/bin/python3 -IS /opt/pixie/server/hook.py PreToolUse --client codex"),
        ("/opt/bin/pixie-secrets", '["mcp"]', "/opt/bin/pixie-secrets hook PreToolUse --client codex"),
        ("", '"-P", "-m", "pixie_secrets", "mcp"', " -P -m pixie_secrets hook PreToolUse --client codex"),
    ],
    ids=["plugin", "installed", "module"],
)  # fmt: skip
def test_server_and_hooks_start_as_this_program_was_started(
    project: Project, command: str, server: str, guard: str
) -> None:
    [client] = connected(project, "codex", "--dry-run", PIXIE_SECRETS_COMMAND=command)
    assert server in client["diff"]
    assert guard in client["hooks_diff"]
    assert client["guarded"] is True


def test_what_is_written_answers_a_hook_in_a_folder_with_a_package_of_our_name(
    project: Project, tmp_path: Path
) -> None:
    connected(project, "gemini")
    settings = json.loads((Path(os.environ["HOME"]) / ".gemini/settings.json").read_text())
    line = settings["hooks"]["BeforeTool"][0]["hooks"][0]["command"]
    (tmp_path / "pixie_secrets").mkdir()
    (tmp_path / "pixie_secrets/__init__.py").write_text("raise SystemExit(0)\n")
    call = {"tool_name": "read_file", "tool_input": {"file_path": f"{project.root}/tools/whisper-transcription/.env"}}
    done = subprocess.run(
        ["sh", "-c", line], cwd=tmp_path, input=json.dumps({**call, "cwd": str(tmp_path)}), capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["decision"] == "deny"


def test_no_project_is_needed_and_then_the_working_folder_stands_for_it(tmp_path: Path) -> None:
    folder, home = tmp_path / "plain", Path(os.environ["HOME"])
    folder.mkdir()

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pixie_secrets", *words]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    for client, file in (("codex", home / ".codex/config.toml"), ("vscode", folder / ".vscode/mcp.json")):
        for words in (["connect", client, "--remove"], ["uninstall", "--yes"]):
            assert run("connect", client).returncode == 0
            assert file.is_file()
            assert f"{client}  " in run("connect").stdout
            done = run(*words)
            assert (done.returncode, done.stderr) == (0, "")
            assert not file.exists()
    for words in (["connect"], ["uninstall", "--dry-run"]):
        refused = run("--project", str(folder), *words)
        assert (refused.returncode, "--project must name" in refused.stderr) == (1, True)


def test_the_list_says_who_is_guarded(project: Project) -> None:
    connected(project, "codex")
    listed = {client["client"]: client for client in connected(project)}
    assert (listed["codex"]["state"], listed["codex"]["guarded"]) == ("connected", True)
    assert (listed["kimi"]["guarded"], listed["kimi"]["hooks_file"]) == (False, "")
    connected(project, "codex", "--remove")
    assert {client["client"]: client["guarded"] for client in connected(project)}["codex"] is False
