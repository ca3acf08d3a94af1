"""`probe-secret`, as a person and an agent use it: nothing is sent before a person agreed to that very host."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.at_terminal import PIXIE, Shell
from tests.conftest import add_tool
from tests.mcp.client import Client
from tests.probes.stand_in import StandIn, standing_in

from pixie_secrets.audit.due import DueReason, due_keys
from pixie_secrets.audit.entry import now
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.probe_secret import NotAgreed, ProbeSecretRequest, probe_secret, probe_target

if TYPE_CHECKING:
    from collections.abc import Iterator

TOOL = "acme"
VALUE = "kq7Rt2Wx9Zb4Nm6Lp3Vd8Hs5"
OWN = {"url": "https://api.example.com/me", "show": ["/login"], "expires": "/until"}


@pytest.fixture
def stand_in(tmp_path: Path) -> Iterator[StandIn]:
    with standing_in(tmp_path, "api.example.com", "other.example.com", "api.github.com") as found:
        found.says(200, b'{"login": "ann", "until": "2126-05-06"}')
        yield found


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    declare(root, OWN)
    (root / "tools" / TOOL / ".env").write_text(f"ACME_KEY={VALUE}\nGH_TOKEN={VALUE}x\nOTHER={VALUE}y\n")
    (root / "tools" / TOOL / ".env").chmod(0o600)
    return root


def declare(root: Path, probe: object) -> None:
    secrets = [
        {"key": "ACME_KEY", "obtain": {"text": "ask Ann"}, "probe": probe},
        {"key": "GH_TOKEN"},
        {"key": "OTHER"},
    ]
    path = root / "tools" / TOOL / "tool.json"
    if not path.exists():
        add_tool(root, TOOL)
    path.write_text(json.dumps({"id": TOOL, "name": "Acme", "inputs": [], "outputs": [], "secrets": secrets}))


def run(root: Path, stand_in: StandIn, *words: str, status: int = 0) -> str:
    """The command as an agent starts it: no terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "probe-secret", TOOL, *words],
        cwd=root, env={**os.environ, **stand_in.environment}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    assert VALUE[:8] not in done.stdout + done.stderr
    return done.stdout + done.stderr


def agree(root: Path, stand_in: StandIn, answer: str, *words: str) -> str:
    """The same at a terminal, where a person presses `answer`."""
    with Shell(root, **stand_in.environment) as shell:
        shell.process.send(f"{PIXIE} probe-secret {TOOL} {' '.join(words)}\r")
        shell.expect("[y/N] ")
        shell.process.send(answer)
        shell.expect("ready> ")
        assert VALUE[:8] not in shell.shown
        return shell.shown


def test_without_a_person_nothing_is_sent(root: Path, stand_in: StandIn) -> None:
    said = run(root, stand_in, "ACME_KEY", status=1)
    assert "was not sent: nobody agreed yet that it goes to api.example.com" in said
    assert "in a terminal of your own" in said
    assert stand_in.connects == []


@pytest.mark.parametrize("answer", ["n", "\r", "x", "\x1b", "yes", "\x03"])
def test_anything_but_a_y_is_a_no(root: Path, stand_in: StandIn, answer: str) -> None:
    assert "nothing was sent" in agree(root, stand_in, answer, "ACME_KEY")
    run(root, stand_in, "ACME_KEY", status=1)
    assert stand_in.connects == []


def test_a_person_agrees_once_and_is_told_whom(root: Path, stand_in: StandIn) -> None:
    shown = agree(root, stand_in, "y", "ACME_KEY")
    assert "Send the value of ACME_KEY to api.example.com (the address in tool.json)" in shown.replace("\r\n", "")
    assert "ACME_KEY works: api.example.com takes it" in shown
    assert json.loads(run(root, stand_in, "ACME_KEY", "--json")) == {
        "tool_id": TOOL, "key": "ACME_KEY", "verdict": "valid", "service": "the address in tool.json",
        "host": "api.example.com", "message": "ACME_KEY works: api.example.com takes it",
        "owner": [{"name": "login", "text": "ann"}], "scopes": [], "expires": "2126-05-06T00:00:00Z",
        "wait_seconds": None, "next_step": None,
    }  # fmt: skip
    assert len(stand_in.seen) == 2
    state = Path(os.environ["HOME"], ".local/state/pixie-secrets")
    assert (state / "probe-agreements.json").stat().st_mode & 0o777 == 0o600
    assert not any(VALUE.encode() in path.read_bytes() for path in state.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "changed",
    [
        {**OWN, "url": "https://other.example.com/me"},
        {**OWN, "url": "https://api.example.com:8443/me"},
        {**OWN, "url": "https://api.example.com/somebody-elses-bucket"},
        {**OWN, "sends": "query", "parameter": "key"},
        {**OWN, "sends": "header", "parameter": "X-Log-Me"},
    ],
    ids=["host", "port", "path", "into the address", "header"],
)
def test_a_manifest_that_changes_where_it_goes_is_asked_about_again(
    root: Path, stand_in: StandIn, changed: dict[str, str]
) -> None:
    agree(root, stand_in, "y", "ACME_KEY")
    declare(root, changed)
    assert "nobody agreed yet" in run(root, stand_in, "ACME_KEY", status=1)
    assert len(stand_in.seen) == 1


@pytest.mark.parametrize("hint", [VALUE[-4:], f"...{VALUE[-4:]}", f"{VALUE[:4]}***", f"{VALUE[:5]}"])
def test_neither_the_ends_of_a_key_nor_the_size_or_hash_of_an_answer_are_shown(
    root: Path, stand_in: StandIn, hint: str
) -> None:
    places = ["header:Content-Length", "header:ETag", "header:Content-Digest"]
    declare(root, {**OWN, "show": ["/login", "/hint", *places]})
    body = json.dumps({"login": "ann", "hint": hint, "key": VALUE}).encode()
    stand_in.says(200, body, ETag='"e-4711"', Content_Digest="sha-256=:4712:")
    agree(root, stand_in, "y", "ACME_KEY")
    assert json.loads(run(root, stand_in, "ACME_KEY", "--json"))["owner"] == [{"name": "login", "text": "ann"}]


