"""Claude Code's settings around the project: what is on, what is off, and the line that turns it on.

Only settings are read, nobody's are changed. The sandbox is offered: it restricts more than this program may decide.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixie_secrets.clients import CLIENTS, claude_code
from pixie_secrets.clients.client import Links
from pixie_secrets.doctor.check import Check, CheckState
from pixie_secrets.guard import record
from pixie_secrets.layouts.apps import TOP
from pixie_secrets.programs import find_program, with_absolute_path
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pixie_secrets.layouts.project import Project

SANDBOX = '"sandbox": {"enabled": true} in .claude/settings.json also stops scripts that open the file themselves'


def checks(project: Project, environment: Mapping[str, str]) -> Iterator[Check]:
    """One of each protection that Claude Code's own settings give, or take."""
    files = claude_code.settings_files(project.root, environment)
    settings = [(path, _document(path)) for path in files if path.is_file()]
    yield _readable(settings)
    read = [document for _, document in settings if document is not None]
    yield _deny_rule(project, read)
    guard = _guard(read, environment)
    yield guard
    if guard.state is CheckState.OK:
        yield _module(environment)
    yield from _other_agents(project, environment)
    yield _sandbox(read)
    yield Check(
        name="links in the client",
        state=CheckState.UNKNOWN,
        message=f"not known here; {', '.join(client.title for client in CLIENTS if client.links is Links.LOOPBACK)} "
        "can open them",
        fix="without it a page opens in the browser, a popup in tmux, or the agent names a command for a terminal",
    )


