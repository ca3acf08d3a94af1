"""Takes the screens of docs/screens.md: three real clients, from `connect` to a saved value.

    python -m tests.e2e.client_lab.screens

Each runs in a tmux of its own on a scripted model, in a project that is made for it; no value in it is real.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import pytest
from tests.e2e.client_lab import agents
from tests.e2e.client_lab.machine import KEY, PROGRAMS, TOOL, Machine
from tests.e2e.client_lab.scripted_models import ScriptedModels
from tests.person import Person
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from subprocess import CompletedProcess

PAGE = Path(__file__).parents[3] / "docs" / "screens.md"
SENTENCE = f"Set the {KEY} for {TOOL}"
WIDTH, HEIGHT = 100, 40
BEGIN = """\
# From `connect` to a saved value
Three real clients, as `python -m tests.e2e.client_lab.screens` found them: one line, one approval, one page (and in \
Codex one approval more, once, for the guard). In the place of a browser a program opened the page and typed the \
value. The rest is as it stood on the screen.
"""
SAVED = "The value is typed into the page, and the agent goes on:"


class Step(NamedTuple):
    """Wait for what the screen shows, keep it under a heading (none: do not), then press."""

    shows: str
    keys: tuple[str, ...]
    heading: str = ""
    begins: str = ""  # of what is kept: the last line that shows this


SAY = (SENTENCE, "Enter")
STEPS = {
    "codex": [
        Step("Hooks need review", ("Down",)),
        Step(r"\S 2\. Trust all", ("Enter",), "Once, about the guard:", "Hooks need review"),
        Step("Ask Codex to do anything", SAY),
        Step("Allow the secrets MCP server", ("Enter",), "About the call:", "Calling|Allow the secrets"),
    ],
    "gemini": [
        Step("Type your message", SAY),
        Step("Allow execution of MCP tool", ("Enter",), "About the call:", "╭─"),
    ],
    "copilot": [
        Step("Do you trust the files", ("Enter",)),
        Step("server connected", SAY),
        Step("Do you want to use this tool", ("Enter",), "About the call:", "╭─"),
        Step("wants you to visit", ("Enter",), "The page is offered:", "wants you to visit"),
    ],
}
PLACES = {"home": "/home/you", "bin": "/home/you/.local/bin", "project": "/home/you/project"}
TITLES = {"codex": "Codex", "gemini": "Gemini CLI", "copilot": "GitHub Copilot CLI"}


class Started(Exception):
    """The client was to be started: this is how."""

    def __init__(self, words: list[str], environment: Mapping[str, str]) -> None:
        super().__init__()
        self.words, self.environment = words, environment


class Interactive(Machine):
    """Says how a client would be started, without its arguments for a run without a terminal."""

    def run(self, program: str, *_arguments: str, environment: Mapping[str, str]) -> NoReturn:
        raise Started([str(PROGRAMS / program)], {**self.environment, **environment})

    def connect(self, client: str) -> CompletedProcess[str]:
        self.connected = super().connect(client)
        return self.connected


class Terminal:
    """A client in a tmux of its own."""

    def __init__(self, started: Started, folder: Path) -> None:
        self._tmux = ("tmux", "-S", str(folder / "tmux"), "-f", "/dev/null")
        variables = [f"{key}={value}" for key, value in started.environment.items()]
        size = ("-x", str(WIDTH), "-y", str(HEIGHT))
        self._ask("new-session", "-d", *size, "-c", str(folder / "project"), "env", "-i", *variables, *started.words)

    def _ask(self, *words: str) -> str:
        return subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=True).stdout

    def screen(self) -> str:
        lines = [line.rstrip() for line in self._ask("capture-pane", "-p").splitlines()]
        return re.sub(r"token=[\w-]+", "token=…", "\n".join(lines))

    def press(self, *keys: str) -> None:
        for key in keys:
            if len(key) > len("Escape"):
                self._ask("send-keys", "-l", key)
                until(partial(self._shows, key), timeout=30)
            else:
                self._ask("send-keys", key)

    def _shows(self, text: str) -> bool:
        return text in self.screen()

    def wait(self, shows: str) -> str:
        until(lambda: re.search(shows, self.screen()), timeout=60, every=0.2)
        return self.screen()

    def end(self) -> None:
        self._ask("kill-server")


def screens(name: str, folder: Path) -> str:
    """The section of one client."""
    with ScriptedModels() as models:
        machine = Interactive(folder, models)
        (folder / "bin" / "pixie-secrets").symlink_to(Path(sys.executable).with_name("pixie-secrets"))
        with pytest.raises(Started) as how:
            getattr(agents, name)(machine, "")
        config = machine.home / ".codex/config.toml"
        if config.exists():
            asking = config.read_text().replace('approval_policy = "never"', 'approval_policy = "on-request"')
            config.write_text(asking.replace('"danger-full-access"', '"workspace-write"'))
        shown = [block(f"$ pixie-secrets connect {name}\n{machine.connected.stdout}")]
        terminal = Terminal(how.value, folder)
        try:
            for step in STEPS[name]:
                screen = terminal.wait(step.shows)
                if step.heading:
                    shown += [step.heading, block(last(screen, step.begins))]
                terminal.press(*step.keys)
            Person().save(machine.link(), {KEY: secrets.token_hex(16)})
            screen = terminal.wait(r"done\.")
            shown += [SAVED, block(last(screen, re.escape(SENTENCE)))]
        finally:
            terminal.end()
            machine.end_what_stays()
    text = "\n\n".join(shown)
    for made, plain in PLACES.items():
        text = text.replace(f"{folder}/{made}", plain)
    return f"## {TITLES[name]}\n{text}\n"


def last(screen: str, begins: str) -> str:
    """From the last line that shows `begins` on, without empty lines."""
    lines = [line for line in screen.splitlines() if line.strip()]
    first = max(number for number, line in enumerate(lines) if re.search(begins, line))
    return "\n".join(lines[first:])


def block(text: str) -> str:
    return f"```text\n{text.rstrip()}\n```"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="screens-") as made:
        sections = []
        for name in STEPS:
            folder = Path(made, name)
            folder.mkdir()
            sections.append(screens(name, folder))
    PAGE.write_text(BEGIN + "\n" + "\n".join(sections), encoding="utf-8")


if __name__ == "__main__":
    os.umask(0o077)
    main()