def test_what_was_agreed_of_one_key_and_project_is_of_no_other(root: Path, stand_in: StandIn, tmp_path: Path) -> None:
    agree(root, stand_in, "y", "GH_TOKEN")
    assert "GH_TOKEN works: GitHub takes it" in run(root, stand_in, "GH_TOKEN")
    assert "nobody agreed yet" in run(root, stand_in, "OTHER", "--service", "github", status=1)
    other = tmp_path / "clone"
    root.rename(other)
    assert "nobody agreed yet" in run(other, stand_in, "GH_TOKEN", status=1)
    assert {seen.headers["authorization"] for seen in stand_in.seen} == {f"Bearer {VALUE}x"}


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"[1]", b"\xff", b'[{"root": 1}]', b"[" * 100_000])
def test_a_file_of_agreements_that_is_none_agrees_to_nothing(root: Path, stand_in: StandIn, content: bytes) -> None:
    state = Path(os.environ["HOME"], ".local/state/pixie-secrets")
    state.mkdir(parents=True)
    (state / "probe-agreements.json").write_bytes(content)
    run(root, stand_in, "ACME_KEY", status=1)
    agree(root, stand_in, "y", "ACME_KEY")
    run(root, stand_in, "ACME_KEY")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("OTHER",), "nothing says which service could be asked about OTHER"),
        (("OTHER", "--service", "githib"), "did you mean github"),
        (("GITLAB_TOKEN",), "GITLAB_TOKEN is not set"),
        ((f"K={VALUE}",), "a value must never be an argument"),
        ((), "KEY is missing"),
    ],
)
def test_what_cannot_be_asked(root: Path, stand_in: StandIn, words: tuple[str, ...], message: str) -> None:
    status = 2 if message.startswith(("a value", "KEY")) else 1
    assert message in run(root, stand_in, *words, status=status)
    assert stand_in.connects == []


def test_a_key_that_is_refused_says_what_to_do(root: Path, stand_in: StandIn) -> None:
    agree(root, stand_in, "y", "ACME_KEY")
    stand_in.says(401, json.dumps({"error": f"no {VALUE}"}).encode())
    said = run(root, stand_in, "ACME_KEY", status=1)
    assert "ACME_KEY does not work: api.example.com refuses it" in said
    assert "get a new one where it is issued (ask Ann)" in said
    run(root, stand_in, "ACME_KEY", status=1)
    [due] = due_keys(Project(root))
    assert due.message == f"refused by api.example.com since {now().date()}"
    stand_in.says(429)
    run(root, stand_in, "ACME_KEY", status=1)
    assert due_keys(Project(root)) == (due,)  # which says nothing of the key
    stand_in.says(200)
    run(root, stand_in, "ACME_KEY")
    assert due_keys(Project(root)) == ()
    stand_in.says(401)
    run(root, stand_in, "ACME_KEY", status=1)
    set_again = [sys.executable, "-m", "pixie_secrets", "set-secret", TOOL, "ACME_KEY", "--stdin"]
    subprocess.run(set_again, cwd=root, input="another-value-4711", text=True, check=True, capture_output=True)
    assert due_keys(Project(root)) == ()


def test_an_expiry_is_kept_and_the_key_is_due_after_it(root: Path, stand_in: StandIn) -> None:
    agree(root, stand_in, "y", "ACME_KEY")
    run(root, stand_in, "ACME_KEY")
    assert due_keys(Project(root)) == ()
    [due] = due_keys(Project(root), now().replace(year=2127))
    assert (due.key, due.reason) == ("ACME_KEY", DueReason.EXPIRED)


def test_an_address_nearby_is_named_as_such(root: Path) -> None:
    for url, near in (
        ("https://localhost:8443/", True), ("https://10.0.0.7/", True), ("https://127.0.0.1/", True),
        ("https://nas/", True), ("https://box.local/", True), ("https://169.254.169.254/", True),
        ("https://8.8.8.8/", False), ("https://api.example.com/", False),
    ):  # fmt: skip
        declare(root, {"url": url})
        target = probe_target(Project(root), ProbeSecretRequest("ACME_KEY", TOOL))
        assert ("of this machine or its network" in target.question) is near, url


def test_nothing_is_sent_by_the_operation_either(root: Path) -> None:
    with pytest.raises(NotAgreed):
        probe_secret(Context(Project(root)), ProbeSecretRequest("ACME_KEY", TOOL))


def test_an_agent_is_told_the_command_and_then_the_verdict(root: Path, stand_in: StandIn, era: str) -> None:
    arguments: dict[str, Any] = {"tool_id": TOOL, "key": "ACME_KEY"}
    with Client(root, era, environment=stand_in.environment) as client:
        refused = client.refusal(client.start("probe-secret", arguments))
        assert f"--project {root} probe-secret {TOOL} ACME_KEY" in refused
        assert stand_in.connects == []
        agree(root, stand_in, "y", "ACME_KEY")
        answer = client.outcome(client.start("probe-secret", arguments))
        assert (answer["verdict"], answer["owner"]) == ("valid", [{"name": "login", "text": "ann"}])
        assert VALUE not in "".join(client.received) + client.errors.decode()


@pytest.fixture(params=["2026-07-28", "2025-11-25"])
def era(request: pytest.FixtureRequest) -> str:
    era: str = request.param
    return era
