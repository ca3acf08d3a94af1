"""What the doctor says is true: of files, settings and machine, and of what the guard and masking stop."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pexpect
import pytest
from tests.conftest import add_tool
from tests.evidence import Evidence

from pixie_secrets.channels import tmux as tmux_channel
from pixie_secrets.clients import CLIENTS
from pixie_secrets.doctor import attack, machine, values
from pixie_secrets.doctor import client as client_settings
from pixie_secrets.doctor.attack import AttackOutcome, attacks
from pixie_secrets.doctor.attack_paths import ATTACK_PATHS
from pixie_secrets.doctor.check import Check, CheckState
from pixie_secrets.guard import door, record, shell_filter
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.connect import ConnectRequest, connect
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.doctor import DoctorRequest, doctor
from pixie_secrets.where import Where

if TYPE_CHECKING:
    from pathlib import Path

VALUE = "sk-doctor-8Zq2Lm5Xw9"
QUICK = DoctorRequest(no_attack=True)


@pytest.fixture
def env(project: Project) -> Path:
    path = project.root / "tools/whisper-transcription/.env"
    path.touch(0o600)
    path.write_text(f"OPENAI_API_KEY={VALUE}\n")
    return path


def state(project: Project, name: str, **environment: str) -> CheckState:
    examined = doctor(Context(project), QUICK, {"HOME": os.environ["HOME"], "PATH": os.environ["PATH"], **environment})
    [found] = [check for check in examined.checks if check.name.endswith(name)]
    return found.state


def settings(project: Project, document: Any) -> None:
    folder = project.root / ".claude"
    folder.mkdir(exist_ok=True)
    (folder / "settings.json").write_text(document if isinstance(document, str) else json.dumps(document))


def test_every_way_is_one_and_the_plugin_holds_where_it_should() -> None:
    found = {each.way: each for each in attacks()}
    assert set(found) == {path.name for path in ATTACK_PATHS}
    assert all(each.plain is AttackOutcome.SHOWN for each in found.values()), "a way that leads nowhere proves nothing"
    assert all(each.as_expected for each in found.values())
    assert {name for name, each in found.items() if each.plugin is AttackOutcome.SHOWN} == {
        path.name for path in ATTACK_PATHS if not path.holds
    }
    assert {each.sandbox for each in found.values()} <= {AttackOutcome.STOPPED, AttackOutcome.NOT_TRIED}


def test_a_guard_that_does_nothing_is_found_out(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "answered", lambda *_: None)
    monkeypatch.setattr(attack, "ATTACK_PATHS", [path for path in ATTACK_PATHS if path.name in {"cat", "Read tool"}])
    examined = doctor(Context(project), DoctorRequest())
    assert [each.plugin for each in examined.attacks] == [AttackOutcome.SHOWN, AttackOutcome.SHOWN]
    assert examined.failed


def test_the_persons_own_project_is_only_looked_at(
    project: Project, env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attack, "ATTACK_PATHS", ATTACK_PATHS[:8])
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()}
    examined = doctor(Context(project), DoctorRequest())
    assert {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file()} == before
    seen = Evidence()
    seen.add("result", examined.model_dump_json())
    seen.assert_nowhere(VALUE)


def test_a_file_that_others_can_read_fails(project: Project, env: Path) -> None:
    assert state(project, ".env mode") is CheckState.OK
    env.chmod(0o644)
    assert state(project, ".env mode") is CheckState.BROKEN
    assert doctor(Context(project), QUICK).failed


def test_what_is_no_file_fails(project: Project, env: Path) -> None:
    env.unlink()
    env.symlink_to("/dev/null")
    [mode, _] = values.checks(project)
    assert mode.check().state is CheckState.BROKEN


def test_a_file_that_git_would_take_along_fails(git_project: Project) -> None:
    assert state(git_project, ".env git") is CheckState.BROKEN
    (git_project.root / ".gitignore").write_text("tools/*/.env\n")
    assert state(git_project, ".env git") is CheckState.OK


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("Read(./tools/*/.env)", CheckState.OK),
        ("Read(**/.env)", CheckState.OK),
        ("Read(./tools/*/.env.example)", CheckState.OFF),
        ("Read(.env)", CheckState.OK),
        ("Read(./tools)", CheckState.OK),
        ("Read(./*/.env)", CheckState.OFF),
        ("Bash(cat:*)", CheckState.OFF),
    ],
)
def test_the_deny_rule_is_found_or_missed(project: Project, rule: str, expected: CheckState) -> None:
    settings(project, {"permissions": {"deny": [rule]}})
    assert state(project, "deny rule for .env") is expected


@pytest.mark.parametrize(
    ("files", "rules", "missing"),
    [
        ([".env"], [], "Read(./.env)"),
        ([".env"], ["Read(./.env)"], ""),
        ([".env"], ["Read(.env)"], ""),
        ([".env"], ["Read(/.env)"], ""),
        ([".env"], ["Read(./tools/*/.env)", "Read(./env)", "Read(./.env.example)"], "Read(./.env)"),
        ([".env", ".env.production"], ["Read(./.env)"], "Read(./.env.production)"),
        ([".env", ".env.production"], ["Read(./.env*)"], ""),
        ([".env", "apps/web/.env"], ["Read(./.env)", "Read(./*/.env)"], "Read(./**/.env)"),
        ([".env", "apps/web/.env"], ["Read(./**/.env)"], ""),
        ([".env", "apps/web/.env"], ["Read(./.env)", "Read(./apps/*/.env)"], ""),
        (["apps/web/.env"], ["Read(//ROOT/apps/**)"], ""),
        (["apps/web/.env"], ["Read(//elsewhere/apps/**)"], "Read(./**/.env)"),
        (["tools/whisper/.env", ".env"], ["Read(./tools/*/.env)"], "Read(./.env)"),
    ],
)
def test_apps_have_a_rule_for_each_of_their_files(
    tmp_path: Path, files: list[str], rules: list[str], missing: str
) -> None:
    for name in files:
        if name.startswith("tools/"):
            add_tool(tmp_path, "whisper")
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"A_KEY={VALUE}\n")
    project = Project(tmp_path)
    settings(project, {"permissions": {"deny": [rule.replace("//ROOT", f"/{tmp_path}") for rule in rules]}})
    [check] = [
        one
        for one in client_settings.checks(project, {"HOME": str(tmp_path / "home")})
        if one.name == "deny rule for .env"
    ]
    assert check.state is (CheckState.OFF if missing else CheckState.OK)
    assert missing in (check.fix or "")
    assert "tools" not in (check.fix or "")


def test_the_guard_is_on_only_where_the_client_is_told_so(project: Project) -> None:
    assert state(project, "guard in Claude Code") is CheckState.OFF
    settings(project, {"enabledPlugins": {"pixie@pixie-secrets": True}})
    assert state(project, "guard in Claude Code") is CheckState.OK
    settings(project, {"enabledPlugins": {"pixie@pixie-secrets": True}, "disableAllHooks": True})
    assert state(project, "guard in Claude Code") is CheckState.OFF
    settings(project, {"enabledPlugins": {"pixie@pixie-secrets": False}})
    assert state(project, "guard in Claude Code") is CheckState.OFF


@pytest.mark.parametrize("name", ["codex", "gemini", "copilot", "opencode"])
def test_of_another_agent_it_says_whether_its_hooks_ask_the_guard(project: Project, tmp_path: Path, name: str) -> None:
    client = next(each for each in CLIENTS if each.name == name)
    programs = tmp_path / "bin"
    programs.mkdir()
    environment = {"HOME": os.environ["HOME"], "PATH": str(programs)}

    def states() -> list[CheckState]:
        checks = client_settings.checks(project, environment)
        return [check.state for check in checks if check.name == f"guard in {client.title}"]

    assert states() == []
    (programs / client.programs[0]).touch(0o755)
    assert states() == [CheckState.OFF]
    connect(Context(project), ConnectRequest(name), ("/x", "mcp"), ("/x", "hook"), environment)
    assert states() == [CheckState.OK]
    connect(Context(project), ConnectRequest(name, remove=True), ("/x", "mcp"), ("/x", "hook"), environment)
    assert states() == [CheckState.OFF]


def test_the_module_in_the_client_is_on_too_old_or_off(project: Project, tmp_path: Path) -> None:
    def message(**environment: str) -> str:
        examined = doctor(Context(project), QUICK, {"HOME": str(tmp_path), "PATH": str(tmp_path), **environment})
        [found] = [check for check in examined.checks if check.name.endswith("module in Claude Code")]
        assert (found.state is CheckState.OK) == found.message.startswith("on in")
        return found.message

    settings(project, {"enabledPlugins": {"pixie@pixie-secrets": True}})
    (tmp_path / "claude").write_text("#!/bin/sh\necho '2.1.286 (Claude Code)'\n")
    (tmp_path / "claude").chmod(0o755)
    assert message().startswith("Claude Code 2.1.286 is too old")
    (tmp_path / "claude").write_text("#!/bin/sh\necho '2.1.1000 (Claude Code)'\n")
    assert message().startswith("not started in any session yet")
    record.module_is_on("2.1.1000", {"HOME": str(tmp_path), "CLAUDE_CODE_SESSION_ID": "one"})
    assert message().startswith("on in the last session (Claude Code 2.1.1000)")
    assert message(CLAUDE_CODE_SESSION_ID="one").startswith("on in this session")
    assert message(CLAUDE_CODE_SESSION_ID="two").startswith("not started in this session")
    settings(project, {"enabledPlugins": {"pixie@pixie-secrets": False}})
    with pytest.raises(ValueError, match="not enough"):
        message()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"BROWSER": "code-open"}, CheckState.OK),
        ({"BROWSER": "none"}, CheckState.OFF),
        ({"WAYLAND_DISPLAY": "wayland-1"}, CheckState.OK),
        ({"BROWSER": "code-open", "SSH_CLIENT": "10.1.1.1 2 3"}, CheckState.OK),
        ({}, CheckState.OFF),
    ],
)
def test_a_page_is_said_to_open_exactly_where_the_chooser_would_open_one(
    project: Project, environment: dict[str, str], expected: CheckState
) -> None:
    assert state(project, "browser", **environment) is expected
    assert Where(environment, "linux").desktop == (expected is CheckState.OK)


def test_settings_that_are_no_json_fail(project: Project) -> None:
    settings(project, "{,}")
    assert state(project, "client settings") is CheckState.BROKEN


def test_the_sandbox_is_offered_and_never_switched_on(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state(project, "sandbox") is CheckState.OFF
    assert not (project.root / ".claude").exists()
    settings(project, {"sandbox": {"enabled": True}})
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(client_settings, "find_program", lambda *_, **__: None)
    assert state(project, "sandbox") is CheckState.BROKEN
    monkeypatch.setattr(client_settings, "find_program", lambda *_, **__: sys.executable)
    assert state(project, "sandbox") is CheckState.OK


def test_a_failure_of_the_guard_is_seen(project: Project, tmp_path: Path) -> None:
    log = tmp_path / "pixie-secrets" / "guard.log"
    log.parent.mkdir()
    log.write_text("2026-01-01T00:00:00Z PreToolUse: ZeroDivisionError in decide.py:1\n")
    assert state(project, "guard log", XDG_STATE_HOME=str(tmp_path)) is CheckState.OFF


def test_the_hook_is_really_started(project: Project, tmp_path: Path) -> None:
    assert state(project, "guard hook") is CheckState.OK
    broken = tmp_path / "bin" / "python3"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    assert state(project, "guard hook", PATH=str(broken.parent)) is CheckState.BROKEN
    assert state(project, "guard hook", PATH=str(tmp_path)) is CheckState.BROKEN


def test_nothing_from_a_folder_that_path_names_relatively_is_started(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought, mark = tmp_path / "brought", tmp_path / "started"
    brought.mkdir()
    for name in ("python3", "tmux", "bwrap", "claude", "git", "bash", "uv", "mktemp", "mkfifo", "rm", "cat", "codex"):
        (brought / name).write_text(f"#!/bin/sh\necho {name} >> '{mark}'\n")
        (brought / name).chmod(0o755)
    monkeypatch.chdir(brought)
    for first in (".", "", "./", f"../{brought.name}"):
        path = f"{first}{os.pathsep}{os.environ['PATH'].removeprefix(f'{first}{os.pathsep}')}"
        monkeypatch.setenv("PATH", path)
        tmux = f"{tmp_path}/none,1,0"
        doctor(Context(project), QUICK, {"HOME": str(tmp_path), "PATH": path, "TMUX": tmux, "TMUX_PANE": "%1"})
        assert state(project, "guard hook", PATH=path) is CheckState.OK
        asyncio.run(tmux_channel.run_popup(["true"], {"PATH": path, "TMUX": tmux, "TMUX_PANE": "%1"}))
        assert not mark.exists(), mark.read_text()


def shell_filter_check(project: Project, **environment: str) -> Check:
    surroundings = {"HOME": os.environ["HOME"], "PATH": os.environ["PATH"], **environment}
    [found] = [check for check in machine.checks(project, surroundings) if check.name == "shell filter"]
    return found


def test_the_folder_of_the_shell_filters_pipes_is_tried(project: Project, tmp_path: Path) -> None:
    found = shell_filter_check(project, TMPDIR=str(tmp_path))
    assert (found.state, found.message, found.fix) == (CheckState.OK, f"its pipes go into {tmp_path}", "")
    assert list(tmp_path.glob(".pixie-*")) == []


@pytest.mark.parametrize("takes_nothing", ["/proc", "/nowhere/at/all", "/dev/null"])
def test_another_folder_for_the_shell_filters_pipes_is_named(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes_nothing: str
) -> None:
    monkeypatch.setattr(shell_filter, "FOLDERS", (shell_filter.FOLDERS[0], "/proc", "$HOME", "/var/tmp"))
    (tmp_path / "a home").mkdir()
    found = shell_filter_check(project, TMPDIR=takes_nothing, HOME=str(tmp_path / "a home"))
    assert found.state is CheckState.OK
    assert found.message == f"{takes_nothing} takes nothing; its pipes go into {tmp_path / 'a home'}"
    assert list((tmp_path / "a home").iterdir()) == []


def test_where_no_folder_takes_the_shell_filters_pipes_doctor_fails(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell_filter, "FOLDERS", ("${TMPDIR:-/tmp}", "/proc", "/sys", "$HOME"))
    found = shell_filter_check(project, TMPDIR="/proc/self", HOME="/nowhere")
    assert found.state is CheckState.BROKEN
    assert "failing command" in found.message
    assert "TMPDIR" in found.fix
    assert doctor(Context(project), QUICK, {"TMPDIR": "/proc", "HOME": "/nowhere", "PATH": os.environ["PATH"]}).failed


@pytest.mark.parametrize("program", ["mktemp", "mkfifo"])
def test_folders_are_of_no_use_without_the_programs_that_make_pipes(
    project: Project, tmp_path: Path, program: str
) -> None:
    refusing = tmp_path / "bin" / program
    refusing.parent.mkdir()
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    (tmp_path / "tmp").mkdir()
    path = f"{refusing.parent}:{os.environ['PATH']}"
    assert shell_filter_check(project, TMPDIR=str(tmp_path / "tmp"), PATH=path).state is CheckState.BROKEN
    assert list((tmp_path / "tmp").iterdir()) == []


def test_the_command_prints_it_and_fails_when_something_does_not_hold(project: Project, env: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), "doctor", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run("--no-attack").returncode == 0
    env.chmod(0o604)
    done = run("--no-attack")
    assert done.returncode == 1
    assert "broken  tools/whisper-transcription/.env mode" in done.stdout
    assert "chmod 600" in done.stdout
    document = json.loads(run("--no-attack", "--json").stdout)
    assert {"project", "checks", "attacks", "not_stopped", "repairs"} == set(document)
    assert done.stdout.splitlines()[-1].startswith("1 thing to do; ")
    assert VALUE not in done.stdout


def unfinished(env: Path) -> Path:
    left = env.with_name(".env.pixie-new")
    left.touch(0o600)
    left.write_text(f"OPENAI_API_KEY={VALUE}")
    return left


def test_what_is_safe_to_repair_is_repaired_on_request_and_shown(git_project: Project) -> None:
    env = git_project.root / "tools/whisper-transcription/.env"
    env.write_text(f"OPENAI_API_KEY={VALUE}\n")
    env.chmod(0o644)
    left = unfinished(env)
    (git_project.root / ".gitignore").write_text("build/\n")
    before = doctor(Context(git_project), QUICK)
    assert before.to_do == 3
    assert not before.repairs
    after = doctor(Context(git_project), DoctorRequest(no_attack=True, fix=True))
    assert after.to_do == 0
    assert [repair.action.split(" ")[0] for repair in after.repairs] == ["rm", "chmod", "added"]
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert env.read_text() == f"OPENAI_API_KEY={VALUE}\n"
    assert not left.exists()
    assert doctor(Context(git_project), DoctorRequest(no_attack=True, fix=True)).repairs == ()


@pytest.mark.parametrize("left", [False, True])
def test_a_repair_of_nothing_says_so_at_the_end(git_project: Project, *, left: bool) -> None:
    env = git_project.root / "tools/whisper-transcription/.env"
    (git_project.root / ".gitignore").write_text(".env\n")
    if left:
        env.write_text("A: a line that no program reads\n")
        env.chmod(0o600)
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "--project", str(git_project.root), "doctor", "--no-attack", "--fix"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = "nothing that --fix repairs" if left else "nothing to fix"
    assert done.stdout.splitlines()[-3] == said, done.stdout + done.stderr


def test_what_is_not_plainly_ours_is_left_alone(project: Project, env: Path) -> None:
    other = env.with_name("other")
    other.touch(0o644)
    env.unlink()
    env.symlink_to(other)
    hard = project.root / "hard"
    hard.touch(0o644)
    (project.root / "tools/second").mkdir()
    os.link(hard, project.root / "tools/second/.env")
    examined = doctor(Context(Project(project.root)), DoctorRequest(no_attack=True, fix=True))
    assert examined.repairs == ()
    assert stat.S_IMODE(hard.stat().st_mode) == 0o644
    assert env.is_symlink()


def test_where_git_cannot_be_asked_it_is_unknown(
    git_project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert state(git_project, ".env git") is CheckState.UNKNOWN


def test_without_a_client_its_settings_are_unknown(project: Project) -> None:
    assert state(project, "client settings") is CheckState.UNKNOWN


def test_where_one_way_can_ask_the_other_is_not_missed(project: Project) -> None:
    examined = doctor(Context(project), QUICK, {"PATH": os.environ["PATH"], "TMUX": "/tmp/tmux-0/default,1,0"})
    assert [check.name for check in examined.checks if check.name in {"tmux", "browser"}] == ["tmux"]


def test_each_thing_is_printed_as_soon_as_it_is_known(project: Project) -> None:
    """Colored at a terminal; the first lines are there while the ways are still being tried."""
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), "doctor"]
    child = pexpect.spawn(command[0], command[1:], env={**os.environ, "TERM": "xterm"}, encoding="utf-8", timeout=60)
    child.expect("\x1b\\[32mok ")
    child.expect("way to a value")
    assert child.isalive(), "the ways are tried after this line was printed"
    child.expect("Grep tool")
    assert child.isalive()
    child.close(force=True)


def test_where_color_is_not_wanted_there_is_none(project: Project) -> None:
    command = [sys.executable, "-m", "pixie_secrets", "--project", str(project.root), "doctor", "--no-attack"]
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    child = pexpect.spawn(command[0], command[1:], env=environment, encoding="utf-8", timeout=60)
    child.expect(pexpect.EOF)
    assert "\x1b[3" not in (child.before or "")