def _document(path: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def _readable(settings: list[tuple[Path, dict[str, Any] | None]]) -> Check:
    bad = [str(path) for path, document in settings if document is None]
    if bad:
        return Check(
            name="client settings",
            state=CheckState.BROKEN,
            message=f"not readable as JSON: {', '.join(bad)}",
            fix="correct it",
        )
    found = ", ".join(str(path) for path, _ in settings)
    if not found:
        message = "none found: Claude Code was not seen here"
        return Check(name="client settings", state=CheckState.UNKNOWN, message=message)
    return Check(name="client settings", state=CheckState.OK, message=found)


def _within(document: dict[str, Any], *names: str) -> Any:
    node: Any = document
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return node


def _deny_rule(project: Project, settings: list[dict[str, Any]]) -> Check:
    """Whether the client is told, for each file with values, not to read it itself."""
    name = "deny rule for .env"
    rules = [
        rule
        for document in settings
        for rule in _within(document, "permissions", "deny") or ()
        if isinstance(rule, str) and rule.startswith("Read(") and rule.endswith(")")
    ]
    found: dict[str, None] = {}
    missing: dict[str, None] = {}
    for path, wanted in _files_to_deny(project).items():
        if rule := next((rule for rule in rules if _covers(rule[5:-1], path, project.root)), ""):
            found[rule] = None
        else:
            missing[wanted] = None
    if not missing:
        message = f"{', '.join(map(shown, found))}: stops the plain ways of reading one"
        return Check(name=name, state=CheckState.OK, message=message)
    fix = f"add {', '.join(json.dumps(rule) for rule in missing)} to permissions.deny in .claude/settings.json"
    return Check(name=name, state=CheckState.OFF, message="the client itself would read one", fix=fix)


def _files_to_deny(project: Project) -> dict[str, str]:
    """The files that hold values, or would, as paths from the project's folder, and the rule that covers each."""
    files: dict[str, str] = {}
    if project.tools or project.broken_tools or not project.apps:
        files["tools/any/.env"] = "Read(./tools/*/.env)"
    for app in project.apps:
        for path in dict.fromkeys([app.env_path, *app.value_files]):
            deep = any(other.path != TOP for other in project.apps)
            rule = f"Read(./{'**/' if deep else ''}{path.name})"
            files[path.relative_to(project.root).as_posix()] = rule
    return files


def _covers(pattern: str, path: str, root: Path) -> bool:
    """Whether a rule for a path, in Claude Code's own form, is about the file at `path` of the project.

    That form is gitignore(5)'s; `//` begins at the system's root, `~/` at home, all others where the client was started
    or at the folder of the settings, which may be the one above the project.
    """
    whole = (root / path).as_posix()
    if pattern.startswith("//"):
        places, pattern = [whole[1:]], pattern[2:]
    elif pattern.startswith("~/"):
        home = Path.home().as_posix() + "/"
        places, pattern = ([whole.removeprefix(home)] if whole.startswith(home) else []), pattern[2:]
    else:
        places = [f"{root.name}/{path}", path]
        if "/" not in pattern:
            pattern = f"**/{pattern}"
        pattern = pattern.removeprefix("./").lstrip("/")
    return any(_matches(place.split("/"), pattern.rstrip("/").split("/")) for place in places)


def _matches(parts: list[str], pattern: list[str]) -> bool:
    """Whether a path, or a folder it is in, fits a pattern; both by their parts."""
    if not pattern:
        return True
    if pattern[0] == "**":
        return any(_matches(parts[at:], pattern[1:]) for at in range(len(parts)))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def _guard(settings: list[dict[str, Any]], environment: Mapping[str, str]) -> Check:
    """Whether the client is told to start the hooks. Whether they work is what the attack shows."""
    name = "guard in Claude Code"
    if any(document.get("disableAllHooks") is True for document in settings):
        return Check(
            name=name,
            state=CheckState.OFF,
            message='"disableAllHooks" switches it off',
            fix="remove that from the settings",
        )
    plugins = [key for document in settings for key, on in (_within(document, "enabledPlugins") or {}).items() if on]
    by_hand = any("hook.py" in json.dumps(document.get("hooks", {})) for document in settings)
    enabled = any(key.partition("@")[0] == claude_code.PLUGIN for key in plugins)
    if by_hand or enabled or claude_code.starts_plugin(environment):
        return Check(name=name, state=CheckState.OK, message="its hooks run before and after every tool call")
    return Check(
        name=name, state=CheckState.OFF, message="the plugin is not enabled for this project", fix=claude_code.INSTALL
    )


def _module(environment: Mapping[str, str]) -> Check:
    """Whether the module was started inside the client: it notes that itself, in each session."""
    name = "module in Claude Code"
    mark = _document(Path(record.module_path(environment))) or {}
    version, session = str(mark.get("version", "")), environment.get(record.SESSION, "")
    if mark and session in {"", mark.get("session")}:
        where = "this session" if session else "the last session"
        return Check(
            name=name,
            state=CheckState.OK,
            message=f"on in {where} (Claude Code {version}): prompts and errors are masked inside the client too",
        )
    installed = _client_version(environment)
    if installed and installed < claude_code.MODULES_SINCE:
        since = ".".join(map(str, claude_code.MODULES_SINCE))
        return Check(
            name=name,
            state=CheckState.OFF,
            message=f"Claude Code {'.'.join(map(str, installed))} is too old for it; the hooks work alone",
            fix=f"claude update (it came with {since})",
        )
    return Check(
        name=name,
        state=CheckState.OFF,
        message=f"not started in {'this session' if session else 'any session yet'}; the hooks work alone",
        fix="start a new session, without --bare or --safe-mode; a policy or the client's own switch may have it off",
    )


def _client_version(environment: Mapping[str, str]) -> tuple[int, ...]:
    """Of the client on PATH; () where there is none, or it does not say."""
    program = find_program(claude_code.CLAUDE_CODE.programs[0], environment)
    if not program:
        return ()
    try:
        done = subprocess.run(
            [program, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    parts = done.stdout.split()[:1]
    return tuple(int(part) for part in parts[0].split(".") if part.isdecimal()) if parts else ()


def _other_agents(project: Project, environment: Mapping[str, str]) -> Iterator[Check]:
    """Of each that is installed and has hooks we write, whether they name the guard."""
    for client in CLIENTS:
        if client.hooks is None or client.hooks.entries is None:
            continue
        if client.hooks.names_guard(project.root, client.name, environment):
            message = f"its hooks ask the guard ({client.hooks.folder.path(project.root, environment)})"
            yield Check(name=f"guard in {client.title}", state=CheckState.OK, message=message)
        elif any(find_program(program, environment) for program in client.programs):
            fix = f"pixie-secrets connect {client.name}"
            message = "it is installed and asks no guard"
            yield Check(name=f"guard in {client.title}", state=CheckState.OFF, message=message, fix=fix)


def _sandbox(settings: list[dict[str, Any]]) -> Check:
    name = "sandbox"
    missing = [each for each in ("bwrap", "socat") if sys.platform == "linux" and not find_program(each)]
    if not any(_within(document, "sandbox", "enabled") is True for document in settings):
        install = f"; first install {' and '.join(missing)} (bubblewrap, socat)" if missing else ""
        return Check(
            name=name, state=CheckState.OFF, message="commands may open any file of yours", fix=SANDBOX + install
        )
    if missing:
        return Check(
            name=name,
            state=CheckState.BROKEN,
            message=f"enabled, but {' and '.join(missing)} is not installed, so commands run outside of it",
            fix="apt-get install bubblewrap socat",
        )
    return Check(name=name, state=CheckState.OK, message="commands run in it and cannot open what is denied")


def guard_starts(environment: Mapping[str, str]) -> Check:
    """Start the hook as the client does, with the python3 that it would find."""
    name = "guard hook"
    hook = Path(__file__).parents[2] / "hook.py"
    python = find_program("python3", environment)
    if not hook.exists():
        return Check(
            name=name,
            state=CheckState.OFF,
            message="installed as a package, without the plugin",
            fix=claude_code.INSTALL,
        )
    if not python:
        return Check(
            name=name, state=CheckState.BROKEN, message="there is no python3 on PATH to start it with", fix="install it"
        )
    call = json.dumps({"tool_name": "Read", "tool_input": {"file_path": "/nowhere"}, "cwd": "/"})
    try:
        done = subprocess.run(
            [python, "-IS", str(hook), "PreToolUse"],
            env=with_absolute_path(os.environ),  # a version manager's python3 is a script that looks for others on PATH
            input=call,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
        works = (done.returncode, done.stdout) == (0, "")
    except (OSError, subprocess.TimeoutExpired):
        works = False
    if not works:
        return Check(
            name=name,
            state=CheckState.BROKEN,
            message=f"{python} does not start it",
            fix=f"{python} -IS {hook} PreToolUse",
        )
    return Check(name=name, state=CheckState.OK, message=f"starts with {python}")


def guard_log(environment: Mapping[str, str] = os.environ) -> Check:
    """What failed in the guard lately."""
    try:
        lines = Path(record.log_path(environment)).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    if not lines:
        return Check(name="guard log", state=CheckState.OK, message="nothing failed in it")
    last = "".join(char if char.isprintable() else "?" for char in lines[-1])
    return Check(
        name="guard log",
        state=CheckState.OFF,
        message=f"{len(lines)} failures, the last: {last}",
        fix=f"report it, then remove {record.log_path(environment)}",
    )
