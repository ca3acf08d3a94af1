"""Which keys are due, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from pixie_secrets.audit import record
from pixie_secrets.audit.due import Due, DueReason, due, due_keys, mark_leaked
from pixie_secrets.audit.entry import Change, Entry, KeyRecord, lines_of, now, read_lines, snapshot_of

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

TOOL, KEY = "whisper-transcription", "OPENAI_API_KEY"


def add(project: Project, change: Change, at: datetime | None = None, **more: str) -> None:
    assert record.add(project.root, Entry(at or now(), change, TOOL, KEY, **more)) == ""


def test_a_key_that_leaked_is_due_until_it_is_set_again(project: Project) -> None:
    assert due_keys(project) == ()
    assert mark_leaked(project, TOOL, KEY, "a transcript of Claude Code") == ""
    today = now().date()
    assert due_keys(project) == (Due(TOOL, KEY, DueReason.LEAKED, today, "a transcript of Claude Code"),)
    add(project, Change.SET)
    assert due_keys(project) == ()
    mark_leaked(project, TOOL, KEY, "~/.bash_history")
    add(project, Change.UNSET)
    assert due_keys(project) == ()


def test_a_leak_that_is_known_is_not_noted_again(project: Project) -> None:
    for place in ("a", "b", "c"):
        mark_leaked(project, TOOL, KEY, place)
    assert [entry.detail for entry in record.read(project.root).entries] == ["a"]


def test_a_key_is_due_the_day_after_the_last_it_is_good_for(project: Project) -> None:
    at = datetime(2026, 1, 31, 23, 59, tzinfo=UTC)
    add(project, Change.SET)
    add(project, Change.EXPIRES, detail="2026-01-31")
    assert due_keys(project, at) == ()
    assert due_keys(project, at + timedelta(minutes=1)) == (Due(TOOL, KEY, DueReason.EXPIRED, date(2026, 1, 31)),)
    add(project, Change.SET)
    assert due_keys(project, at + timedelta(days=900)) == ()


def test_a_key_that_may_be_used_for_thousands_of_years_is_not_due() -> None:
    known = KeyRecord(now(), now())
    assert due(("a", "KEY"), known, "9999y", now() + timedelta(days=9999)) is None
    assert due(("a", "KEY"), known, "1d", now() + timedelta(days=1, seconds=5)) is not None


def test_what_leaked_comes_before_what_expired(project: Project) -> None:
    add(project, Change.EXPIRES, detail="2020-01-31")
    mark_leaked(project, TOOL, KEY, "here")
    assert [due.reason for due in due_keys(project)] == [DueReason.LEAKED]


def test_a_refusal_is_kept_when_a_new_file_is_begun() -> None:
    refused = Entry(now(), Change.REFUSED, TOOL, KEY, detail="GitHub")
    keys = read_lines(lines_of([refused])).keys
    again = read_lines(f"{snapshot_of(keys, now())}\n".encode()).keys
    assert again == keys
    assert again[TOOL, KEY].service == "GitHub"
    accepted = lines_of([refused, Entry(now(), Change.ACCEPTED, TOOL, KEY)])
    assert read_lines(accepted).keys[TOOL, KEY].refused is None
