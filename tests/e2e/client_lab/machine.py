"""A person's machine for one run of a coding agent: HOME, a repository with a tool, a browser that notes links."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.conftest import add_tool, require, require_program
from tests.evidence import Evidence
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.client_lab.scripted_models import ScriptedModels

PROGRAMS = Path(__file__).parents[1] / "node_modules" / ".bin"
MORE = os.environ.get("PIXIE_MORE_CLIENTS")  # a node_modules with clients that CI does not run
MORE_PROGRAMS = {"kilo": "@kilocode/cli-linux-x64/bin/kilo", "cline": ".bin/cline"}
KEY, TOOL = "OPENAI_API_KEY", "whisper-transcription"
OTHER_TOOL, LATER_KEY = "summary", "SLACK_TOKEN"  # has a value from the beginning, and one that is saved meanwhile
OPENER = "#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{links}'\n"


class Machine:
    """folder: all of it. models: what answers the agent. known, later: two more values, in a file of notes too."""

    def __init__(self, folder: Path, models: ScriptedModels) -> None:
        self.models = models
        self.known, self.later = (f"sk-{each}-{secrets.token_hex(16)}" for each in ("known", "later"))
        self.home, self.project, self.temporary = folder / "home", folder / "project", folder / "tmp"
        self._links = folder / "links"
        programs = folder / "bin"
        for made in (self.home, self.temporary, programs):
            made.mkdir()
        (programs / "xdg-open").write_text(OPENER.format(links=self._links))
        (programs / "xdg-open").chmod(0o755)
        add_tool(self.project, TOOL, secrets=[{"key": KEY, "required": True}])
        other = add_tool(self.project, OTHER_TOOL, secrets=[{"key": KEY}, {"key": LATER_KEY}])
        self.others = [other / ".env", self.project / "notes.txt"]
        self.others[0].write_text(f"{KEY}={self.known}\n")
        self.others[1].write_text(f"the key is {self.known}\nthe token is {self.later}\n")
        (self.project / ".gitignore").write_text(f"tools/{OTHER_TOOL}/.env\nnotes.txt\n")
        subprocess.run([require_program("git"), "init", "--quiet", str(self.project)], check=True)
        self.environment = {
            "HOME": str(self.home),
            "PATH": f"{programs}:{PROGRAMS}:/usr/local/bin:/usr/bin:/bin",
            "TMPDIR": str(self.temporary),
            "XDG_RUNTIME_DIR": str(self.temporary),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "SHELL": "/bin/sh",
            "USER": "somebody",
            "LOGNAME": "somebody",
            # opencode and Kilo fetch a package of their own where there is a plugin, and wait for it; they work without
            "npm_config_registry": "http://127.0.0.1:9/",
            "npm_config_fetch_retries": "0",
            "DISPLAY": ":99",  # never connected to: it makes the stand-in browser the person's
        }

    @property
    def env_file(self) -> Path:
        return self.project / "tools" / TOOL / ".env"

    def write(self, path: Path, content: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def connect(self, client: str) -> subprocess.CompletedProcess[str]:
        """As the person would: one command."""
        return self._ours("connect", client)

    def save_later(self) -> None:
        """The person saves another value in their own terminal."""
        self._ours("set-secret", OTHER_TOOL, LATER_KEY, "--stdin", typed=self.later)

    def _ours(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        ours = [sys.executable, "-m", "pixie_secrets", "--project", str(self.project), *words]
        return subprocess.run(ours, env=self.environment, check=True, capture_output=True, input=typed, text=True)

    def run(self, program: str, *arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """The agent, once, without a terminal."""
        path = Path(MORE, MORE_PROGRAMS[program]) if MORE and program in MORE_PROGRAMS else PROGRAMS / program
        require(f"{program} (npm install --no-save --prefix tests/e2e)", path.exists())
        return subprocess.run(
            [path, *arguments],
            env={**self.environment, **environment},
            cwd=self.project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )

    def end_what_stays(self) -> None:
        """End every process that a client left behind: those whose HOME is this one."""
        home = f"HOME={self.home}".encode()
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                if folder.name.isdecimal() and home in (folder / "environ").read_bytes().split(b"\0"):
                    os.kill(int(folder.name), signal.SIGKILL)

    def link(self, timeout: float = 120) -> str:
        """What the browser was given, once it was."""
        return until(self.links, timeout=timeout, every=0.1)[0]

    def links(self) -> list[str]:
        return self._links.read_text().splitlines() if self._links.exists() else []

    def left_behind(self, run: subprocess.CompletedProcess[str]) -> Evidence:
        """What the model was sent, what the agent printed, and every file but the one that is meant to hold values."""
        seen = self.sent()
        seen.add("output", run.stdout + run.stderr)
        return self.kept(seen)

    def kept(self, seen: Evidence | None = None) -> Evidence:
        """Every file but those that are meant to hold values."""
        seen = seen or Evidence()
        for tree in (self.home, self.temporary, self.project):
            seen.add_tree(tree, without=[self.env_file, *self.others])
        return seen

    def sent(self) -> Evidence:
        """What the model was sent."""
        seen = Evidence()
        for number, body in enumerate(self.models.bodies):
            seen.add(f"request {number}", body)
        return seen

    def told(self) -> str:
        """Every request, as text: JSON within JSON without its escapes, and without a space after colons."""
        return b"\n".join(self.models.bodies).decode(errors="replace").replace("\\", "").replace('": "', '":"')
