"""A first start that fails says what failed, on the command line and to a client, and seldom is it the network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.test_bootstrap import Client, Installed

from first_start import failure

if TYPE_CHECKING:
    from pathlib import Path

UV = """#!/bin/sh
cat "$STATE/says" >&2
exit 1
"""
OLD = """import runpy, sys
sys.version_info = type("old", (tuple,), {{"major": 3, "minor": 10}})((3, 10, 13, "final", 0))
sys.argv = [{bootstrap!r}, *{arguments!r}]
runpy.run_path({bootstrap!r}, run_name="__main__")
"""


@pytest.fixture
def failing(tmp_path: Path) -> Installed:
    installed = Installed(tmp_path)
    (tmp_path / "bin" / "uv").write_text(UV)
    (tmp_path / "bin" / "uv").chmod(0o755)
    return installed


@pytest.mark.parametrize(
    ("said", "what", "todo"),
    [
        (
            "The virtual environment was not created successfully because ensurepip is not\navailable.",
            "has no venv module",
            "apt install python3-venv",
        ),
        ("/usr/bin/python3: No module named venv", "has no venv module", "or install uv"),
        ("error: Failed to write: No space left on device (os error 28)", "the disk is full", "make room"),
        ("error sending request for url (https://index.test/simple/)\n  dns error", "cannot be reached", "HTTPS_PROXY"),
        ("Retrying after connection broken by NewConnectionError: refused", "cannot be reached", "network"),
        ("invalid peer certificate: UnknownIssuer", "certificate that is not trusted", "SSL_CERT_FILE"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that is pinned", "look at the log"),
        ("one\nsomething \x1b[31modd\x1b[0m\n\n", "the last that was said: something ?[31modd?[0m", "look at the log"),
        ("", "nothing was said", "look at the log"),
    ],
)
def test_what_failed_is_read_from_what_was_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, what: str, todo: str
) -> None:
    monkeypatch.setenv("PIXIE_SECRETS_DATA", str(tmp_path))
    (tmp_path / "install.log").write_text(said)
    found = failure.failure()
    assert what in found.what
    assert todo in found.todo
    assert ("network" in found.todo) == (what == "cannot be reached"), "not everything is the network"


def test_it_is_said_to_people_and_to_clients(failing: Installed) -> None:
    (failing.state / "says").write_text("error: No space left on device (os error 28)")
    done = failing.run("list-secrets")
    assert done.returncode == 1
    assert "they could not be installed: the disk is full" in done.stderr
    assert "hint: make room in " in done.stderr
    with Client(failing) as client:
        client.greet()
        text = client.call("list-secrets")["content"][0]["text"]
        assert "could not install the packages it needs: the disk is full; nothing was done" in text
        assert "tell the user to make room in" in text


@pytest.mark.parametrize("surface", ["people", "clients"])
def test_an_old_python_without_uv_is_told_apart(
    failing: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, surface: str
) -> None:
    (tmp_path / "bin" / "uv").unlink()
    failing.environment["PATH"] = str(tmp_path / "bin")

    def command(*arguments: Any) -> list[str]:
        script = OLD.format(bootstrap=str(failing.bootstrap), arguments=arguments)
        return [sys.executable, "-IS", "-c", script]

    monkeypatch.setattr(failing, "command", command)
    if surface == "people":
        said = failing.run("list-secrets").stderr
    else:
        with Client(failing) as client:
            client.greet()
            said = client.call("list-secrets")["content"][0]["text"]
    assert "it needs Python 3.11 or newer, this is 3.10.13" in said
    assert "install uv, or python3.11" in said
    assert "network" not in said
