"""A sealed tool in the real Claude Code: the model sees that it is sealed, has it set and used, and reads no key.

The same words as for a plain tool: what is different is on the disk alone.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.e2e.guarded import KEY, TOOL, call, env_file
from tests.evidence import Evidence
from tests.person import Person
from tests.sealed.programs import decrypted

from pixie_secrets.sealed import key_places

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.claude_lab.lab import Lab
    from tests.e2e.guarded import Guarded

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]

SERVER = "mcp__plugin_pixie_secrets__"
DONE = r"\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT} I'm done"
IDLE = r"\? for shortcuts"
PRINTING = f"{sys.executable} -m pixie_secrets exec {TOOL} -- sh -c 'echo it is ${KEY}'"


@pytest.fixture
def sealed(guarded: Guarded) -> Lab:
    lab = guarded.lab()
    (lab.project / "notes.txt").unlink()
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "seal-tool", TOOL], env=lab.environment, cwd=lab.project,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return lab


def test_a_value_goes_from_the_page_into_the_sealed_file_and_the_model_sees_that_it_is_sealed(
    sealed: Lab, value: str
) -> None:
    lab, new = sealed, f"{value}-again"
    lab.start()
    lab.say(call("set-secret", tool_id=TOOL, key=KEY))
    lab.wait_for(r"Set a secret Tool[\s\S]*Do you want to proceed")
    lab.press("Enter", until="wants to open a URL")
    lab.press("Enter", until=DONE)
    Person().save(lab.link(), {KEY: new})
    lab.press("Enter", until=IDLE)
    assert lab.told()["outcome"] == "saved"
    assert decrypted(sealed_file(lab), str(key_file(lab)))[KEY] == new
    assert KEY not in env_file(lab).read_text()
    lab.run("-p", call("list-secrets", tool_id=TOOL), "--allowedTools", f"{SERVER}list-secrets")
    [tool] = lab.told()["tools"]
    assert [(one["key"], one["status"]) for one in tool["secrets"]] == [(KEY, "sealed")]
    assert_unseen(lab, value, new)


def test_it_is_used_masked_and_the_key_that_opens_it_is_read_in_no_way(sealed: Lab, value: str) -> None:
    lab, key = sealed, key_file(sealed)
    denied = [
        call("Read", file_path=str(key)),
        call("Bash", command=f"cat {key}"),
        call("Bash", command="cat ~/.config/pixie-secrets/*"),
        call("Bash", command="cd ~/.config/pixie-secrets && cat *"),
        call("Bash", command="grep -r AGE ~/.config"),
    ]
    masked = call("Bash", command=PRINTING)
    file = call("Read", file_path=str(sealed_file(lab)))
    lab.run("-p", "".join([*denied, masked, file]), "--allowedTools", "Read,Bash")
    *refused, printed, shown = lab.tool_results()
    assert len(refused) == len(denied)
    assert all("holds secret values" in result for result in refused), refused
    assert "it is ***" in printed
    assert "ENC[AES256_GCM" in shown
    assert_unseen(lab, value)


def key_file(lab: Lab) -> Path:
    return lab.home / os.path.relpath(key_places.key_file(lab.environment), lab.home)


def sealed_file(lab: Lab) -> Path:
    return env_file(lab).with_name("secrets.enc.json")


def assert_unseen(lab: Lab, *values: str) -> None:
    """Neither a value nor the key was sent or left behind, but for the key in its file."""
    seen = Evidence()
    for body in lab.bodies():
        seen.add("request body", body)
    seen.add_tree(lab.home, without=[key_file(lab)])
    seen.add_tree(lab.temporary)
    seen.add_tree(lab.project)
    [key] = re.findall(r"(?m)^AGE-SECRET-KEY-.*$", key_file(lab).read_text())
    for text in (*values, key):
        seen.assert_nowhere(text)
