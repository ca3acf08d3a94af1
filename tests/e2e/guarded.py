"""A person's own project with a secret set, and the plugin installed in the real Claude Code."""

from __future__ import annotations

import json
import shutil
import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from tests.conftest import add_tool
from tests.e2e.claude_lab.checkout import git
from tests.e2e.claude_lab.lab import Lab
from tests.evidence import Evidence

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

KEY, TOOL = "OPENAI_API_KEY", "whisper-transcription"
ALL_TOOLS = "Read,Edit,Write,Bash,Grep,Glob"
LEAKING = """
import os, sys, base64
value = open("tools/whisper-transcription/" + ".e" + "nv").read().split("=")[1].strip()
print("plain", value)
print("base64", base64.b64encode(value.encode()).decode())
for piece in (value[:9], value[9:]):
    sys.stdout.write(piece)
    sys.stdout.flush()
print()
if len(sys.argv) > 1:
    raise RuntimeError("cannot log in with " + value)
"""


class Guarded:
    """Makes labs, each in a folder of its own, and ends them."""

    def __init__(self, folder: Path, repository: Path, value: str) -> None:
        self._folder, self._repository, self._value = folder, repository, value
        self._running = ExitStack()
        self._made = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def plugin(self) -> Path:
        """A copy of the plugin, to change."""
        self._made += 1
        copy = self._folder / f"plugin{self._made}"
        shutil.copytree(self._repository, copy)
        return copy

    def hooks_alone(self) -> Path:
        """The plugin as a client that is too old for modules has it, or one in which they are off."""
        return self._with_only("hooks")

    def module_alone(self) -> Path:
        """The plugin without its hooks: nothing is masked before the module has it."""
        return self._with_only("modules")

    def _with_only(self, name: str) -> Path:
        copy = self.plugin()
        path = copy / "hooks" / "hooks.json"
        path.write_text(json.dumps({name: json.loads(path.read_text())[name]}))
        git(copy, "commit", "--quiet", "--all", "--message", f"{name} alone")
        return copy

    def lab(self, plugin: Path | None = None, **environment: str) -> Lab:
        """No deny rule, so that only the guard acts."""
        self._made += 1
        folder = self._folder / f"lab{self._made}"
        lab = self._running.enter_context(Lab(folder, {"PIXIE_SECRETS_PYTHON": sys.executable, **environment}))
        tool = add_tool(lab.project, TOOL, secrets=[{"key": KEY}])
        (tool / ".env").write_text(f"{KEY}={self._value}\n")
        (tool / ".env.example").write_text(f"{KEY}=\n")
        (lab.project / "leaking.py").write_text(LEAKING)
        (lab.project / "notes.txt").write_text(f"the key is {self._value}\n")
        lab.trusted()
        assert lab.run("plugin", "marketplace", "add", str(plugin or self._repository)).returncode == 0
        assert lab.run("plugin", "install", "pixie@pixie-secrets").returncode == 0
        return lab


def env_file(lab: Lab) -> Path:
    return lab.project / "tools" / TOOL / ".env"


def call(tool: str, **arguments: str | bool | int) -> str:
    """One call of the model, as the person's words script it."""
    return f"@@{tool} {json.dumps(arguments)}@@"


def left_behind(lab: Lab, *without: Path) -> Evidence:
    """What the model was sent, and every file of the machine but those that held the value before."""
    seen = Evidence()
    for body in lab.bodies():
        seen.add("request body", body)
    seen.add_tree(lab.home, without=without)
    seen.add_tree(lab.temporary)
    seen.add_tree(lab.project, without=[env_file(lab), lab.project / "notes.txt", *without])
    return seen
