"""The hidden prompt, at a real terminal with a real shell around it."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values
from tests.at_terminal import PIXIE, Shell
from tests.evidence import Evidence, ProcessWatch
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.layouts.project import Project

VALUE = "sk-proj-0123456789abcdefghij"
PEM = "-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG9w0BAQ\ntouch spilled\n-----END KEY-----"
SET_ONE = "set-secret whisper-transcription OPENAI_API_KEY"


@pytest.fixture
def shell(project: Project) -> Iterator[Shell]:
    with Shell(project.root) as shell:
        yield shell


def env_file(project: Project) -> Path:
    return project.root / "tools/whisper-transcription/.env"


def stored(project: Project) -> dict[str, str | None]:
    return dotenv_values(env_file(project))


def test_what_is_typed_is_stored_and_never_shown(project: Project, shell: Shell) -> None:
    shell.ask(SET_ONE)
    shell.type(f"{VALUE}\r")
    said = shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": VALUE}
    assert "saved OPENAI_API_KEY for whisper-transcription" in said
    assert "tools/whisper-transcription/.env, mode 600" in said
    assert VALUE not in shell.shown
    assert shell.status() == 0


def test_the_screen_does_not_tell_a_long_value_from_a_short_one(project: Project, shell: Shell) -> None:
    said = []
    for value in ("four", "f" * 500):
        shell.ask(SET_ONE)
        for key in value[:40]:
            shell.type(key)
        shell.paste(value[40:])
        shell.type("\r")
        said.append(shell.prompt_back())
        assert stored(project) == {"OPENAI_API_KEY": value}
    assert said[0] == said[1]


@pytest.mark.parametrize("size", [1, 400])
def test_a_paste_of_any_length_is_one_mark(project: Project, shell: Shell, size: int) -> None:
    shell.ask(SET_ONE)
    shell.paste("k" * size)
    shell.expect("*")
    shell.type("0123456789abcdef\r")
    said = shell.prompt_back()
    assert "*" not in said.partition("taken")[0], "what is typed has none"
    assert stored(project) == {"OPENAI_API_KEY": "k" * size + "0123456789abcdef"}


def test_every_secret_not_set_is_asked_for_in_one_go(project: Project, shell: Shell) -> None:
    shell.ask("set-secret whisper-transcription")
    assert "OPENAI_API_KEY (required, not set)" in shell.shown
    assert "OpenAI API key for the transcription endpoint" in shell.shown
    shell.type(f"{VALUE}\r")
    shell.question()
    assert not env_file(project).exists()
    assert "WEBHOOK_URL (optional, not set)" in shell.shown
    shell.type("https://example.org/hook\r")
    shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": VALUE, "WEBHOOK_URL": "https://example.org/hook"}


def test_enter_alone_leaves_a_secret_as_it_is(project: Project, shell: Shell) -> None:
    shell.ask("set-secret whisper-transcription")
    shell.type(f"{VALUE}\r")
    shell.question()
    shell.type("\r")
    assert "left as it is" in shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": VALUE}


def test_giving_nothing_at_all_changes_nothing_and_says_so(project: Project, shell: Shell) -> None:
    shell.ask(SET_ONE)
    shell.type("\r")
    assert "nothing was changed" in shell.prompt_back()
    assert shell.status() == 130
    assert not env_file(project).exists()


@pytest.mark.parametrize("key", ["\x03", "\x04", "\x1b"], ids=["ctrl-c", "ctrl-d", "esc"])
def test_leaving_changes_neither_file_nor_terminal(project: Project, shell: Shell, key: str) -> None:
    env_file(project).write_bytes(b"# mine\r\nOTHER=1\n")
    before = shell.modes()
    shell.ask("set-secret whisper-transcription")
    shell.type(f"{VALUE}\r")
    shell.question()
    shell.type(f"more{key}")
    assert "cancelled, nothing was changed" in shell.prompt_back()
    assert shell.status() == 130
    assert shell.modes() == before
    assert env_file(project).read_bytes() == b"# mine\r\nOTHER=1\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT])
def test_a_signal_puts_the_terminal_back(project: Project, shell: Shell, number: signal.Signals) -> None:
    before = shell.modes()
    shell.ask(SET_ONE)
    shell.type(VALUE)
    shell.signal(number)
    shell.prompt_back()
    assert shell.status() == 128 + number
    assert shell.modes() == before
    assert shell.shown.count("\x1b[?2004h") == shell.shown.count("\x1b[?2004l")
    assert not env_file(project).exists()
    assert VALUE not in shell.shown


def test_the_terminal_is_as_it_was_after_saving(shell: Shell) -> None:
    shell.run("stty erase ^H -ixon")
    before = shell.modes()
    shell.ask(SET_ONE)
    shell.type(f"{VALUE}\r")
    shell.prompt_back()
    assert shell.modes() == before


def test_a_paste_of_several_lines_is_one_value(project: Project, shell: Shell) -> None:
    shell.ask(SET_ONE)
    shell.paste(PEM + "\n")
    shell.type("\r")
    shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": PEM}


def test_so_it_is_on_a_terminal_without_bracketed_paste(project: Project, shell: Shell) -> None:
    shell.ask("set-secret whisper-transcription")
    shell.type(PEM.replace("\n", "\r") + "\r")
    shell.question()
    shell.type("https://example.org/hook\r")
    shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": PEM, "WEBHOOK_URL": "https://example.org/hook"}
    assert not (project.root / "spilled").exists()


def test_what_follows_an_interrupt_does_not_reach_the_shell(project: Project, shell: Shell) -> None:
    shell.ask(SET_ONE)
    shell.type("first\r\x03touch spilled\rtouch spilled\r")
    shell.prompt_back()
    shell.run("true")
    assert not (project.root / "spilled").exists()
    assert "touch spilled" not in shell.shown


def test_what_was_typed_before_the_question_is_thrown_away(project: Project, shell: Shell) -> None:
    shell.type(f"stty -echo; echo star''ting; read -rsn1; {PIXIE} {SET_ONE}\r")
    shell.expect("starting")
    shell.type("xtyped too early\r")
    shell.question()
    shell.type(f"{VALUE}\r")
    shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": VALUE}


@pytest.mark.parametrize(
    "keys", ["\x18\x05", "\x1b[A\x1b[B\x1b[C\x1b[D", "\x01\x05\x0b\x19\x12", "\x1bOP\x1b[5~"],
    ids=["ctrl-x ctrl-e", "arrows", "emacs", "function keys"],
)  # fmt: skip
def test_no_editor_history_or_clipboard_answers_a_key(project: Project, keys: str, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    editor = tmp_path / "editor"
    editor.write_text(f"#!/bin/sh\ntouch {opened}\n")
    editor.chmod(0o755)
    with Shell(project.root, EDITOR=str(editor), VISUAL=str(editor)) as shell:
        shell.ask(SET_ONE)
        shell.type(VALUE[:5])
        shell.type(keys)
        shell.type(f"{VALUE[5:]}\r")
        shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": VALUE}
    assert not opened.exists()


def test_backspace_rubs_out_and_ctrl_u_starts_over(project: Project, shell: Shell) -> None:
    shell.ask(SET_ONE)
    shell.type("wrong\x15")
    shell.expect("from the start: ")
    shell.type(f"{VALUE}xy\x7f\x08\r")
    shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": VALUE}


@pytest.mark.parametrize(
    "value", ["pässwörd-日本語", "👩‍👩‍👧 family", "e\u0301 combined", "tab\there", '"quo\'ted" $HOME `x` \\']
)
def test_a_value_in_any_script_is_stored_as_typed(project: Project, shell: Shell, value: str) -> None:
    shell.ask(SET_ONE)
    shell.type(f"{value}\r")
    shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": value}
    assert value not in shell.shown


def test_a_resized_terminal_keeps_what_was_typed(project: Project, shell: Shell) -> None:
    shell.ask(SET_ONE)
    shell.type(VALUE[:9])
    shell.process.setwinsize(10, 30)
    shell.type(f"{VALUE[9:]}\r")
    shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": VALUE}


@pytest.mark.parametrize("by", ["key", "signal"])
def test_a_stopped_prompt_leaves_a_working_shell_and_asks_again(project: Project, shell: Shell, by: str) -> None:
    before = shell.modes()
    shell.ask(SET_ONE)
    shell.type("half of it")
    if by == "key":
        shell.type("\x1a")
    else:
        shell.signal(signal.SIGTSTP)
    shell.prompt_back()
    assert shell.modes() == before
    assert "echoed" in shell.run("echo ech''oed")
    shell.type("fg\r")
    shell.expect("value, from the start: ")
    shell.type(f"{VALUE}\r")
    shell.prompt_back()
    assert stored(project) == {"OPENAI_API_KEY": VALUE}
    assert shell.modes() == before
    assert "half of it" not in shell.shown
    assert VALUE not in shell.shown


def test_a_refused_value_is_asked_for_again_three_times_and_then_nothing_is_stored(
    project: Project, shell: Shell
) -> None:
    shell.ask("set-secret whisper-transcription")
    shell.type(f"{VALUE}\r")
    shell.question()
    for _ in range(2):
        shell.type("WEBHOOK_URL=https://example.org\r")
        shell.expect("refused")
        shell.question()
    shell.type("WEBHOOK_URL=https://example.org\r")
    shell.prompt_back()
    assert shell.status() == 1
    assert not env_file(project).exists()
    assert "example.org" not in shell.shown


def test_a_closed_terminal_writes_nothing(project: Project) -> None:
    with Shell(project.root) as shell:
        shell.ask(SET_ONE)
        shell.type(VALUE)
        running = shell.running()
        shell.process.close(force=True)
        until(lambda: not _alive(running))
    assert not env_file(project).exists()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_without_a_terminal_it_is_refused_with_what_to_do_instead(project: Project, shell: Shell) -> None:
    """The controlling terminal is there, but it may be an agent's: it is not read."""
    said = shell.run(f"{PIXIE} {SET_ONE} </dev/null")
    assert "there is no terminal here to ask at" in said
    assert "call the MCP tool set-secret" in said
    assert f"--project {project.root} set-secret whisper-transcription OPENAI_API_KEY" in said.replace("\n", "")
    assert shell.status() == 1


def test_the_question_never_goes_into_a_redirected_stdout(project: Project, shell: Shell) -> None:
    shell.ask(f"{SET_ONE} --json >answer.json 2>notes.txt")
    shell.type(f"{VALUE}\r")
    shell.prompt_back()
    answer = (project.root / "answer.json").read_text()
    assert '"status": "set"' in answer
    assert answer.startswith("{")
    assert "value:" not in answer + (project.root / "notes.txt").read_text()
    assert VALUE not in answer


def test_the_value_is_in_no_process_and_no_other_file(project: Project, shell: Shell, tmp_path: Path) -> None:
    evidence = Evidence()
    home = shell.run("echo $HOME").strip()
    with ProcessWatch() as watch:
        shell.ask(SET_ONE)
        shell.paste(VALUE)
        shell.type("\r")
        shell.prompt_back()
    watch.add_to(evidence)
    evidence.add("the screen", shell.shown)
    evidence.add_tree(tmp_path, without=[env_file(project)])
    evidence.add_tree(type(tmp_path)(home))
    assert stored(project) == {"OPENAI_API_KEY": VALUE}
    evidence.assert_nowhere(VALUE)
