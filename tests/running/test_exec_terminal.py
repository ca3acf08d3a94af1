"""`exec` at a real terminal: what runs behind it cannot tell, and neither can the person in front of it."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.at_terminal import PIXIE, Shell, children
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.project import Project

VALUE = "sk-proj-7Qm4xW9tB2nL"
EXEC = f"{PIXIE} exec whisper-transcription --"


@pytest.fixture
def shell(project: Project) -> Iterator[Shell]:
    env = project.root / "tools/whisper-transcription/.env"
    env.write_text(f"OPENAI_API_KEY={VALUE}\n")
    env.chmod(0o600)
    with Shell(project.root) as shell:
        yield shell
        assert VALUE not in shell.shown


def test_a_command_sees_a_terminal_of_the_same_size_and_modes(shell: Shell) -> None:
    modes = shell.modes()
    assert shell.run(f"{EXEC} sh -c 'test -t 0 -a -t 1 -a -t 2 && stty size && tty'").startswith("24 80\n/dev/pts/")
    assert shell.run(f"{EXEC} stty -g").strip() == modes
    assert shell.modes() == modes


def test_colors_and_the_mask_come_through(shell: Shell) -> None:
    assert shell.run(f"{EXEC} sh -c 'printf \"\\033[31m$OPENAI_API_KEY\\033[0m\\n\"'") == "\x1b[31m***\x1b[0m\n"


@pytest.mark.parametrize(("script", "status"), [("exit 7", 7), ("kill -TERM $$", 143), ("kill -KILL $$", 137)])
def test_the_status_is_what_the_shell_would_have_had(shell: Shell, script: str, status: int) -> None:
    shell.run(f"{EXEC} sh -c '{script}'")
    assert shell.status() == status


def test_a_missing_command_leaves_the_terminal_as_it_was(shell: Shell) -> None:
    modes = shell.modes()
    assert "there is no command nonesuch" in shell.run(f"{EXEC} nonesuch")
    assert shell.status() == 127
    assert shell.modes() == modes


def test_keys_go_to_the_command_and_are_echoed_one_by_one(shell: Shell) -> None:
    shell.type(f"{EXEC} sh -c 'echo ready; exec cat'\r")
    shell.expect("ready\r\n")
    for key in "sk":  # each may be the beginning of the value
        shell.type(key)
        shell.expect(key)
    shell.type("y\r")
    shell.expect("y\r\nsky\r\n")
    shell.type("\x04")
    shell.prompt_back()
    assert shell.status() == 0


def test_what_is_typed_and_becomes_a_value_is_masked(shell: Shell) -> None:
    shell.type(f"{EXEC} sh -c 'echo ready; exec cat'\r")
    shell.expect("ready\r\n")
    shell.type(f"{VALUE}!\r")
    shell.expect("***!\r\n***!\r\n")
    shell.type("\x04")
    shell.prompt_back()


def test_a_password_is_asked_without_echo(shell: Shell) -> None:
    code = 'import getpass; print(len(getpass.getpass("Wor" + "d: ")))'
    shell.type(f"{EXEC} {sys.executable} -c '{code}'\r")
    shell.expect("Word: ")
    shell.type("hidden\r")
    assert "hidden" not in shell.expect("6\r\n")
    shell.prompt_back()


def test_ctrl_c_ends_the_command_and_is_its_to_catch(shell: Shell) -> None:
    modes = shell.modes()
    shell.type(f"{EXEC} sh -c 'echo ready; exec sleep 600'\r")
    shell.expect("ready\r\n")
    shell.type("\x03")
    shell.prompt_back()
    assert shell.status() == 130
    shell.type(f"{EXEC} sh -c 'trap \"echo caught; exit 4\" INT; echo ready; while :; do read x; done'\r")
    shell.expect("ready\r\n")
    shell.type("\x03")
    shell.expect("caught\r\n")
    shell.prompt_back()
    assert shell.status() == 4
    assert shell.modes() == modes


def test_ctrl_c_ends_a_loop_of_the_shell_too(shell: Shell) -> None:
    shell.type(f"for n in 1 2 3; do {EXEC} sh -c 'echo ready; exec sleep 600'; done; echo over\r")
    shell.expect("ready\r\n")
    shell.type("\x03")
    assert "ready" not in shell.prompt_back()


def test_ctrl_z_stops_it_and_fg_goes_on(shell: Shell) -> None:
    modes = shell.modes()
    shell.type(f"{EXEC} sh -c 'echo ready; read x; echo got $x'\r")
    shell.expect("ready\r\n")
    for _ in range(2):
        shell.type("\x1a")
        assert "Stopped" in shell.prompt_back()
        assert shell.modes() == modes
        shell.type("fg\r")
        shell.expect("got $x'\r\n")
        until(shell.takes_keys)  # bash says its line before it hands over the terminal
    shell.type("this\r")
    shell.expect("got this\r\n")
    shell.prompt_back()
    assert shell.status() == 0
    assert shell.modes() == modes


def test_ctrl_z_right_after_fg_is_not_lost(shell: Shell) -> None:
    shell.type(f"{EXEC} sh -c 'echo ready; read x; echo got $x'\r")
    shell.expect("ready\r\n")
    shell.type("\x1a")
    shell.prompt_back()
    (leader,) = children(shell.running())
    os.kill(leader, signal.SIGSTOP)  # so slow is it to let the command go on
    shell.type("fg\r")
    shell.expect("got $x'\r\n")
    until(shell.takes_keys)
    shell.type("\x1a")
    shell.shows_within("^Z", seconds=0.5)  # it would be lost if it went to the command now
    os.kill(leader, signal.SIGCONT)
    assert "Stopped" in shell.prompt_back()
    shell.type("fg\r")
    shell.expect("got $x'\r\n")
    shell.type("this\r")
    shell.expect("got this\r\n")
    shell.prompt_back()


def test_in_the_background_it_runs_on_and_can_be_brought_back(shell: Shell) -> None:
    shell.type(f"{EXEC} sh -c 'echo ready; read x; echo got $x'\r")
    shell.expect("ready\r\n")
    shell.type("\x1a")
    shell.prompt_back()
    shell.run("bg")
    assert shell.run("echo still here") == "still here\n"
    shell.type("fg\r")
    shell.expect("got $x'\r\n")
    shell.type("this\r")
    shell.expect("got this\r\n")
    shell.prompt_back()


def test_a_window_that_changes_is_told_and_has_changed(shell: Shell) -> None:
    shell.type(f"{EXEC} bash -c 'trap \"stty size; exit\" WINCH; echo ready; while :; do read -t 1 x; done'\r")
    shell.expect("ready\r\n")
    shell.process.setwinsize(40, 100)
    shell.expect("40 100\r\n")
    shell.prompt_back()


def test_a_shell_inside_has_jobs_of_its_own(shell: Shell) -> None:
    shell.type(f"{EXEC} bash --norc --noprofile -i\r")
    shell.expect("ready> ")
    shell.type("sh -c 'echo begun; exec sleep 600'\r")
    shell.expect("begun\r\n")
    shell.type("\x1a")
    shell.expect("Stopped")
    shell.expect("ready> ")
    assert "sleep 600" in shell.run("jobs")
    shell.type("fg\r")
    shell.expect("exec sleep 600'\r\n")
    shell.type("\x03")
    shell.expect("ready> ")
    assert "***\n" in shell.run("echo $OPENAI_API_KEY")
    shell.type("exit 3\r")
    shell.expect("exit\r\n")
    shell.prompt_back()
    assert shell.status() == 3


def test_what_is_redirected_is_no_terminal_and_the_rest_is(shell: Shell) -> None:
    test = "for fd in 0 1 2; do test -t $fd && echo tty $fd >&2 || echo no $fd >&2; done"
    assert shell.run(f"{EXEC} sh -c '{test}' > out") == "tty 0\nno 1\ntty 2\n"
    assert shell.run(f"{EXEC} sh -c '{test}' < /dev/null") == "no 0\ntty 1\ntty 2\n"
    assert shell.run(f"{EXEC} sh -c '{test}' 2> err; cat err") == "tty 0\ntty 1\nno 2\n"
    assert shell.run(f"{EXEC} sh -c 'echo $OPENAI_API_KEY' | cat") == "***\n"
    assert shell.run(f"echo piped | {EXEC} sh -c 'cat; echo $OPENAI_API_KEY'") == "piped\n***\n"


def test_much_output_arrives_whole(shell: Shell) -> None:
    shown = shell.run(f"{EXEC} seq 20000")
    assert shown == "".join(f"{number}\n" for number in range(1, 20001))


def test_a_long_paste_into_a_busy_command_does_not_stand_still(shell: Shell) -> None:
    shell.type(f"{EXEC} sh -c 'stty -echo -icanon; echo ready; head -c 60000 | wc -c'\r")
    shell.expect("ready\r\n")
    shell.type("x" * 60000)
    shell.expect("60000\r\n")
    shell.prompt_back()


def test_a_terminal_that_hangs_up_takes_the_command_with_it(shell: Shell, project: Project) -> None:
    shell.type(f"{EXEC} sh -c 'echo $$ > pid; exec sleep 600'\r")
    pid = int(until(lambda: (project.root / "pid").exists() and (project.root / "pid").read_text()) or 0)
    shell.process.close(force=True)
    until(lambda: not Path(f"/proc/{pid}").exists())


def test_the_command_ends_when_we_are_killed(shell: Shell, project: Project) -> None:
    shell.type(f"{EXEC} sh -c 'echo $$ > pid; exec sleep 600'\r")
    pid = int(until(lambda: (project.root / "pid").exists() and (project.root / "pid").read_text()) or 0)
    os.kill(shell.running(), 9)
    until(lambda: not Path(f"/proc/{pid}").exists())
