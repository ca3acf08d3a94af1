from __future__ import annotations

import ast
import os
import shutil
from pathlib import Path

import pytest
from tests.conftest import add_tool

import pixie_secrets
from pixie_secrets.known_values import KnownValues
from pixie_secrets.layouts.project import Project
from pixie_secrets.stores import learn as learning
from pixie_secrets.stores.learn import learn


@pytest.fixture
def values(monkeypatch: pytest.MonkeyPatch) -> KnownValues:
    """An index of this test's own, and a memory of no files."""
    found = KnownValues()
    monkeypatch.setattr(learning, "KNOWN", found)
    monkeypatch.setattr(learning, "_learned", {})
    return found


def env(project: Project, text: str | bytes, tool: str = "whisper-transcription") -> Path:
    path = project.root / "tools" / tool / ".env"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_values_of_every_tool_become_known(project: Project, values: KnownValues) -> None:
    add_tool(project.root, "second")
    env(project, "A=first-value\n")
    env(project, "B='second value'\nB=overridden-by-this\n", "second")
    assert learn(Project(project.root)) == ()
    assert values.mask("first-value, second value, overridden-by-this") == "***, ***, ***"
    assert [(span.key, span.tool) for span in values.find("first-value")] == [("A", "whisper-transcription")]


def test_a_value_edited_by_hand_is_known_at_the_next_use_and_the_old_one_still(
    project: Project, values: KnownValues
) -> None:
    path = env(project, "A=old-value-1\n")
    learn(project)
    path.write_text("A=new-value-2\n")
    os.utime(path, ns=(1, 1))
    learn(project)
    assert values.mask("old-value-1 new-value-2") == "*** ***"


def test_a_file_put_in_its_place_is_read_even_with_the_same_time_and_size(
    project: Project, values: KnownValues
) -> None:
    path = env(project, "A=old-value-1\n")
    learn(project)
    other = path.with_name("other")
    other.write_text("A=new-value-2\n")
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.rename(path)
    learn(project)
    assert values.mask("new-value-2") == "***"


def test_an_unchanged_file_is_not_read_again(
    project: Project, values: KnownValues, monkeypatch: pytest.MonkeyPatch
) -> None:
    env(project, "A=some-value\n")
    learn(project)
    monkeypatch.setattr("pixie_secrets.files.read_private", lambda _: pytest.fail("read again"))
    assert learn(project) == ()
    assert len(values) == 1


def test_what_cannot_be_read_is_named_each_time_and_new_once_and_does_not_stop_the_rest(
    project: Project, values: KnownValues
) -> None:
    for name in ("broken", "linked", "bait"):
        add_tool(project.root, name)
    env(project, b"A=\xff\nB=readable-value\n", "broken")
    env(project, "A=value-in-bait\n" * 120_000, "bait")
    (project.root / "tools/linked/.env").symlink_to("/etc/hostname")
    env(project, "A=first-value\n")
    fresh = Project(project.root)
    unread = learn(fresh)
    assert [one.tool for one in unread] == ["bait", "broken", "linked"]
    assert all(one.is_new for one in unread)
    messages = [one.error.message for one in unread]
    assert len(messages) == 3
    assert "bait/.env: this .env has more than" in messages.pop(0)
    assert "broken/.env is not UTF-8" in messages[0]
    assert "linked/.env is a symbolic link" in messages[1]
    assert [(one.path, one.is_new) for one in learn(fresh)] == [(one.path, False) for one in unread]
    assert values.mask("first-value readable-value value-in-bait") == "*** *** ***"


def test_what_expands_without_end_costs_only_itself(project: Project, values: KnownValues) -> None:
    add_tool(project.root, "endless")
    doubling = "".join(f"B{n}=${{B{n - 1}}}${{B{n - 1}}}\n" for n in range(1, 40))
    env(project, f"A=before-it-7x\nB0=doubled-text\n{doubling}C='behind it 7x'\n", "endless")
    env(project, "A=first-value\n")
    (unread,) = learn(Project(project.root))
    assert "expand without end" in unread.error.message
    assert values.mask("first-value before-it-7x behind it 7x") == "*** *** ***"


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("API_KEY='wq7Hn2Rb5';", "wq7Hn2Rb5"),
        ("API_KEY='wq7Hn2'Rb5Tx", "wq7Hn2Rb5Tx"),
        ("API_KEY: wq7Hn2Rb5", "wq7Hn2Rb5"),
        ("API_KEY='wq7Hn2Rb5\\'\nB='x'", "wq7Hn2Rb5\\"),
        ('API_KEY="it\'s-wq7${9999:-$}Hn2"', "it's-wq7${9999:-$}Hn2"),
        ("API_KEY=wq7Hn2Rb5#Tx4", "wq7Hn2Rb5"),
        ("export A='wq7Hn2Rb5' API_KEY='Tx4Lm8Pz'", "Tx4Lm8Pz"),
    ],
)
def test_what_another_program_reads_from_a_line_becomes_known(
    project: Project, values: KnownValues, line: str, printed: str
) -> None:
    env(project, f"FIRST=1\n{line}\n")
    assert learn(project) == ()
    assert values.mask(f"Authorization: Bearer {printed}.") == "Authorization: Bearer ***."


def test_what_became_of_a_folder_meanwhile_is_named(project: Project, values: KnownValues) -> None:
    folder = add_tool(project.root, "replaced")
    fresh = Project(project.root)
    assert fresh.tools
    shutil.rmtree(folder)
    folder.write_text("a file now")
    (unread,) = learn(fresh)
    assert unread.tool == "replaced"
    assert "not a folder" in unread.error.message


def test_nothing_else_makes_values_known() -> None:
    """A file that is read elsewhere would be read by other rules: the index is filled in one place."""
    package = Path(pixie_secrets.__file__).parent
    callers = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add"):
                continue
            if {word.arg for word in node.keywords} >= {"key", "tool"} or ast.unparse(node.func.value) == "KNOWN":
                callers.add(path.relative_to(package).as_posix())
    assert callers == {"stores/learn.py"}


def test_a_broken_manifest_does_not_hide_its_values(project: Project, values: KnownValues) -> None:
    folder = add_tool(project.root, "broken")
    (folder / "tool.json").write_text("{")
    (folder / ".env").write_text("A=first-value\n")
    assert learn(Project(project.root)) == ()
    assert values.mask("first-value") == "***"
