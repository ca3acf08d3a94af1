"""In the real Claude Code: one sentence connects a tool to an account, and nobody sees the code or the token."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dotenv import dotenv_values
from tests.authorization_server import CLIENT_SECRET, SCOPE, Running, authorization_server
from tests.e2e.claude_lab.lab import Lab
from tests.evidence import Evidence, ProcessWatch
from tests.oauth.visitor import Traveler
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.client, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
TOOL, KEY, APP_KEY = "calendar-digest", "GOOGLE_CALENDAR", "GOOGLE_CLIENT_SECRET"
POINTER = r"\N{HEAVY RIGHT-POINTING ANGLE QUOTATION MARK ORNAMENT} "
IDLE, ASKED = r"\? for shortcuts", "Do you want to proceed"
ERAS = {"modern": {}, "legacy": {"MCP_PROTOCOL_NEGOTIATION": "legacy"}}


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    with authorization_server(tmp_path_factory.mktemp("authorization")) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.ca))
        yield running


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    era: str = request.param
    return era


@pytest.fixture(params=["code", "device"])
def flow(request: pytest.FixtureRequest) -> str:
    flow: str = request.param
    return flow


@pytest.fixture
def lab(
    tmp_path_factory: pytest.TempPathFactory, repository: Path, server: Running, era: str, flow: str
) -> Iterator[Lab]:
    """A person's project with the plugin and the example tool, whose provider is the tests' own server."""
    settings = {"PIXIE_SECRETS_PYTHON": sys.executable, **ERAS[era]}
    with Lab(tmp_path_factory.mktemp("lab"), settings) as lab:
        folder = lab.project / "tools" / TOOL
        shutil.copytree(ROOT / "examples" / "tools" / TOOL, folder, ignore=shutil.ignore_patterns(".env", ".venv"))
        manifest = json.loads((folder / "tool.json").read_text())
        [token] = [secret for secret in manifest["secrets"] if secret["key"] == KEY]
        token["oauth2"] = server.declaration(client_secret=APP_KEY)
        if flow == "device":
            token["oauth2"] |= {"authorize_url": None, "device_url": f"{server.address}/device"}
        (folder / "tool.json").write_text(json.dumps(manifest))
        (folder / ".venv").symlink_to(sys.prefix)
        (folder / ".env").write_text(f"{APP_KEY}={CLIENT_SECRET}\nGOOGLE_CALENDAR_BASE_URL={server.address}\n")
        lab.trusted()
        assert lab.run("plugin", "marketplace", "add", str(repository)).returncode == 0
        assert lab.run("plugin", "install", "pixie@pixie-secrets").returncode == 0
        yield lab


def said(lab: Lab, words: str, *calls: tuple[str, dict[str, Any]]) -> None:
    """A turn: what the person says, and what the model calls then, as the skill leads it."""
    lab.say(words + " " + "".join(f"@@{name} {json.dumps(arguments)}@@" for name, arguments in calls))


def allowed(lab: Lab, title: str, then: str) -> None:
    lab.wait_for(rf"{title} Tool[\s\S]*{ASKED}")
    lab.press("Enter", until=then)


def told(lab: Lab, number: int) -> dict[str, Any]:
    until(lambda: len(lab.tool_results()) >= number, timeout=40, every=0.1)
    content: dict[str, Any] = json.loads(lab.tool_results()[number - 1])
    return content


def test_connect_calendar_digest_to_my_google_calendar(lab: Lab, server: Running, era: str, flow: str) -> None:
    env = lab.project / "tools" / TOOL / ".env"
    with ProcessWatch() as processes:
        lab.start()
        connect = ("authorize-secret", {"tool_id": TOOL})
        said(
            lab,
            "Connect calendar-digest to my Google calendar",
            ("Skill", {"skill": "pixie:authorize-secret"}),
            connect,
        )
        allowed(lab, "Authorize a tool", "wants to open a URL")
        lab.press("Enter", until=f"{POINTER}I'm done" if era == "modern" else "waiting for completion")
        person = Traveler()
        if flow == "code":
            assert "Authorized" in person.go(lab.link()).html
        else:
            page = person.with_device(lab.link(), server)
            until(lambda: "Authorized" in person.visit(page.url).html)
        if era == "modern":
            lab.press("Enter", until=IDLE)
        heard = told(lab, 2)
        assert (heard["outcome"], heard["scopes"], heard["next_step"]) == ("authorized", [SCOPE], None)
        assert heard["expires_at"]

        said(lab, "What is on this week?", ("run-tool", {"tool_id": TOOL, "inputs": {"calendar_id": "primary"}}))
        allowed(lab, "Run a tool", IDLE)
        ran = told(lab, 3)
    assert ran["outcome"] == "done", ran
    assert ran["outputs"]["events"] == 1
    assert "Off-site" in ran["outputs"]["digest"]

    kept = json.loads(str(dotenv_values(env)[KEY]))
    seen = Evidence()
    for body in lab.bodies():
        seen.add("request body", body)
    for folder in (lab.home, lab.temporary, lab.project):
        seen.add_tree(folder, without=[env])
    processes.add_to(seen)
    codes = [
        fields[name]
        for _, fields in server.asked
        for name in ("code", "code_verifier", "device_code")
        if name in fields
    ]
    assert codes
    for value in (kept["access_token"], kept["refresh_token"], *codes, CLIENT_SECRET):
        seen.assert_nowhere(value)
