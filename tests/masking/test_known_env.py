from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tests.conftest import add_tool

from pixie_secrets.known_values import KnownValues
from pixie_secrets.layouts.project import Project
from pixie_secrets.stores import learn as known_env
from pixie_secrets.stores.learn import learn_project

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> KnownValues:
    """An index of this test's own, and a memory of no files."""
    found = KnownValues()
    monkeypatch.setattr(known_env, "KNOWN", found)
    monkeypatch.setattr(known_env, "_seen", {})
    return found


def env(project: Project, text: str | bytes, tool: str = "whisper-transcription") -> Path:
    path = project.root / "tools" / tool / ".env"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_values_of_every_tool_become_known(project: Project, values: KnownValues) -> None:
    add_tool(project.root, "second")
    env(project, "A=first-value\n")
    env(project, "B='second value'\nB=overridden-by-this\n", "second")
    assert learn_project(Project(project.root)) == ()
    assert values.mask("first-value, second value, overridden-by-this") == "***, ***, ***"
    assert [(span.key, span.tool) for span in values.find("first-value")] == [("A", "whisper-transcription")]


def test_a_value_edited_by_hand_is_known_at_the_next_use_and_the_old_one_still(
    project: Project, values: KnownValues
) -> None:
    path = env(project, "A=old-value-1\n")
    learn_project(project)
    path.write_text("A=new-value-2\n")
    os.utime(path, ns=(1, 1))
    learn_project(project)
    assert values.mask("old-value-1 new-value-2") == "*** ***"


def test_a_file_put_in_its_place_is_read_even_with_the_same_time_and_size(
    project: Project, values: KnownValues
) -> None:
    path = env(project, "A=old-value-1\n")
    learn_project(project)
    other = path.with_name("other")
    other.write_text("A=new-value-2\n")
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.rename(path)
    learn_project(project)
    assert values.mask("new-value-2") == "***"


def test_an_unchanged_file_is_not_read_again(
    project: Project, values: KnownValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    env(project, "A=some-value\n")
    learn_project(project)
    monkeypatch.setattr(known_env, "read_private", lambda _: pytest.fail("read again"))
    assert learn_project(project) == ()
    assert len(values) == 1


def test_what_cannot_be_read_is_said_once_and_does_not_stop_the_rest(project: Project, values: KnownValues) -> None:
    for name in ("broken", "linked", "bait"):
        add_tool(project.root, name)
    env(project, b"A=\xff\nB=readable-value\n", "broken")
    env(project, "A=1\n" * 20_000, "bait")
    (project.root / "tools/linked/.env").symlink_to("/etc/hostname")
    env(project, "A=first-value\n")
    fresh = Project(project.root)
    messages = [error.message for error in learn_project(fresh)]
    assert len(messages) == 3
    assert "bait/.env: this .env has more than" in messages.pop(0)
    assert "broken/.env is not UTF-8" in messages[0]
    assert "linked/.env is a symbolic link" in messages[1]
    assert learn_project(fresh) == ()
    assert values.mask("first-value readable-value") == "*** ***"


def test_a_broken_manifest_does_not_hide_its_values(project: Project, values: KnownValues) -> None:
    folder = add_tool(project.root, "broken")
    (folder / "tool.json").write_text("{")
    (folder / ".env").write_text("A=first-value\n")
    assert learn_project(Project(project.root)) == ()
    assert values.mask("first-value") == "***"
