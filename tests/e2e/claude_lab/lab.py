"""Runs the real Claude Code, isolated, and looks at it as a person and as the model would.

with Lab(tmp_path) as lab:
    lab.start()
    lab.say("Set the OPENAI_API_KEY for whisper-transcription")
    lab.press("Enter", until=r"I'm done")
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from tests.conftest import require, require_program
from tests.e2e.claude_lab.scripted_model import ScriptedModel, blocks
from tests.waiting import until as wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

PINNED = Path(__file__).parents[1] / "node_modules" / ".bin" / "claude"
DUMMY_KEY = "sk-ant-scripted-model"
# An installation reaches its index through these, where a machine has its own certificates.
PASSED_ON = ("SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "PIP_CERT")
OPENER = """#!/bin/sh
printf '%s\\n' "$1" >> "$OPENED_LINKS"
"""
PATIENCE, TRIES = 8, 6  # seconds until a key is pressed again, and how often
STILL_LOOKS, STILL_SECONDS = 7, 2  # looks at the screen, a tenth of a second apart; at most so long
PROMPT = r"(?m)^\s*\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT}"


# Read before the tests clear what would steer the program: CLAUDE names another client than the pinned one.
_CLAUDE = os.environ.get("CLAUDE") or (str(PINNED) if PINNED.exists() else shutil.which("claude"))


def claude() -> str:
    """The client: CLAUDE, else the pinned one, else what is on PATH."""
    require("Claude Code (npm install --no-save --prefix tests/e2e)", _CLAUDE)
    assert _CLAUDE
    return _CLAUDE


class Lab:
    """A person's machine: HOME, a project, a terminal, a browser that only writes down links, and a model."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        claude()
        require_program("tmux")
        self.home, self.project, self.logs = folder / "home", folder / "project", folder / "logs"
        self.bin, self.temporary = folder / "bin", folder / "tmp"
        self._socket, self._persons_tmux = str(folder / "tmux"), str(folder / "own-tmux")
        for made in (self.home, self.project, self.logs, self.bin, self.temporary):
            made.mkdir(parents=True)
        self._links = self.logs / "links"
        self.program("xdg-open", OPENER)
        self.model = ScriptedModel()
        if uv := shutil.which("uv"):
            self.program("uv", f'#!/bin/sh\nexec {uv} "$@"\n')
        self.environment = {
            "HOME": str(self.home),
            "PATH": f"{self.bin}:/usr/local/bin:/usr/bin:/bin",
            "TMPDIR": str(self.temporary),
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "SHELL": "/bin/bash",
            "DISPLAY": ":99",  # never connected to: it makes the client call the stand-in browser
            "OPENED_LINKS": str(self._links),
            "ANTHROPIC_API_KEY": DUMMY_KEY,
            "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{self.model.port}",
            "DISABLE_TELEMETRY": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_ERROR_REPORTING": "1",
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "IS_SANDBOX": "1",
            **{name: os.environ[name] for name in PASSED_ON if name in os.environ},
            **(environment or {}),
        }
        self._running = ExitStack()

    def __enter__(self) -> Self:
        self._running.enter_context(self.model)
        self._running.callback(self._tmux, "kill-server")
        self._running.callback(self._tmux, "-S", self._persons_tmux, "kill-server")  # the last -S counts
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    # Before the start

    def trusted(self, *, trust: bool = True) -> None:
        """The client's own state: past its welcome, the dummy key approved, the project trusted or yet to be."""
        known = {str(self.project): {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}}
        state = {
            "hasCompletedOnboarding": True,
            "theme": "dark",
            "numStartups": 5,
            "autoUpdates": False,
            "customApiKeyResponses": {"approved": [DUMMY_KEY[-20:]], "rejected": []},
            "projects": known if trust else {},
        }
        (self.home / ".claude.json").write_text(json.dumps(state))

    def program(self, name: str, text: str) -> None:
        """Put a program first on PATH."""
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def run(self, *arguments: str, timeout: float = 90) -> subprocess.CompletedProcess[str]:
        """The client's command line, without a terminal."""
        return subprocess.run(
            [claude(), *arguments],
            env=self.environment,
            cwd=self.project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    # The terminal

    def start(self, *, in_tmux: bool = False) -> None:
        """Start the client. in_tmux: in a tmux of the person's own, which is what the screen then shows."""
        line = ["env", "-u", "TMUX", "-u", "TMUX_PANE"]
        if in_tmux:
            line += ["tmux", "-S", self._persons_tmux, "-f", "/dev/null", "new-session"]
        line += [claude(), "--permission-mode", "default"]
        self._tmux("-f", "/dev/null", "new-session", "-d", "-s", "m", "-x", "110", "-y", "45", *line)

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p", "-t", "m").rstrip()

    def wait_for(self, pattern: str, timeout: float = 40) -> str:
        """The screen once it shows this."""
        self._until(lambda: re.search(pattern, self.screen()), timeout=timeout, every=0.1)
        return self.screen()

    def press(self, *keys: str, until: str) -> str:
        """Press, and again where nothing came of it, until the screen shows that it was taken."""
        self._still()
        self._insist(partial(self._tmux, "send-keys", "-t", "m", *keys), lambda: re.search(until, self.screen()))
        return self.screen()

    def step(self, key: str, until: str) -> str:
        """Move with a key, one step at a time, until the screen shows this."""
        for _ in range(TRIES):
            self._still()
            if re.search(until, self.screen()):
                return self.screen()
            before = self.screen()
            self._tmux("send-keys", "-t", "m", key)
            with suppress(AssertionError):
                wait_until(self._changed_since(before), timeout=PATIENCE, every=0.1)
        return self.wait_for(until, timeout=PATIENCE)

    def say(self, text: str) -> None:
        """Type into the prompt and send; what is typed right after it is first drawn can be lost."""
        self.wait_for(PROMPT)
        self._still()
        self._insist(partial(self.type, text), lambda: text[:40] in self.screen())
        before = len(self.model.requests)
        send = partial(self._tmux, "send-keys", "-t", "m", "Enter")
        self._insist(send, lambda: len(self.model.requests) > before)

    def type(self, text: str) -> None:
        """Type it, wherever the person's cursor is."""
        self._tmux("send-keys", "-t", "m", "-l", text)

    def _insist(self, act: Callable[[], object], taken: Callable[[], object]) -> None:
        """Do it until it was taken; again only while the screen is as it was, for a slow client takes both."""
        if taken():
            return
        for _ in range(TRIES):
            before = self.screen()
            act()
            with suppress(AssertionError):
                wait_until(self._changed_since(before, or_if=taken), timeout=PATIENCE, every=0.1)
                break
        self._until(taken, timeout=40, every=0.1)

    def _changed_since(self, before: str, or_if: Callable[[], object] = bool) -> Callable[[], bool]:
        return lambda: bool(or_if()) or self.screen() != before

    def _still(self) -> None:
        """Wait until the screen has not changed for a while: a dialog ignores keys in its first half second."""
        seen = [""] * STILL_LOOKS

        def still() -> bool:
            seen.append(self.screen())
            return len(set(seen[-STILL_LOOKS:])) == 1

        with suppress(AssertionError):  # something moves in it: then it takes keys
            wait_until(still, timeout=STILL_SECONDS, every=0.1)

    def _until(self, condition: Callable[[], object], timeout: float, every: float) -> None:
        """Wait; a test that waited in vain shows what a person would want to see."""
        try:
            wait_until(condition, timeout=timeout, every=every)
        except AssertionError as error:
            error.add_note(f"the screen is:\n{self.screen()}\nthe model was told:\n{self.tool_results()}")
            raise

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments],
            env=self.environment,
            cwd=self.project,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    # What the model saw, and the browser

    def bodies(self) -> list[bytes]:
        """Every request body that was sent, whatever for."""
        return [body for _, body in self.model.requests]

    def main_calls(self) -> list[dict[str, Any]]:
        """The requests of the conversation itself: those that offer tools."""
        calls = [json.loads(body) for path, body in self.model.requests if path == "/v1/messages"]
        return [call for call in calls if call.get("tools")]

    def tool_results(self) -> list[str]:
        """What the model was told by each tool it called, in order; searches for tools left out."""
        said = self.main_calls()[-1]["messages"] if self.main_calls() else []
        parts = [part for message in said for part in blocks(message)]
        names = {part["id"]: part["name"] for part in parts if part.get("type") == "tool_use"}
        results = [part for part in parts if part.get("type") == "tool_result"]
        return [text_of(part) for part in results if names.get(part["tool_use_id"]) != "ToolSearch"]

    def told(self, timeout: float = 40) -> dict[str, Any]:
        """What the model was told by its last call, once it was told: the structured content of a result."""
        self._until(self.tool_results, timeout=timeout, every=0.1)
        content: dict[str, Any] = json.loads(self.tool_results()[-1])
        return content

    def links(self) -> list[str]:
        """What the stand-in browser was given, oldest first."""
        return self._links.read_text().splitlines() if self._links.exists() else []

    def link(self, timeout: float = 20) -> str:
        """The link that the client opened, once it has."""
        self._until(self.links, timeout=timeout, every=0.1)
        return self.links()[-1]


def text_of(result: dict[str, Any]) -> str:
    content = result.get("content") or ""
    if isinstance(content, str):
        return content
    return "\n".join(str(part.get("text", part)) for part in content)
