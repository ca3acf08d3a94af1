"""What the module in the client asks: prompts with references, masked results, and no answer rather than a guess."""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING, Any

import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import add_tool
from tests.guard.conftest import VALUE
from tests.guard.test_hooks import INSTALLED, environments, run

from pixie_secrets.guard import mentions, mod
from pixie_secrets.known_values import KnownValues

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "ghp_" + "9f8e7d6c5b4a39281706f5e4d3c2b1a0ffee"
REFERENCE = "${{ secrets.a.K }}"


def asked(root: Path, ask: str, /, *, environment: dict[str, str] = INSTALLED, **question: Any) -> dict[str, Any]:
    done = run("mod", {"ask": ask, "cwd": str(root), **question}, root, **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert VALUE not in done.stdout
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@environments
def test_a_known_value_in_a_prompt_becomes_its_reference(root: Path, environment: dict[str, str]) -> None:
    encoded = base64.b64encode(VALUE.encode()).decode()
    said = asked(root, "prompt", text=f"use {VALUE}, or\n'{encoded}'!", environment=environment)
    assert said["text"] == f"use {REFERENCE}, or\n'{REFERENCE}'!"
    assert len(said["context"]) == 1
    assert asked(root, "prompt", text="fix main.py, line 12", environment=environment) == {}
    assert asked(root, "prompt", text=f"why is {REFERENCE} refused?", environment=environment) == {}


@given(before=st.text(), after=st.text())
def test_all_but_the_value_stays(before: str, after: str) -> None:
    known = KnownValues()
    known.add(VALUE, key="K", tool="a")
    assert mod.with_references(f"{before} {VALUE} {after}", known) == f"{before} {REFERENCE} {after}"


def test_of_two_keys_with_one_value_the_first_is_named(root: Path) -> None:
    (root / "tools/b/.env").write_text(f"K={VALUE}\n")
    assert asked(root, "prompt", text=VALUE)["text"] == REFERENCE


@pytest.mark.parametrize("name", ["tools/a/.env", "link", "notes.txt", '"notes.txt"', "notes.txt#L1-2", "notes.txt,"])
def test_a_file_with_a_value_in_it_is_not_attached(root: Path, name: str) -> None:
    (root / "notes.txt").write_text(f"first\nthe key is {VALUE}\n")
    (root / "link").unlink()
    (root / "link").symlink_to("notes.txt")
    said = asked(root, "prompt", text=f"see @README.md and @{name} please")
    assert said["text"] == f"see @README.md and {name} please"
    assert "deny" in asked(root, "mention", path=str(root / name.strip('",').split("#")[0]))
    assert asked(root, "mention", path=str(root / "tools/a/main.py")) == {}


def test_a_file_that_nobody_attaches_is_no_reason_to_hold_a_prompt(root: Path) -> None:
    (root / "film.mp4").write_bytes(bytes(mentions.FILE_MAX + 1))
    assert asked(root, "prompt", text="cut @film.mp4 at second 12") == {}


RESULTS = {
    "success": ({"stdout": VALUE, "code": 0}, f"out {VALUE}", None),
    "error": (f"Error: {VALUE}", f"Error: {VALUE}", True),
    "of another shape": ([{"type": "text", "text": VALUE}], VALUE, None),
}


@environments
@pytest.mark.parametrize("kind", RESULTS)
def test_a_result_and_an_error_go_on_masked(root: Path, kind: str, environment: dict[str, str]) -> None:
    result, text, is_error = RESULTS[kind]
    more = {"isError": True} if is_error else {"context": ["kept"]}
    said = asked(root, "output", result=result, text=text, environment=environment, **more)
    if is_error:
        assert said == {"deny": "Error: ***"}
    else:
        assert said["result"] == json.loads(json.dumps(result).replace(VALUE, "***"))
        assert said["context"][0] == "kept"
    assert asked(root, "output", result={"stdout": "fine"}, text="fine", environment=environment) == {}


def test_a_value_that_only_the_models_words_hold_is_not_shown(root: Path) -> None:
    assert asked(root, "output", result={"bytes": 24}, text=f"the key {VALUE}") == {"deny": "the key ***"}


def test_an_edit_that_looks_for_the_mask_is_told_what_the_mask_is(root: Path) -> None:
    (root / "config.yaml").write_text(f"key: {VALUE}\nport: 80\n")
    (root / "plain.yaml").write_text("port: 80\n")
    error = "<tool_use_error>String to replace not found in file.</tool_use_error>"

    def said(path: str) -> dict[str, Any]:
        edit = {"file_path": path, "old_string": "key: ***", "new_string": "x"}
        return asked(root, "output", result=error, text=error, isError=True, input=edit)

    assert said("config.yaml")["deny"].startswith("String to replace not found in file.\nThis would write ***")
    assert said("plain.yaml") == {}


def test_texts_are_masked_in_their_places(root: Path) -> None:
    assert asked(root, "texts", texts=["a", f"b {VALUE}", ""]) == {"texts": ["a", "b ***", ""]}
    assert asked(root, "texts", texts=["a"]) == {}


@pytest.mark.parametrize("data", [b"", b"null", b"{", b"\xff\xfe\x00", b'{"ask": "value"}', b'{"ask": "texts"}'])
def test_what_is_no_question_gets_no_answer(root: Path, data: bytes) -> None:
    done = run("mod", data, root)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_whose_a_credential_may_be_is_offered_the_likeliest_first(root: Path) -> None:
    add_tool(root, "pusher", secrets=[{"key": "GITHUB_TOKEN"}, {"key": "OTHER_KEY"}])
    said = asked(root, "prompt", text=f"the GITHUB_TOKEN of pusher is {TOKEN}")
    assert said["hold"]["options"] == [
        "Store it as GITHUB_TOKEN of pusher",
        "Store it as OTHER_KEY of pusher",
        "Choose on the page",
        "Do not send it",
    ]
    assert TOKEN not in json.dumps(said)
    assert "GitHub token" in said["hold"]["question"]
    assert "not sent" in said["otherwise"]
    assert asked(root, "prompt", text=f"for a: {TOKEN}")["hold"]["options"][0] == "Replace K of a by it"


def test_what_is_picked_is_stored_and_then_known(root: Path) -> None:
    (root / "hard").unlink()
    text = f"push with {TOKEN} now"
    assert asked(root, "store", text=text, choice="Replace K of a by it") == {}
    assert dotenv_values(root / "tools/a/.env") == {"K": TOKEN}
    assert asked(root, "prompt", text=text)["text"] == f"push with {REFERENCE} now"


def test_a_private_key_is_stored_whole(root: Path) -> None:
    lines = "\n".join(secrets.token_urlsafe(48) for _ in range(8))
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{lines}\n-----END RSA PRIVATE KEY-----"
    assert asked(root, "store", text=f"this one:\n{key}\nis it good?", choice="Store it as K of b") == {}
    assert dotenv_values(root / "tools/b/.env") == {"K": key}


@pytest.mark.parametrize("choice", ["Do not send it", "Store it as K of nobody", "", "Store it as K of b; ls"])
def test_any_other_answer_stores_nothing(root: Path, choice: str) -> None:
    before = (root / "tools/a/.env").read_bytes()
    assert "nothing was stored" in asked(root, "store", text=f"push with {TOKEN}", choice=choice)["drop"]
    assert (root / "tools/a/.env").read_bytes() == before
    assert not (root / "tools/b/.env").exists()


def test_what_does_not_fit_is_refused_without_repeating_it(root: Path) -> None:
    add_tool(root, "strict", secrets=[{"key": "S", "type": "regex", "pattern": "[0-9]{8}"}])
    said = asked(root, "store", text=f"push with {TOKEN}", choice="Store it as S of strict")
    assert "not stored" in said["drop"]
    assert TOKEN not in said["drop"]
    assert not (root / "tools/strict/.env").exists()


def test_where_no_page_can_be_shown_the_person_hears_it(root: Path) -> None:
    said = asked(root, "store", text=f"push with {TOKEN}", choice="Choose on the page")
    assert "neither a browser nor a terminal" in said["drop"]
