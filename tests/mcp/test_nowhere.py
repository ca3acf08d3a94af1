"""The promise itself: after a run of everything, the value is in one file and the link's token on one screen."""

from __future__ import annotations

import os
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING

from tests.evidence import Evidence, ProcessWatch
from tests.mcp.client import LEGACY, Client
from tests.person import Person

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

TOOL = "whisper-transcription"
KEY = "OPENAI_API_KEY"
FIRST = 'sk-proj/7Qm4+xW9&tB2n%L"é'
SECOND = 'sk-proj/9Zr1+bN5&kD8v%T"ü'


def test_neither_value_nor_token_is_anywhere_but_where_it_belongs(project: Project, era: str, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    home = Path(os.environ["HOME"])
    evidence, links = Evidence(), []
    environment = {"TMPDIR": str(temporary), "HOME": str(home)}
    with ProcessWatch() as watch, Client(project.root, era, environment=environment) as client:
        for value in (FIRST, SECOND):
            dialog = client.ask(tool_id=TOOL, key=KEY)
            links.append(dialog.link)
            result = dialog.answer("accept") if era == LEGACY else None  # "open it"
            person = Person()
            page = person.open(dialog.link)
            evidence.add("page", page.html)
            refused = person.submit(page, {KEY: f"{KEY}={value}"})
            evidence.add("refusal", refused.html)
            saved = person.submit(refused, {KEY: value})
            evidence.add("saved", saved.html)
            if result is None:
                result = dialog.answer("accept")  # "I'm done"
            assert client.outcome(result)["outcome"] == "saved"
            client.call("list-secrets")
            client.start("set-secret", {"tool_id": TOOL, "key": KEY, "value": "something"})
        for action in ("decline", "cancel"):
            dialog = client.ask(tool_id=TOOL, key=KEY)
            links.append(dialog.link)
            client.outcome(dialog.answer(action))
        client.call("unset-secret", tool_id=TOOL, key="WEBHOOK_URL")
    watch.add_to(evidence)

    env = project.root / "tools" / TOOL / ".env"
    evidence.add("stderr", client.errors)
    evidence.add_tree(tmp_path, without=[env])
    evidence.add_tree(home)
    for line in client.received:
        evidence.add("a line of the server", line)

    for value in (FIRST, SECOND):
        evidence.assert_nowhere(value)
    elsewhere = Evidence()
    elsewhere.add("stderr", client.errors)
    elsewhere.add_tree(tmp_path)
    elsewhere.add_tree(home)
    watch.add_to(elsewhere)
    shown = [line for line in client.received if '"elicitation/create"' in line]
    assert len(shown) == len(links)
    for line in client.received:
        if line not in shown:
            elsewhere.add("a line of the server that shows no link", line)
    for line in shown:
        elsewhere.add("what is beside the link", line.replace(next(link for link in links if link in line), ""))
    for link in links:
        [token] = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["token"]
        elsewhere.assert_nowhere(token)
    assert _of(env.read_bytes()).places(SECOND)  # the search finds what is there
    assert not _of(env.read_bytes()).places(FIRST)


def _of(content: bytes) -> Evidence:
    evidence = Evidence()
    evidence.add("file", content)
    return evidence
