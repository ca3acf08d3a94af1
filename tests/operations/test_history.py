"""What was done leaves a line in the record, and every surface says when a secret was set and whether it is due."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.channels.pages import WHISPER, serving, visitor
from tests.conftest import add_tool, manifest

from pixie_secrets.audit import record
from pixie_secrets.audit.due import mark_leaked
from pixie_secrets.audit.entry import Change, Entry, now
from pixie_secrets.doctor.check import CheckState
from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.declare_from import DeclareFromRequest, declare_from
from pixie_secrets.operations.doctor import DoctorRequest, doctor
from pixie_secrets.operations.history import days_ago
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets
from pixie_secrets.operations.migrate_tool_format import MigrateToolFormatRequest, migrate_tool_format
from pixie_secrets.operations.set_secret import SetSecretRequest, set_secret
from pixie_secrets.operations.share_tool import ShareToolRequest, share_tool
from pixie_secrets.operations.unset_secret import UnsetSecretRequest, unset_secret
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from pixie_secrets.doctor.check import Check
    from pixie_secrets.operations.list_secrets import ListedSecret

KEY = "OPENAI_API_KEY"
VALUE = "sk-made-up-91cbe02a77"
PIXIE = [sys.executable, "-m", "pixie_secrets"]


def put(project: Project, key: str = KEY, channel: str = "", client: str = "") -> None:
    context = Context(project, channel=channel, client=client)
    set_secret(context, SetSecretRequest(WHISPER, (key,)), {key: SecretStr(VALUE)})


def aged(project: Project, days: int, key: str = KEY) -> None:
    """As if it had been set that long ago."""
    record.add(project.root, Entry(now() - timedelta(days=days), Change.SET, WHISPER, key, "page"))


def listed(project: Project, key: str = KEY) -> ListedSecret:
    [tool] = list_secrets(Context(Project(project.root)), ListSecretsRequest(WHISPER)).tools
    return next(secret for secret in tool.secrets if secret.key == key)


def changes(project: Project) -> list[tuple[str, ...]]:
    return [entry[1:] for entry in record.read(project.root).entries]


def checks_of(project: Project) -> tuple[Check, ...]:
    return doctor(Context(Project(project.root)), DoctorRequest(no_attack=True)).checks


def pixie(project: Project, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PIXIE, "--project", str(project.root), *words], input=given, capture_output=True, text=True, check=False
    )


def declare_rotation(project: Project, after: str = "90d") -> None:
    (project.root / "tools" / WHISPER / "tool.json").write_text(
        json.dumps(manifest(WHISPER, secrets=[{"key": KEY, "rotate_after": after, "metadata": {"owner": "payments"}}]))
    )


def test_every_change_is_a_line_and_a_dry_run_is_none(project: Project, tmp_path: Path) -> None:
    context = Context(project, channel="command", client="codex")
    put(project, channel="page", client="codex")
    unset_secret(context, UnsetSecretRequest(KEY, WHISPER))
    unset_secret(context, UnsetSecretRequest(KEY, WHISPER))  # it was not set
    folder = project.root / "tools" / WHISPER
    (folder / "main.py").write_text("print()\n")
    (folder / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\n')
    archive = str(tmp_path / "a.zip")
    for dry_run in (True, False):
        share_tool(context, ShareToolRequest(WHISPER, archive, dry_run))
    other = Project(tmp_path / "other")
    (other.root / "tools").mkdir(parents=True)
    for dry_run in (True, False):
        import_tool(Context(other), ImportToolRequest(archive, dry_run=dry_run))
    assert changes(project) == [
        ("set", WHISPER, KEY, "page", "codex", ""),
        ("unset", WHISPER, KEY, "command", "codex", ""),
        ("shared", WHISPER, "", "command", "codex", "a.zip"),
    ]
    assert changes(other) == [("imported", WHISPER, "", "", "", "")]


def test_a_migration_and_values_that_move_are_lines(project: Project) -> None:
    old = add_tool(project.root, "old", secrets=[{"key": "A_KEY", "label": "what it is for"}])
    servers = {"s": {"command": "x", "env": {"B_KEY": VALUE}}}
    (project.root / ".mcp.json").write_text(json.dumps({"mcpServers": servers}))
    for dry_run in (True, False):
        migrate_tool_format(Context(project), MigrateToolFormatRequest("old", dry_run))
        source = DeclareFromRequest("old", str(project.root / ".mcp.json"), ("pixie-secrets",), dry_run=dry_run)
        declare_from(Context(Project(project.root)), source)
    assert (old / ".env").exists()
    assert [(change[0], change[2], change[5]) for change in changes(project)] == [
        ("migrated", "", ""),
        ("migrated", "", ".mcp.json"),
        ("set", "B_KEY", ".mcp.json"),
    ]


def test_a_refusal_leaves_no_line(project: Project) -> None:
    with pytest.raises(PixieError):
        set_secret(Context(project), SetSecretRequest(WHISPER, (KEY,)), {KEY: SecretStr("a\0b")})
    with pytest.raises(PixieError):
        set_secret(Context(project), SetSecretRequest(WHISPER, (KEY,), expires="soon"), {KEY: SecretStr(VALUE)})
    assert changes(project) == []
    assert not (project.root / "tools" / WHISPER / ".env").exists()


def test_nothing_of_a_value_is_in_the_state_folder(project: Project) -> None:
    put(project)
    mark_leaked(project, WHISPER, KEY, "a transcript")
    pixie(project, "set-secret", WHISPER, "WEBHOOK_URL", "--stdin", given=VALUE)
    state = Path(record.record_folder()).parent
    kept = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    assert KEY.encode() in kept
    for piece in (VALUE, VALUE[:6], VALUE[-6:], str(len(VALUE))):
        assert f'"{piece}"'.encode() not in kept
        assert piece == str(len(VALUE)) or piece.encode() not in kept


def test_a_list_says_when_it_was_set_by_which_way_and_what_it_is(project: Project) -> None:
    declare_rotation(project)
    assert listed(project).updated_at is None
    put(project, channel="page")
    first = listed(project)
    assert (first.channel, first.due, first.metadata) == ("page", None, {"owner": "payments"})
    assert first.created_at == first.updated_at
    assert datetime.fromisoformat(str(first.created_at)) <= datetime.now(UTC)
    unset_secret(Context(project), UnsetSecretRequest(KEY, WHISPER))
    assert listed(project).updated_at is None


def test_a_value_put_there_by_hand_has_no_times(project: Project) -> None:
    (project.root / "tools" / WHISPER / ".env").write_text(f"{KEY}={VALUE}\n")
    assert (listed(project).status, listed(project).updated_at) == ("set", None)
    assert "OPENAI_API_KEY  set      required" in pixie(project, "list-secrets").stdout


def test_a_key_older_than_its_declaration_allows_is_due_everywhere(project: Project) -> None:
    put(project)
    declare_rotation(project)
    aged(project, 89)
    assert pixie(project, "list-secrets", "--check").returncode == 0
    aged(project, 91)
    why = f"older than 90 days since {now().date() - timedelta(days=1)}"
    assert listed(project).due == why
    shown = pixie(project, "list-secrets")
    assert shown.returncode == 0
    assert "set 3 months ago by page" in shown.stdout
    assert f"due: {KEY} is {why}" in shown.stdout
    checked = pixie(project, "list-secrets", "--check", "--json")
    assert checked.returncode == 1
    assert checked.stderr == f"{WHISPER} {KEY}: {why}\n"
    assert json.loads(checked.stdout)["tools"][0]["secrets"][0]["due"] == why
    [found] = [check for check in checks_of(project) if check.name == f"{WHISPER} {KEY}"]
    assert (found.state, found.message) == (CheckState.OFF, f"is {why}")
    assert f"due: {WHISPER} {KEY} is {why}" in pixie(project, "audit").stdout
    put(project)
    assert listed(project).due is None


def test_what_leaked_is_broken_for_the_doctor_and_said_once_more_when_it_is_removed(project: Project) -> None:
    put(project)
    mark_leaked(project, WHISPER, KEY, "transcript of Codex")
    [found] = [check for check in checks_of(project) if check.name == f"{WHISPER} {KEY}"]
    assert found.state is CheckState.BROKEN
    assert "transcript of Codex" in found.message
    assert found.fix
    assert 0 < found.fix.find("find-leaks --clean") < found.fix.find("set-secret")
    assert "audit record" not in {check.name for check in checks_of(project)}, "said once, by the key"
    assert pixie(project, "list-secrets", "--check").returncode == 1
    removed = pixie(project, "unset-secret", WHISPER, KEY)
    assert "had leaked (transcript of Codex): revoke it at its service" in removed.stderr


@pytest.mark.parametrize(("key", "status"), [(KEY, 1), ("WEBHOOK_URL", 0)])
def test_a_check_fails_for_a_required_one_that_is_missing_and_no_other(project: Project, key: str, status: int) -> None:
    for other in {KEY, "WEBHOOK_URL"} - {key}:
        (project.root / "tools" / WHISPER / ".env").write_text(f"{other}={VALUE}\n")
    done = pixie(project, "list-secrets", "--check")
    assert done.returncode == status
    assert done.stderr == (f"{WHISPER} {KEY}: required and not set\n" if status else "")


def test_the_doctor_says_of_the_record_that_nothing_is_due(project: Project) -> None:
    put(project)
    [found] = [check for check in checks_of(project) if check.name == "audit record"]
    assert (found.state, found.message) == (CheckState.OK, "no key is due for a new value")


def test_a_check_takes_a_sealed_value_for_one(project: Project) -> None:
    put(project)
    assert pixie(project, "seal-tool", WHISPER).returncode == 0
    done = pixie(project, "list-secrets", "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_the_page_says_when_it_was_set_and_takes_the_last_day(project: Project) -> None:
    declare_rotation(project)
    put(project)
    aged(project, 91)
    with serving(Project(project.root)) as served:
        link = served.settings(WHISPER)
        someone = visitor(link)
        page = someone.enter(link)
        assert "Set 3 months ago by page." in page.html
        assert "It is older than 90 days" in page.html
        saved = someone.save(page, {f"line.{KEY}": VALUE, f"expires.{KEY}": "2099-01-31"})
        assert "Set today by page." in saved.html
        assert "Expires on 2099-01-31." in saved.html
        assert "A new value is due" not in saved.html
        again = someone.save(saved, {f"expires.{KEY}": "2020-01-31"})
        assert "It is expired since 2020-01-31" in again.html
    assert [change[0] for change in changes(project)[2:]] == ["set", "expires", "expires"]
    assert listed(project).due == "expired since 2020-01-31"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({f"line.{KEY}": VALUE, f"expires.{KEY}": "31.1.2099"}, "That is no day"),
        ({f"expires.{KEY}": "2099-01-31"}, "a day was given for OPENAI_API_KEY, and no value"),
    ],
)
def test_a_day_that_is_none_or_of_nothing_saves_nothing(project: Project, fields: dict[str, str], problem: str) -> None:
    with serving(project) as served:
        link = served.settings(WHISPER)
        someone = visitor(link)
        answer = someone.save(someone.enter(link), fields)
    assert answer.status == 422
    assert problem.lower() in answer.html.lower()
    assert VALUE not in answer.html
    assert changes(project) == []


def test_a_question_of_an_agent_is_recorded_with_its_name_and_the_day(project: Project) -> None:
    with serving(project) as served:
        elicitation = served.portal.call(served.host.open, SetSecretRequest(WHISPER, (KEY,)), "claude-code")
        someone = visitor(link := served.link(elicitation))
        someone.save(someone.enter(link), {f"line.{KEY}": VALUE, f"expires.{KEY}": "2099-01-31"})
    assert changes(project) == [
        ("set", WHISPER, KEY, "page", "claude-code", ""),
        ("expires", WHISPER, KEY, "page", "claude-code", "2099-01-31"),
    ]


def test_a_pipe_with_its_last_day(project: Project) -> None:
    done = pixie(project, "set-secret", WHISPER, KEY, "--stdin", "--expires", "2099-01-31", given=VALUE)
    assert (done.returncode, done.stderr) == (0, "")
    assert record.keys(project.root)[WHISPER, KEY].expires == date(2099, 1, 31)
    assert "set today by stdin, expires on 2099-01-31" in pixie(project, "list-secrets").stdout


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv[1:] = sys.argv[2:]
from pixie_secrets.__main__ import main
sys.exit(main())
"""


