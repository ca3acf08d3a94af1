"""The attack: a canary in a temporary project, and every known way to it, really tried.

Never in the person's own project. Each way is tried as it is, which shows that it is one (and what a plain project is
in for); as with the plugin: asked of the real hooks, run in a shell that begins as the client's does, its output handed
to the real hooks again; and, where bubblewrap is here, in a sandbox that hides the file as Claude Code's does under a
deny rule. What then still holds the canary was shown. The sandbox is for commands: file tools do not run in it.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import subprocess
import sys
import tempfile
import zlib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixie_secrets.doctor.attack_paths import ATTACK_PATHS, AttackPath
from pixie_secrets.frozen import Frozen
from pixie_secrets.guard import door
from pixie_secrets.hook_formats import claude_code
from pixie_secrets.programs import find_program, with_absolute_path

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS_MAX = 20.0
CANARY_MANIFEST = {"id": "canary", "name": "Canary", "inputs": [], "outputs": [], "secrets": [{"key": "CANARY_KEY"}]}


class AttackOutcome(StrEnum):
    """stopped: it did not happen. masked: it happened, without the value. shown: the value came out."""

    STOPPED = "stopped"
    MASKED = "masked"
    SHOWN = "shown"
    NOT_TRIED = "not tried"


class Setting(StrEnum):
    """What a project relies on."""

    PLAIN = "plain"
    PLUGIN = "plugin"
    SANDBOX = "sandbox"


class Attack(Frozen):
    """One path: what it gives in each setting, and whether the plugin does what it should."""

    way: str
    plain: AttackOutcome
    plugin: AttackOutcome
    sandbox: AttackOutcome
    as_expected: bool


def attacks() -> Iterator[Attack]:
    """Try every path, one after the other."""
    if os.name != "posix" or not find_program("bash"):
        untried = dict.fromkeys(Setting, AttackOutcome.NOT_TRIED)
        yield from (Attack(way=path.name, as_expected=True, **untried) for path in ATTACK_PATHS)
        return
    with tempfile.TemporaryDirectory(prefix="pixie-doctor-") as folder:
        for number, path in enumerate(ATTACK_PATHS):
            yield _tried(path, Path(folder, str(number)))


def _tried(path: AttackPath, folder: Path) -> Attack:
    canary = f"canary-{secrets.token_urlsafe(18)}"
    outcomes = {setting: _Attempt(folder / setting, canary, path).outcome(setting) for setting in Setting}
    holds = outcomes[Setting.PLUGIN] in {AttackOutcome.STOPPED, AttackOutcome.MASKED}
    return Attack(way=path.name, as_expected=holds or not path.holds, **outcomes)


class _Attempt:
    """One path, in a fresh project."""

    def __init__(self, root: Path, canary: str, path: AttackPath) -> None:
        self._root, self._canary, self._path = root.resolve(), canary, path
        tool = root / "tools" / "canary"
        tool.mkdir(parents=True)
        (tool / "tool.json").write_text(json.dumps(CANARY_MANIFEST), encoding="utf-8")
        env = tool / ".env"
        env.touch(0o600)
        env.write_text(f"CANARY_KEY={canary}\n", encoding="utf-8")
        (root / "link").symlink_to(env)
        self._env = env.resolve()
        self._environment = {
            "PATH": f"{self._bin(root)}{os.pathsep}{with_absolute_path(os.environ)['PATH']}",
            "HOME": str(root),
            "TMPDIR": str(root),
            "CLAUDE_PROJECT_DIR": str(self._root),
        }

    @staticmethod
    def _bin(root: Path) -> Path:
        """A python3 that is one, and not a version manager's script that takes longer than all the rest."""
        made = root.resolve() / "bin"
        made.mkdir()
        (made / "python3").symlink_to(sys.executable)
        return made

    def outcome(self, setting: Setting) -> AttackOutcome:
        guarded = setting is Setting.PLUGIN
        if setting is Setting.SANDBOX and (self._path.tool != "Bash" or not _sandbox_works()):
            return AttackOutcome.NOT_TRIED
        given = self._tool_input()
        if guarded:
            answer = self._hook("PreToolUse", tool_input=given)
            if answer.get("permissionDecision") == "deny":
                return AttackOutcome.STOPPED
            given = answer.get("updatedInput", given)
        output, failed = self._done(given, setting)
        if guarded and not failed:
            answer = self._hook("PostToolUse", tool_input=given, tool_response=output)
            output = answer.get("updatedToolOutput", output)
        if self._holds_canary(json.dumps(output)):
            return AttackOutcome.SHOWN
        return AttackOutcome.MASKED if guarded else AttackOutcome.STOPPED

    def _tool_input(self) -> dict[str, Any]:
        what = self._path.what.format(env=self._env, root=self._root)
        if self._path.tool == "Bash":
            return {"command": what}
        return {"pattern": "CANARY", "path": what} if self._path.tool == "Grep" else {"file_path": what, "path": what}

    def _done(self, given: dict[str, Any], setting: Setting) -> tuple[dict[str, Any], bool]:
        """What the tool would answer, and whether as a failure, which PostToolUse does not see."""
        if self._path.tool == "Bash":
            return self._run(given["command"], setting)
        if self._path.tool == "Grep":
            found = "" if "!.env" in given.get("glob", "") else self._env.read_text(encoding="utf-8")
            return {"mode": "content", "content": found}, False
        content = Path(given["file_path"]).read_text(encoding="utf-8")
        return {"type": "text", "file": {"filePath": given["file_path"], "content": content}}, False

    def _run(self, command: str, setting: Setting) -> tuple[dict[str, Any], bool]:
        begin = ""
        if setting is Setting.PLUGIN:
            file = self._root / "session-env.sh"
            self._hook("SessionStart", CLAUDE_ENV_FILE=str(file))
            begin = f". '{file}'\n" if file.exists() else ""
        done = subprocess.run(
            [
                *(_hiding(self._env) if setting is Setting.SANDBOX else ()),
                "bash",
                "-c",
                f"{begin}eval {_quoted(command)}",
            ],
            cwd=self._root,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS_MAX,
            check=False,
        )
        return {"stdout": done.stdout.decode("utf-8", "replace"), "stderr": ""}, done.returncode != 0

    def _hook(self, event: str, **document: Any) -> dict[str, Any]:
        """What the real hook answers: this process's own door."""
        environment = {**self._environment, "CLAUDE_ENV_FILE": document.pop("CLAUDE_ENV_FILE", "")}
        call = {"cwd": str(self._root), "hook_event_name": event, "tool_name": self._path.tool, **document}
        answer = door.answered(claude_code, event, call, environment) or {}
        decision: dict[str, Any] = answer.get("hookSpecificOutput", {})
        return decision

    def _holds_canary(self, text: str) -> bool:
        """The canary, its encodings, or enough of it to put it together again."""
        squeezed = "".join(char for char in text if char.isalnum() or char in "-_")
        lines = text.replace("\\n", "")
        return any(form in text or form in squeezed or form in lines for form in _forms(self._canary))


def _hiding(path: Path) -> list[str]:
    """A sandbox that differs from outside in one file only."""
    return ["bwrap", "--dev-bind", "/", "/", "--ro-bind", "/dev/null", str(path)]


@cache
def _sandbox_works() -> bool:
    """Installed, and allowed to: in many containers it is not."""
    bwrap = find_program("bwrap")
    if bwrap is None:
        return False
    probe = [bwrap, "--dev-bind", "/", "/", "true"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _forms(canary: str) -> Iterator[str]:
    data = canary.encode()
    yield canary
    yield canary[::-1]
    yield data.hex()
    yield zlib.compress(data).hex()
    yield "".join(str(ord(char)) for char in canary)
    for shift in range(3):
        yield base64.b64encode(b"\0" * shift + data)[4:-4].decode()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
