"""The hooks as the client starts them: a process, a document in, at most one out, and never an obstacle."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import add_tool
from tests.guard import everyday
from tests.guard.conftest import VALUE

from pixie_secrets.guard import decide, door, known, mask_output, mentions, payload, prompt, record
from pixie_secrets.guard.places import Places
from pixie_secrets.hook_formats import claude_code
from pixie_secrets.hook_formats.request import Request

HOOK = Path(__file__).parents[2] / "server" / "hook.py"
NOTED = """
import sys
sys.argv = sys.argv[1:]
import runpy
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    sys.stderr.write(" ".join(sys.modules))
"""


def run(event: str, document: Any, root: Path, /, **environment: str) -> subprocess.CompletedProcess[str]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return subprocess.run(
        [sys.executable, "-IS", str(HOOK), event],
        input=data.decode("utf-8", "surrogateescape"),
        errors="surrogateescape",
        env={"CLAUDE_PROJECT_DIR": str(root), "HOME": str(root.parent), "PATH": os.environ["PATH"], **environment},
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def said(event: str, document: Any, root: Path, /, **environment: str) -> dict[str, Any] | None:
    done = run(event, document, root, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)["hookSpecificOutput"] if done.stdout else None


INSTALLED = {"PIXIE_SECRETS_PYTHON": sys.executable}
environments = pytest.mark.parametrize("environment", [INSTALLED, {}], ids=["installed", "not installed"])


@environments
def test_a_denied_call_is_answered_in_the_clients_words(root: Path, environment: dict[str, str]) -> None:
    call = {"tool_name": "Bash", "tool_input": {"command": "cat tools/*/.env"}, "cwd": str(root)}
    answer = said("PreToolUse", call, root, **environment)
    assert answer
    assert answer["hookEventName"] == "PreToolUse"
    assert answer["permissionDecision"] == "deny"
    assert "tools/a/.env" in answer["permissionDecisionReason"] or "tools/*/.env" in answer["permissionDecisionReason"]


RESULTS: dict[str, Any] = {
    "Bash": {"stdout": "a VALUE", "stderr": "VALUE", "interrupted": False, "isImage": False, "count": 7},
    "Read": {"type": "text", "file": {"filePath": "x", "content": "VALUE\n", "numLines": 2, "startLine": 1}},
    "mcp__other__get": [{"type": "text", "text": '{"key": "VALUE"}'}],
    "nested": {"a": [{"b": ["VALUE", None, True, 1.5]}], "VALUE": "as a name"},
    "plain": "VALUE",
}


def filled(node: Any, value: str) -> Any:
    return json.loads(json.dumps(node).replace("VALUE", value))


@environments
@pytest.mark.parametrize("tool", RESULTS)
def test_a_result_goes_on_masked_in_the_same_shape(root: Path, environment: dict[str, str], tool: str) -> None:
    call = {"tool_name": tool, "tool_response": filled(RESULTS[tool], VALUE), "cwd": str(root)}
    answer = said("PostToolUse", call, root, **environment)
    assert answer
    assert answer["updatedToolOutput"] == filled(RESULTS[tool], "***")


@environments
@pytest.mark.parametrize("shape", ["[]", '{"a":}'], ids=["lists", "objects"])
def test_a_value_is_masked_however_deep_a_client_can_nest_it(
    root: Path, environment: dict[str, str], shape: str
) -> None:
    """JSON.stringify of Node 20 gives up at some 5,000 levels."""
    levels = 6000
    begin, end = shape[:-1] * levels, shape[-1] * levels
    document = f'{{"cwd": {json.dumps(str(root))}, "tool_response": {begin}"a {VALUE} b"{end}}}'
    done = run("PostToolUse", document.encode(), root, **environment)
    assert f'{begin}"a *** b"{end}'.replace(":", ": ") in done.stdout


@environments
def test_encodings_of_a_value_are_masked_too(root: Path, environment: dict[str, str]) -> None:
    text = " ".join([base64.b64encode(VALUE.encode()).decode(), VALUE.encode().hex(), VALUE[:8] + VALUE[8:]])
    answer = said("PostToolUse", {"tool_response": {"stdout": text}, "cwd": str(root)}, root, **environment)
    assert answer
    assert answer["updatedToolOutput"]["stdout"] == "*** *** ***"


def test_what_holds_no_value_is_not_answered_at_all(root: Path) -> None:
    assert said("PostToolUse", {"tool_response": {"stdout": "fine"}, "cwd": str(root)}, root, **INSTALLED) is None
    assert said("PreToolUse", {"tool_name": "Bash", "tool_input": {"command": "ls"}, "cwd": str(root)}, root) is None
    assert said("UserPromptSubmit", {"prompt": "fix main.py", "cwd": str(root)}, root) is None


def test_a_number_that_is_a_value_is_masked_and_stays_a_number(root: Path) -> None:
    (root / "tools/a/.env").write_text("K=90123456\n")
    answer = said("PostToolUse", {"tool_response": {"pin": 90123456, "port": 8080}, "cwd": str(root)}, root)
    assert answer
    assert answer["updatedToolOutput"] == {"pin": 0, "port": 8080}


@environments
def test_a_prompt_with_a_value_is_stopped_and_the_person_is_told_what_to_say(
    root: Path, environment: dict[str, str]
) -> None:
    done = run("UserPromptSubmit", {"prompt": f"use {VALUE} please", "cwd": str(root)}, root, **environment)
    answer = json.loads(done.stdout)
    assert answer["decision"] == "block"
    assert answer["hookSpecificOutput"]["suppressOriginalPrompt"] is True
    assert "Set the K for a" in answer["reason"]
    assert "\n" not in answer["reason"]
    assert VALUE not in done.stdout


def test_a_prompt_with_too_many_attachments_to_look_at_is_stopped(root: Path) -> None:
    many = Request(prompt=" ".join(f"@x{number}/.env" for number in range(31_000)), working=str(root))
    assert prompt.reason(many, {}, None) == mentions.TOO_MANY
    assert prompt.reason(Request(prompt="@" * 256_000, working=str(root)), {}, None) == mentions.TOO_MANY
    mail = Request(prompt="".join(f"m{number}@mail.test " for number in range(12_000)), working=str(root))
    assert not prompt.reason(mail, {}, None)
    again = Request(prompt="@x/.env " * 31_000, working=str(root))
    assert not prompt.reason(again, {}, None)


@pytest.mark.parametrize("name", ["tools/a/.env", "./tools/b/.env,", '"tools/a/.env"', "link.env"])
def test_attaching_an_env_file_is_stopped(root: Path, name: str) -> None:
    (root / "link.env").symlink_to("tools/a/.env")
    assert "not sent" in run("UserPromptSubmit", {"prompt": f"see @{name} now", "cwd": str(root)}, root).stdout


def test_a_credential_is_stopped_where_the_packages_are_there_to_tell(root: Path) -> None:
    token = "ghp_" + "9f8e7d6c5b4a39281706f5e4d3c2b1a0ffee"
    prompt = {"prompt": f"push with {token}", "cwd": str(root)}
    assert "GitHub" in run("UserPromptSubmit", prompt, root, **INSTALLED).stdout
    assert run("UserPromptSubmit", prompt, root).stdout == ""


@pytest.mark.parametrize("event", claude_code.EVENTS)
@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{", b"\xff\xfe\x00", b'{"tool_input": 3}', b"{}" * 9])
def test_strange_input_is_no_obstacle(root: Path, event: str, data: bytes) -> None:
    done = run(event, data, root)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("around", ["[%s]", "%s x", "{%s", '%s, "x": ]', "%s\x00"])
def test_a_call_that_cannot_be_read_is_denied_if_it_names_a_file_of_values_and_is_never_silent(
    root: Path, around: str
) -> None:
    call = json.dumps({"tool_name": "Bash", "tool_input": {"command": "cat FILE"}, "cwd": str(root)})
    for name, is_denied in (("tools/a/.env", True), ("README.md", False)):
        state = root / f"state {name.replace('/', ' ')}"
        done = run("PreToolUse", (around % call.replace("FILE", name)).encode(), root, XDG_STATE_HOME=str(state))
        assert ("deny" in done.stdout) is is_denied
        assert "cannot be read" in (state / "pixie-secrets/guard.log").read_text()


@pytest.mark.parametrize("changes", [{"XDG_STATE_HOME": "state"}, {"HOME": "."}, {"HOME": "x", "XDG_STATE_HOME": "."}])
def test_no_log_is_written_into_the_folder_one_stands_in(root: Path, changes: dict[str, str]) -> None:
    before = sorted(root.rglob("*"))
    assert run("PreToolUse", b"{broken", root, **changes).returncode == 0
    assert sorted(root.rglob("*")) == before


def test_a_byte_order_mark_hides_no_call(root: Path) -> None:
    call = json.dumps({"tool_name": "Read", "tool_input": {"file_path": "tools/a/.env"}, "cwd": str(root)})
    assert "holds secret values" in run("PreToolUse", b"\xef\xbb\xbf" + call.encode(), root).stdout


def test_a_crash_lets_the_work_go_on_and_leaves_a_line_without_a_value(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Places, "files", lambda _: 1 / 0)
    document = {"tool_name": "Grep", "tool_input": {"pattern": VALUE}, "cwd": str(root)}
    monkeypatch.setattr(payload, "read", lambda _: document)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    assert door.main(["PreToolUse"]) == 0
    log = Path(record.log_path()).read_text()
    assert "PreToolUse: ZeroDivisionError" in log
    assert VALUE not in log


def test_an_output_that_cannot_be_masked_is_withheld(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        def mask(self, _: str) -> str:
            raise RuntimeError(VALUE)

    monkeypatch.setattr(known, "load", lambda *_: Failing())
    request = Request(result={"type": "text", "stdout": VALUE, "count": 7}, working=str(root))
    output = mask_output.masked(request, {}, None)
    assert output == {"type": "text", "stdout": mask_output.WITHHELD, "count": 7}
    assert VALUE not in Path(record.log_path()).read_text()


def test_an_index_that_fails_withholds_the_output(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "load", lambda *_: 1 / 0)
    request = Request(result={"stdout": VALUE}, working=str(root))
    assert mask_output.masked(request, {}, None) == {"stdout": mask_output.WITHHELD}
    assert "PostToolUse: ZeroDivisionError" in Path(record.log_path()).read_text()


@pytest.mark.parametrize(("path", "is_denied"), [("tools/a/.env", True), ("README.md", False)])
def test_a_guard_that_fails_lets_nothing_go_ahead_that_names_a_file_of_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], path: str, is_denied: bool
) -> None:
    document = {"tool_name": "Read", "tool_input": {"file_path": path}}
    monkeypatch.setattr(decide, "decide", lambda *_: 1 / 0)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(document).encode())))
    assert door.main(["PreToolUse"]) == 0
    written = capsys.readouterr().out
    assert ('"permissionDecision": "deny"' in written) is is_denied
    assert is_denied or not written
    assert "PreToolUse: ZeroDivisionError" in Path(record.log_path()).read_text()


@environments
def test_a_bad_env_file_of_one_tool_costs_only_itself(root: Path, environment: dict[str, str]) -> None:
    add_tool(root, "endless")
    bait = "A=doubled-7x4f\n" + "".join(f"B{n}=${{B{n - 1}}}${{B{n - 1}}}\n" for n in range(1, 40))
    (root / "tools/endless/.env").write_text(f"{bait}B0=x\nB0=${{B39}}\nC=still-known-9Lw1\n".replace("B0}", "A}"))
    answer = said(
        "PostToolUse",
        {"tool_response": {"stdout": f"built in 3 s, {VALUE} and still-known-9Lw1"}, "cwd": str(root)},
        root,
        **environment,
    )
    assert answer
    assert answer["updatedToolOutput"] == {"stdout": "built in 3 s, *** and ***"}


@given(st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)))
def test_documents_are_read_as_json_reads_them(document: dict[str, Any]) -> None:
    for text in (json.dumps(document), json.dumps(document, ensure_ascii=False, indent=2)):
        data = text.encode("utf-8", "surrogatepass")
        assert payload.read(data) == json.loads(data.decode("utf-8", "replace"))


def test_the_common_case_imports_neither_json_nor_re_nor_typing(root: Path) -> None:
    (root / "tools/a/.env").unlink()
    (root / "hard").unlink()
    calls: dict[str, dict[str, Any]] = {
        "PreToolUse": {"tool_name": "Bash", "tool_input": {"command": "cd server && pytest | tail -3"}},
        "PostToolUse": {"tool_name": "Bash", "tool_response": {"stdout": "x"}},
        "UserPromptSubmit": {"prompt": "hello"},
    }
    for event, call in calls.items():
        done = subprocess.run(
            [sys.executable, "-IS", "-c", NOTED, str(HOOK), event],
            input=json.dumps({**call, "cwd": str(root)}),
            env={"CLAUDE_PROJECT_DIR": str(root)},
            capture_output=True,
            text=True,
            check=True,
        )
        extra = {"runpy", "pkgutil", "importlib.util"}
        loaded = set(done.stderr.split())
        assert "pixie_secrets.guard.door" in loaded
        assert not loaded & {"json", "pathlib", "pydantic", "ahocorasick_rs", "pixie_secrets.known_values"} - extra


def test_a_fifo_in_place_of_an_env_file_does_not_hang_a_hook(root: Path) -> None:
    os.mkfifo(root / "tools/b/.env")
    answer = said("PostToolUse", {"tool_response": {"stdout": VALUE}, "cwd": str(root)}, root)
    assert answer
    assert answer["updatedToolOutput"] == {"stdout": "***"}


def test_a_thousand_values_are_masked_without_the_packages(root: Path) -> None:
    folder = add_tool(root, "many")
    (folder / ".env").write_text("".join(f"K{n}=sk-{n:04d}-7Qx9Lw2Zm4\n" for n in range(1000)))
    answer = said("PostToolUse", {"tool_response": {"stdout": "a sk-0777-7Qx9Lw2Zm4 b"}, "cwd": str(root)}, root)
    assert answer
    assert answer["updatedToolOutput"] == {"stdout": "a *** b"}


def test_the_program_itself_answers_hooks_too(root: Path) -> None:
    call = {"tool_name": "Read", "tool_input": {"file_path": "tools/a/.env"}, "cwd": str(root)}
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "hook", "PreToolUse"],
        input=json.dumps(call),
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["hookSpecificOutput"]["permissionDecision"] == "deny"
    unknown = subprocess.run([sys.executable, "-m", "pixie_secrets", "hook", "x"], capture_output=True, check=False)
    assert unknown.returncode == 2


def test_every_older_python_that_is_here_guards_as_well(root: Path) -> None:
    """They lack what the index is written in today; it is written so that they do with less."""
    calls: dict[str, dict[str, Any]] = {
        "PreToolUse": {"tool_name": "Bash", "tool_input": {"command": "cat tools/*/.env"}},
        "PostToolUse": {"tool_response": {"stdout": f"a {VALUE}"}},
        "UserPromptSubmit": {"prompt": VALUE},
    }
    for python in older_pythons():
        for event, call in calls.items():
            done = subprocess.run(
                [python, "-IS", str(HOOK), event],
                input=json.dumps({**call, "cwd": str(root)}),
                env={"CLAUDE_PROJECT_DIR": str(root), "HOME": str(root.parent)},
                capture_output=True,
                text=True,
                check=True,
            )
            assert any(word in done.stdout for word in ("deny", "a ***", "block")), (python, event)


def older_pythons() -> list[str]:
    """Those that start: version managers also put programs on PATH that only say they are not there."""
    found = [shutil.which(f"python3.{minor}") for minor in (8, 9, 10)]
    return [
        each
        for each in found
        if each and subprocess.run([each, "-c", ""], capture_output=True, check=False).returncode == 0
    ]


TOKEN = "7Kd9" + "vQx2LmZ4" + "rTb8WnYc3Hs6"
TYPED = [
    f"Please set the OPENAI_API_KEY for a to {TOKEN}",
    f"use this api key {TOKEN}",
    f"the api key is {TOKEN}",
    f"K_TOKEN={TOKEN} please",
    f"password: {TOKEN}",
    f"here is my token: `{TOKEN}`, store it",
    f"set SLACK_TOKEN as {TOKEN} in b",
    f"Setze den OPENAI_API_KEY auf {TOKEN}",
    f"the public API key is {TOKEN}",
    f"it is not public, the key: {TOKEN}",
    f"nimm diesen Schlüssel: {TOKEN}",
    f"Das Passwort lautet {TOKEN}",
    TOKEN + TOKEN[::-1],
]


@pytest.mark.parametrize("text", TYPED)
def test_a_random_token_that_a_sentence_calls_a_key_is_stopped(root: Path, text: str) -> None:
    reason = prompt.reason(Request(prompt=text, working=str(root)), {}, lambda: "")
    assert "say: Set the" in reason
    assert TOKEN not in reason


def test_none_of_sixty_everyday_prompts_is_stopped(root: Path) -> None:
    assert len(everyday.PROMPTS) >= 60
    asked = ((each, prompt.reason(Request(prompt=each, working=str(root)), {}, None)) for each in everyday.PROMPTS)
    assert [(each, reason) for each, reason in asked if reason] == []