def test_on_a_full_disk_the_value_is_saved_and_the_missing_line_said(project: Project) -> None:
    """The record is larger than what a file may have; the .env is not."""
    for number in range(60):
        record.add(project.root, Entry(now(), Change.SET, WHISPER, f"KEY_{number}"))
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "2000", "--project", str(project.root), "set-secret", WHISPER, KEY, "--stdin"],
        input=VALUE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "warning: this is not in the audit record: file too large" in done.stderr
    assert VALUE in (project.root / "tools" / WHISPER / ".env").read_text()
    assert (WHISPER, KEY) not in record.keys(project.root)


def test_a_record_that_cannot_be_read_is_said_and_hides_nothing(project: Project) -> None:
    put(project)
    [file] = Path(record.record_folder()).iterdir()
    file.unlink()
    os.mkfifo(file)
    done = pixie(project, "list-secrets")
    assert done.returncode == 0
    assert KEY in done.stdout
    assert "cannot be read" in done.stderr
    assert pixie(project, "audit").returncode == 1
    states = {check.name: check.state for check in checks_of(project)}
    assert states["audit record"] is CheckState.BROKEN


def test_the_audit_of_one_tool_is_that_tools(project: Project) -> None:
    put(project, channel="page", client="codex")
    record.add(project.root, Entry(now(), Change.SHARED, "other", detail="x.zip"), Entry(now(), "canary", WHISPER, KEY))
    text = pixie(project, "audit", WHISPER).stdout
    assert f"set     {WHISPER}  {KEY}  by page  for codex" in text
    assert "canary" in text, "a change of a newer version is shown as it is"
    assert "other" not in text
    document = json.loads(pixie(project, "audit", "--json").stdout)
    assert [change["tool_id"] for change in document["changes"]] == [WHISPER, "other", WHISPER]
    assert document["known_by_path"] is True


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "1 day ago"),
        (12, "12 days ago"),
        (59, "59 days ago"),
        (60, "2 months ago"),
        (800, "2 years ago"),
    ],
)
def test_how_long_ago(days: int, words: str) -> None:
    assert days_ago(days) == words
