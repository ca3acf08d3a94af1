"""What an import takes, keeps, refuses and answers, beyond the archive itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.archives.building import PYPROJECT, STORED, Member, archive, manifest, tool_archive, tool_files
from tests.archives.trees import files, tree
from tests.conftest import add_tool

from pixie_secrets.archives import limits, staging
from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.changeover import rename, replacing
from pixie_secrets.errors import FileRefused
from pixie_secrets.known_values.json_documents import masked_result
from pixie_secrets.layouts.project import Project
from pixie_secrets.lint.codes import Severity
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.operations.importing import judging
from pixie_secrets.operations.importing.destination import Destination, destination
from pixie_secrets.operations.set_secret import SetSecretRequest, set_secret
from pixie_secrets.operations.share_tool import ShareToolRequest, share_tool
from pixie_secrets.operations.status import Status
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.operations.importing.result import ToolImported


def take(root: Path, data: bytes, **how: bool) -> ToolImported:
    path = root.parent / "guest.zip"
    path.write_bytes(data)
    return import_tool(Context(Project(root)), ImportToolRequest(path=str(path), **how))


def shown(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "tools").iterdir())


def test_of_hundreds_of_files_each_is_linted(root: Path) -> None:
    """They are scanned some at a time, by several threads."""
    value = "q7VxT2bN9sLp4Rk8Wd3Hy6Jc1Zf5Mg0A"
    guests = {f"pkg/m{number:03}.py": b"x = 1\n" for number in range(320)}
    for number in (0, 99, 100, 201, 319):
        guests[f"pkg/m{number:03}.py"] = f'API_TOKEN = "{value}"\n'.encode()
    found = {one.file for one in take(root, tool_archive(guests)).findings if one.code == "HS006"}
    assert found == {f"tools/guest/pkg/m{number:03}.py" for number in (0, 99, 100, 201, 319)}


def test_it_says_what_is_in_it_and_what_is_next(root: Path) -> None:
    imported = take(root, tool_archive({"pkg/x.py": b"x = 1\n"}))
    assert (imported.tool_id, imported.folder, imported.replaced) == ("guest", "tools/guest", False)
    assert imported.files == ("main.py", "pkg/x.py", "pyproject.toml", "tool.json")
    assert [(one.key, one.status, one.required) for one in imported.secrets] == [
        ("GUEST_API_KEY", Status.NOT_SET, True)
    ]
    assert any("set-secret" in step and "GUEST_API_KEY" in step for step in imported.next_steps)
    assert any("cd tools/guest && uv sync" in step for step in imported.next_steps)
    assert any("pixie-share.json" in warning for warning in imported.warnings)


def test_a_dry_run_says_the_same_and_changes_nothing(root: Path) -> None:
    before = tree(root)
    dry = take(root, tool_archive(), dry_run=True)
    assert tree(root) == before
    real = take(root, tool_archive())
    differs = {"dry_run", "next_steps"}
    assert masked_result(dry, without=differs) == masked_result(real, without=differs)


def test_the_first_import_of_a_new_repository_ends_without_a_word_about_git(tmp_path: Path) -> None:
    root = tmp_path / "new"
    root.mkdir()
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    with pytest.raises(ArchiveRefused):
        take(root, b"PK no archive")
    assert take(root, tool_archive(), dry_run=True).dry_run
    assert not (root / "tools").exists()
    imported = take(root, tool_archive())
    assert not any("git" in warning for warning in imported.warnings)
    assert not any(finding.code.startswith("GT") for finding in imported.findings)
    value = {"GUEST_API_KEY": SecretStr("pk-0123456789abcdef")}
    saved = set_secret(Context(Project(root)), SetSecretRequest(tool_id="guest", keys=("GUEST_API_KEY",)), value)
    assert (saved.file_warnings, saved.ignored) == (
        (),
        "git did not ignore it: the line `/*/.env` was added to tools/.gitignore",
    )


PATHS: dict[str, tuple[Callable[[Path], str], str]] = {
    "nothing there": (lambda root: str(root / "no.zip"), "there is no such file"),
    "a folder": (str, "is a folder and not an archive"),
    "an address": (lambda _: "https://tools.test/guest.zip", "not from an address"),
    "an address of a file": (lambda _: "file:///tmp/guest.zip", "not from an address"),
    "nothing": (lambda _: "", "no archive was named"),
    "a NUL": (lambda _: "a\0b", "no archive was named"),
    "a pipe": (lambda root: _pipe(root.parent / "pipe"), "not a plain file"),
    "a device": (lambda _: "/dev/zero", "not a plain file"),
    "an empty file": (lambda root: _empty(root.parent / "empty.zip"), "the archive is empty"),
}


def _pipe(path: Path) -> str:
    os.mkfifo(path)
    return str(path)


def _empty(path: Path) -> str:
    path.touch()
    return str(path)


@pytest.mark.parametrize(("make", "reason"), PATHS.values(), ids=PATHS.keys())
def test_what_is_no_archive_is_refused_in_one_clear_sentence(
    root: Path, make: Callable[[Path], str], reason: str
) -> None:
    named = make(root)
    for dry_run in (True, False):
        with pytest.raises(ArchiveRefused, match=reason):
            import_tool(Context(Project(root)), ImportToolRequest(path=named, dry_run=dry_run))


def test_an_existing_tool_is_refused_unless_it_is_to_be_replaced(root: Path) -> None:
    take(root, tool_archive())
    before = tree(root)
    with pytest.raises(ArchiveRefused, match="there is a tool guest already"):
        take(root, tool_archive({"x.py": b""}))
    assert tree(root) == before


@pytest.mark.parametrize("name", ["guest", "Guest", "GUEST"])
def test_a_folder_that_is_not_the_tool_is_never_written_over(root: Path, name: str) -> None:
    add_tool(root, "another", folder=name)
    before = tree(root)
    for replace in (False, True):
        with pytest.raises(ArchiveRefused, match="exists already and is not the tool guest"):
            take(root, tool_archive(), replace=replace)
    assert tree(root) == before


def test_a_tool_in_a_folder_of_another_name_is_replaced_where_it_is(root: Path) -> None:
    folder = add_tool(root, "guest", folder="my-guest", secrets=[{"key": "GUEST_API_KEY"}])
    (folder / ".env").write_text("GUEST_API_KEY=set-long-ago\n")
    imported = take(root, tool_archive(), replace=True)
    assert imported.folder == "tools/my-guest"
    assert shown(root) == ["my-guest"]
    assert imported.secrets[0].status is Status.SET
    assert (folder / ".env").read_text() == "GUEST_API_KEY=set-long-ago\n"


OWN = {
    ".env": b"GUEST_API_KEY=mine-mine-mine\n",
    ".env.local": b"A=1\n",
    "sub/deep/.env": b"B=2\n",
    "data/db.sqlite": b"SQLite",
    ".venv/pyvenv.cfg": b"home = /usr",
    ".venv/bin/python": b"\x7fELF",
    ".git/config": b"[core]",
    "server.pem": b"-----BEGIN",
}


def old_tool(root: Path) -> Path:
    """A tool with everything that is the person's own, a changed file, one to go and one in common."""
    folder = add_tool(root, "guest", secrets=[{"key": "GUEST_API_KEY"}, {"key": "OLD_KEY"}])
    more = {**OWN, "main.py": b"old\n", "gone.py": b"x", "sub/gone.txt": b"y", "pyproject.toml": PYPROJECT}
    for name, data in more.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / ".env").chmod(0o600)
    (folder / "link").symlink_to("main.py")
    return folder


NEW = {**tool_files(), "new.py": b"new\n", "data/sample.csv": b"1,2\n"}


def test_a_replacement_keeps_what_is_the_persons_own_and_shows_what_changes(root: Path) -> None:
    folder = old_tool(root)
    before = (folder / ".env").lstat()
    dry = take(root, tool_archive({"new.py": b"new\n", "data/sample.csv": b"1,2\n"}), replace=True, dry_run=True)
    imported = take(root, tool_archive({"new.py": b"new\n", "data/sample.csv": b"1,2\n"}), replace=True)
    assert imported.replaced
    changes = imported.changes
    assert changes is not None
    assert dry.changes == changes
    assert changes.added == ("new.py",)
    assert changes.changed == ("main.py", "tool.json")
    assert changes.removed == ("gone.py", "link", "sub/gone.txt")
    assert set(changes.kept) == {".env", ".env.local", "sub/deep/.env", "data", ".venv", ".git", "server.pem"}
    assert changes.unchanged_count == 1
    assert (changes.secrets_added, changes.secrets_removed) == ((), ("OLD_KEY",))
    expected = {**tool_files(), "new.py": b"new\n", **OWN}
    assert files(folder) == expected
    assert (folder / ".env").lstat().st_mode == before.st_mode
    assert shown(root) == ["guest"]


def test_a_replacement_that_leaves_no_place_for_what_is_kept_is_refused(root: Path) -> None:
    folder = add_tool(root, "guest")
    (folder / "sub").mkdir()
    (folder / "sub/.env").write_text("A=1\n")
    before = tree(root)
    with pytest.raises(ArchiveRefused, match="would have no place"):
        take(root, tool_archive({"sub": b"a file"}), replace=True)
    assert tree(root) == before


def test_a_save_by_an_editor_during_the_exchange_is_not_lost(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = old_tool(root)
    from_here = rename.exchange

    def late(one: Path, other: Path) -> bool:
        (folder / ".env").write_bytes(b"GUEST_API_KEY=saved-at-the-last-moment\n")
        return from_here(one, other)

    monkeypatch.setattr(replacing, "exchange", late)
    take(root, tool_archive(), replace=True)
    assert (folder / ".env").read_bytes() == b"GUEST_API_KEY=saved-at-the-last-moment\n"


def test_without_an_exchange_in_one_step_two_renames_do_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = old_tool(root)
    monkeypatch.setattr(replacing, "exchange", lambda _one, _other: False)
    take(root, tool_archive(), replace=True)
    assert files(folder) == {**tool_files(), **OWN}
    assert shown(root) == ["guest"]


FAILURES = [
    *(("exchange", call, True) for call in (1, 2, 3, 4)),  # the tools, then .git, .venv and data
    *(("rename_new", call, False) for call in (1, 2, 3)),
    *((name, call, step) for name in ("_copied", "flush_file_system") for call in (1, 2) for step in (True, False)),
    ("_write", 1, True),
]


@pytest.mark.parametrize(("name", "call", "in_one_step"), FAILURES)
def test_a_failure_of_the_exchange_restores_all(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str, call: int, in_one_step: bool
) -> None:
    old_tool(root)
    before = tree(root)
    where = staging if name == "flush_file_system" else replacing
    real = getattr(where, name)
    calls = 0

    def fails(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == call:
            raise OSError(5, "input/output error")
        return real(*arguments)

    if not in_one_step:
        monkeypatch.setattr(replacing, "exchange", lambda _one, _other: False)
    monkeypatch.setattr(where, name, fails)
    with pytest.raises(ArchiveRefused, match="could not be written: input/output error"):
        take(root, tool_archive(), replace=True)
    assert calls >= call
    monkeypatch.undo()
    assert tree(root) == before


@pytest.mark.parametrize("renamed", ["new", "guest", "last"])
def test_any_of_the_renames_failing_that_stand_in_for_an_exchange_restores_all(
    root: Path, monkeypatch: pytest.MonkeyPatch, renamed: str
) -> None:
    folder = old_tool(root)
    before = tree(root)
    monkeypatch.setattr(replacing, "exchange", lambda _one, _other: False)
    rename_path = Path.rename

    def fails(self: Path, target: Path) -> Path:
        step = "last" if target == folder else target.name
        if step == renamed:
            raise OSError(5, "input/output error")
        return rename_path(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(ArchiveRefused, match="could not be written"):
        take(root, tool_archive(), replace=True)
    monkeypatch.undo()
    assert tree(root) == before


def test_what_cannot_be_put_back_is_kept_for_the_next_one(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that fails for good, in the middle: the person's own is never removed with the rest."""
    folder = old_tool(root)
    old = tree(root)
    calls = 0

    def fails(one: Path, other: Path) -> bool:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise OSError(5, "input/output error")
        return rename.exchange(one, other)

    monkeypatch.setattr(replacing, "exchange", fails)
    with pytest.raises(ArchiveRefused, match="could not be written"):
        take(root, tool_archive(), replace=True)
    assert {path: (folder / path).read_bytes() for path in OWN} == OWN
    monkeypatch.undo()
    assert [tool.id for tool in Project(root).tools] == ["guest"]
    assert shown(root) == ["guest"]
    assert files(folder) == {**tool_files(), **OWN} or tree(root) == old


def test_a_tool_that_came_into_being_meanwhile_is_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = staging.place

    def late(unpacked: staging.NewFolder, target: Path) -> None:
        target.mkdir()
        place(unpacked, target)

    monkeypatch.setattr(staging, "place", late)
    with pytest.raises(ArchiveRefused, match="come into being"):
        take(root, tool_archive())
    assert shown(root) == ["guest"]
    assert not list((root / "tools/guest").iterdir())


def test_a_project_whose_values_cannot_be_read_imports_nothing(root: Path) -> None:
    (add_tool(root, "mine") / ".env").write_bytes(b"\xff")
    with pytest.raises(FileRefused, match="UTF-8"):
        take(root, tool_archive())


def _pyproject(text: str) -> bytes:
    return tool_archive({"pyproject.toml": PYPROJECT + text.encode()})


BUILDS = {
    "a build program of its own": (
        '[build-system]\nrequires = []\nbuild-backend = "b"\nbackend-path = ["."]\n',
        "backend-path",
    ),
    "a build": ('[build-system]\nrequires = ["hatchling"]\n', "as a package"),
    "a package by uv": ("[tool.uv]\npackage = true\n", "as a package"),
    "a git source": ('[tool.uv.sources]\nhttpx = {git = "https://x.test/y"}\n', "httpx comes from a git repository"),
    "a folder": ('[tool.uv.sources]\nhttpx = {path = "vendor"}\n', "httpx comes from a folder"),
    "another registry": ('[[tool.uv.index]]\nurl = "https://evil.test"\n', "a registry of its own"),
    "an address in a group": (
        '[dependency-groups]\ndev = ["evil @ https://evil.test/x.tar.gz"]\n',
        "evil comes from an address",
    ),
    "source builds": ("[tool.uv]\nno-binary = true\n", "built from source"),
}


@pytest.mark.parametrize(("text", "warning"), BUILDS.values(), ids=BUILDS.keys())
def test_what_would_run_foreign_code_on_install_is_warned_about(root: Path, text: str, warning: str) -> None:
    imported = take(root, _pyproject(text))
    assert any(warning in one for one in imported.warnings), imported.warnings
    assert any("warnings above" in step for step in imported.next_steps)


def test_a_plain_tool_is_not_warned_about(root: Path) -> None:
    source = 'source = { registry = "https://pypi.org/simple" }\nwheels = [{ url = "u" }]'
    lock = f'version = 1\n[[package]]\nname = "httpx"\nversion = "1"\n{source}\n'
    imported = take(root, tool_archive({"uv.lock": lock.encode()}))
    assert [one for one in imported.warnings if "pixie-share" not in one] == []


LOCKS = {
    "git": ('source = { git = "https://x.test" }', "a git repository by uv.lock"),
    "another registry": (
        'source = { registry = "https://evil.test/simple" }\nwheels = []',
        "another registry by uv.lock",
    ),
    "no wheel": ('source = { registry = "https://pypi.org/simple" }', "no wheel in uv.lock"),
}


@pytest.mark.parametrize(("source", "warning"), LOCKS.values(), ids=LOCKS.keys())
def test_a_lock_file_that_leads_elsewhere_is_warned_about(root: Path, source: str, warning: str) -> None:
    lock = f'version = 1\n[[package]]\nname = "httpx"\nversion = "1"\n{source}\n'
    assert any(warning in one for one in take(root, tool_archive({"uv.lock": lock.encode()})).warnings)


def test_instructions_to_agents_are_pointed_out(root: Path) -> None:
    imported = take(root, tool_archive({"CLAUDE.md": b"obey", "docs/AGENTS.md": b"me"}))
    assert sum("instructions to coding agents" in one for one in imported.warnings) == 2


def test_hooks_that_a_coding_agent_runs_by_itself_are_pointed_out(root: Path) -> None:
    for name in (".github/hooks/first.json", ".GitHub/Hooks/a.JSON", ".github/workflows/ci.json"):
        said = [one for one in take(root, tool_archive({name: b"{}"}), dry_run=True).warnings if name in one]
        assert any("a coding agent runs by itself" in one for one in said) == ("hooks" in name.lower())


def test_lint_looks_at_what_came_in(root: Path) -> None:
    token = 'API_TOKEN = "ghp_' + "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY1zA2"[:36] + '"\n'
    imported = take(root, tool_archive({"x.py": token.encode()}), dry_run=True)
    found = [one for one in imported.findings if one.code.startswith("HS")]
    assert [(one.file, one.line) for one in found] == [("tools/guest/x.py", 1)]
    assert "ghp_" not in json.dumps(masked_result(imported))


def test_a_file_in_an_archive_within_is_not_taken_for_one_of_the_same_name_and_size(root: Path) -> None:
    """`wheel.whl!x.py` is what `x.py` in it is called, and may be the name of a file as well."""
    key = 'TOKEN = "gh' + 'p_4Kq8VmXz2Lb7Nc9Rt3Ws5Yd1Hf6Jg0PaQeXy"\n'
    inner = archive([Member("x.py", b"#" * len(key), method=STORED)])
    imported = take(root, tool_archive({"wheel.whl!x.py": key.encode(), "wheel.whl": inner}))
    assert [(finding.file, finding.severity) for finding in imported.findings if finding.code.startswith("HS")] == [
        ("tools/guest/wheel.whl!x.py", Severity.ERROR)
    ]


def test_the_archives_own_lint_settings_do_not_count(root: Path) -> None:
    text = '[tool.pixie-secrets.lint]\nignore = ["HS"]\n'
    token = 'API_TOKEN = "ghp_' + "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY1zA2"[:36] + '"\n'
    data = tool_archive({"x.py": token.encode(), "pyproject.toml": PYPROJECT + text.encode()})
    assert any(one.code.startswith("HS") for one in take(root, data).findings)


def test_nothing_of_the_archive_is_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither Python of it nor git's hooks; the one program that may start is git itself."""
    started: list[str] = []
    popen = subprocess.Popen.__init__

    def watch(self: Any, arguments: Any, **more: Any) -> None:
        started.append(str(arguments[0]))
        popen(self, arguments, **more)

    monkeypatch.setattr(subprocess.Popen, "__init__", watch)
    bad = f"open({str(root / 'ran')!r}, 'w')\n".encode()
    names = ("main.py", "setup.py", "tool.py", "__init__.py", "pkg/__init__.py", "tests/test_x.py", "hatch_build.py")
    take(root, tool_archive(dict.fromkeys(names, bad)))
    assert not (root / "ran").exists()
    assert not started


@pytest.mark.parametrize("mask", [0, 0o077])
def test_nobody_else_can_write_to_what_came_in_whatever_the_umask(root: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        take(root, tool_archive({"pkg/x.py": b""}))
    finally:
        os.umask(before)
    everything = [root / "tools/guest", *(root / "tools/guest").rglob("*")]
    assert not [path for path in everything if path.stat().st_mode & 0o022]


def test_git_does_not_see_a_half_imported_tool(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = shutil.which("git")
    assert git
    subprocess.run([git, "init", "-q", str(root)], check=True)
    seen: list[str] = []
    place = staging.place

    def look(unpacked: staging.NewFolder, target: Path) -> None:
        done = subprocess.run(
            [git, "-C", str(root), "status", "--porcelain"], capture_output=True, text=True, check=True
        )
        seen.append(done.stdout)
        place(unpacked, target)

    monkeypatch.setattr(staging, "place", look)
    take(root, tool_archive())
    assert seen == [""]


def test_the_archive_may_be_changed_while_it_is_read_without_other_bytes_coming_in(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replaced by another file: the first one is imported. Written over in place: the first one's bytes, or none."""
    good, evil = tool_archive({"x.py": b"good = 1\n"}), tool_archive({"x.py": b"evil = 1\n"})
    path = root.parent / "guest.zip"

    def swap(how: str) -> Callable[..., Destination]:
        def swapped(project: Project, tool_id: str, *, replace: bool) -> Destination:
            if how == "replace":
                (root.parent / "evil.zip").write_bytes(evil)
                (root.parent / "evil.zip").replace(path)
            elif how == "write":
                path.write_bytes(evil)
            else:
                path.write_bytes(good[:100])
            return destination(project, tool_id, replace=replace)

        return swapped

    refused: list[str] = []
    for how in ("replace", "write", "cut"):
        monkeypatch.setattr("pixie_secrets.operations.import_tool.destination", swap(how))
        try:
            take(root, good)
        except ArchiveRefused:
            refused.append(how)
            assert shown(root) == []
        else:
            assert (root / "tools/guest/x.py").read_bytes() == b"good = 1\n"
            shutil.rmtree(root / "tools/guest")
        monkeypatch.undo()
    assert refused == ["write", "cut"]


def test_a_manifest_that_differs_from_the_one_that_was_judged_is_refused(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = manifest(name="One!!"), manifest(name="Two!!")
    good, evil = (
        archive([Member(f"guest/{name}", data, STORED) for name, data in {**tool_files(), "tool.json": text}.items()])
        for text in (one, other)
    )
    assert len(good) == len(evil)

    def swapped(project: Project, tool_id: str, *, replace: bool) -> Destination:
        (root.parent / "guest.zip").write_bytes(evil)
        return destination(project, tool_id, replace=replace)

    monkeypatch.setattr("pixie_secrets.operations.import_tool.destination", swapped)
    with pytest.raises(ArchiveRefused, match="checksum"):
        take(root, good)
    assert shown(root) == []


def test_the_share_manifest_is_shown_before_anything_is_written(root: Path, tmp_path: Path) -> None:
    sender = tmp_path / "sender"
    folder = add_tool(sender, "guest", secrets=[{"key": "GUEST_API_KEY"}])
    (folder / "main.py").write_text("URL = 'https://api.test/v1'\n")
    (folder / "pyproject.toml").write_bytes(PYPROJECT)
    (folder / "id_rsa").write_text("key")
    shared = share_tool(Context(Project(sender)), ShareToolRequest(tool_id="guest"))
    dry = import_tool(Context(Project(root)), ImportToolRequest(path=shared.path, dry_run=True))
    assert dry.sender is not None
    assert dry.sender.hosts == ("api.test",)
    assert dry.sender.left_out == ("id_rsa (a key file)",)
    assert shown(root) == []
    assert masked_result(dry)["sender"]["hosts"] == ["api.test"]


LINTED = "pixie_secrets.operations.import_tool.linted"
SETTINGS = {
    "uv.toml": (b'[[index]]\nurl = "https://wheels.corp.test/simple"\n', "uv.toml names a registry of its own"),
    "uv.toml, find-links": (b'find-links = ["https://wheels.corp.test"]\n', "uv.toml names a registry of its own"),
    "uv.toml, override": (
        b'override-dependencies = ["httpx @ https://wheels.corp.test/httpx.tar.gz"]\n',
        "httpx comes from an address of its own by uv.toml",
    ),
    "uv.toml, python": (b'python-install-mirror = "https://py.corp.test"\n', "uv.toml has Python itself fetched"),
    "uv.toml, broken": (b"[[index\n", "uv.toml cannot be read"),
    "pip.conf": (b"[global]\nextra-index-url = https://wheels.corp.test\n", "pip.conf names a registry of its own"),
    ".npmrc": (b"@corp:registry=https://npm.corp.test\n", ".npmrc names a registry of its own"),
    "poetry.toml": (b'[repositories.corp]\nurl = "https://wheels.corp.test"\n', "poetry.toml names a registry"),
    "pixi.toml": (b'[workspace]\nchannels = ["https://conda.corp.test"]\n', "pixi.toml names a registry"),
    "pixi.toml, tasks": (b'[activation]\nscripts = ["up.sh"]\n', "pixi.toml runs commands of its own"),
    ".python-version": (b"https://py.corp.test/cpython.tar.gz\n", ".python-version names an address"),
    "UV.TOML": (b'index-url = "https://wheels.corp.test/simple"\n', "UV.TOML names a registry of its own"),
    ".yarnrc.yml": (b'npmRegistryServer: "https://npm.corp.test"\n', ".yarnrc.yml names a registry"),
    ".yarnrc": (b'yarn-path "./tools/yarn.js"\n', ".yarnrc names code"),
    ".yarnrc.yml, plugins": (b"plugins:\n  - ./plugin.cjs\n", ".yarnrc.yml names code"),
    "bunfig.toml": (b'[install]\nregistry = "https://npm.corp.test"\n', "bunfig.toml names a registry"),
    "bunfig.toml, preload": (b'preload = ["./first.ts"]\n', "bunfig.toml names code"),
    ".pnpmfile.cjs": (b"module.exports = {}\n", ".pnpmfile.cjs is code"),
    "pdm.toml": (b'[pypi.corp]\nurl = "https://wheels.corp.test"\n', "pdm.toml names a registry"),
    "hatch.toml": (b'[envs.default]\npre-install-commands = ["./first"]\n', "hatch.toml runs commands"),
    "Pipfile": (b'[[source]]\nurl = "https://wheels.corp.test/simple"\n', "Pipfile names a registry"),
    "Pipfile, git": (b'[packages]\nhttpx = {git = "https://git.corp.test/httpx"}\n', "httpx does not come from"),
    "requirements.txt": (b"httpx\n--extra-index-url https://wheels.corp.test\n", "requirements.txt names a registry"),
    "requirements.txt, short": (b"-i https://wheels.corp.test\n", "requirements.txt names a registry"),
    "requirements.txt, address": (b"httpx @ https://wheels.corp.test/h.whl\n", "requirements.txt names a package by"),
    "requirements.txt, git": (b"git+https://git.corp.test/httpx\n", "requirements.txt names a package by"),
    ".condarc": (b"channels:\n  - https://conda.corp.test\n", ".condarc names addresses"),
    "environment.yml": (b"channels: [https://conda.corp.test]\n", "environment.yml names addresses"),
    "justfile": (b"set dotenv-load\n\nrun:\n  python main.py\n", "justfile loads the .env"),
}
HARMLESS = {
    "uv.toml": b'required-version = ">=0.5"\nindex-strategy = "first-index"\n',
    "pip.conf": b"[global]\ntimeout = 60\n",
    ".npmrc": b"save-exact=true\n",
    "poetry.toml": b"[virtualenvs]\nin-project = true\n",
    "pixi.toml": b'[workspace]\nchannels = ["conda-forge"]\n',
    ".python-version": b"3.12\n",
    "justfile": b"run:\n  python main.py\n",
    ".yarnrc.yml": b"nodeLinker: node-modules\n",
    "bunfig.toml": b"[install]\noptional = true\n",
    "pdm.toml": b"[venv]\nin_project = true\n",
    "hatch.toml": b'[envs.default]\ndependencies = ["pytest"]\n',
    "Pipfile": b'[[source]]\nurl = "https://pypi.org/simple"\n[packages]\nhttpx = "*"\n',
    "requirements.txt": b"# see https://docs.test\nhttpx>=0.27  # not http://\n-r more.txt\n",
    "environment.yml": b"channels:\n  - conda-forge\n",
}
OF_PYPROJECT = {
    "poetry": ('[[tool.poetry.source]]\nname = "c"\nurl = "https://wheels.corp.test"\n', "poetry takes packages"),
    "pdm": ('[[tool.pdm.source]]\nname = "c"\nurl = "https://wheels.corp.test"\n', "pdm takes packages"),
    "pixi": ('[tool.pixi.workspace]\nchannels = ["https://conda.corp.test"]\n', "pixi takes packages"),
    "hatch": ('[tool.hatch.envs.x]\npost-install-commands = ["./last"]\n', "once hatch is used"),
}


@pytest.mark.parametrize("program", OF_PYPROJECT)
def test_what_pyproject_says_to_other_programs_is_judged(root: Path, program: str) -> None:
    table, said = OF_PYPROJECT[program]
    warnings = take(root, tool_archive({"pyproject.toml": PYPROJECT + b"\n" + table.encode()}), dry_run=True).warnings
    assert [one for one in warnings if said in one], warnings


@pytest.mark.parametrize(("name", "text", "said"), [(name, *rest) for name, rest in SETTINGS.items()])
def test_settings_by_which_other_programs_go_are_judged(root: Path, name: str, text: bytes, said: str) -> None:
    imported = take(root, tool_archive({name.partition(",")[0]: text}), dry_run=True)
    assert [warning for warning in imported.warnings if said in warning], imported.warnings
    assert (
        "once the warnings above are understood"
        in take(root, tool_archive({name.partition(",")[0]: text})).next_steps[-1]
    )


def test_harmless_settings_are_not_mentioned(root: Path) -> None:
    plain = take(root, tool_archive(), dry_run=True).warnings
    warned = take(root, tool_archive(HARMLESS), dry_run=True).warnings
    assert {warning for warning in warned if "key file" not in warning} == set(plain)


BY_THEMSELVES = (
    ".envrc", "mise.toml", ".mise.local.toml", ".opencode/plugin/x.js", "opencode.json", ".qwen/settings.json",
    ".cargo/config.toml", ".kilo/kilo.json", ".kimi-code/mcp.json", "sub/.continue/config.yaml",
)  # fmt: skip


@pytest.mark.parametrize("name", BY_THEMSELVES)
def test_settings_that_run_by_themselves_are_refused(root: Path, name: str) -> None:
    with pytest.raises(ArchiveRefused, match=r"is a \.env|can start programs"):
        take(root, tool_archive({name: b"[env]\n"}))


def test_pyprojects_overrides_and_mirrors_are_said_too(root: Path) -> None:
    uv = b'\n[tool.uv]\nconstraint-dependencies = ["anyio @ git+https://git.corp.test/anyio"]\n'
    warnings = take(root, tool_archive({"pyproject.toml": PYPROJECT + uv}), dry_run=True).warnings
    assert [one for one in warnings if "anyio comes from an address of its own by pyproject.toml" in one]


def test_a_key_that_came_along_is_said(root: Path) -> None:
    warnings = take(root, tool_archive({"certs/AuthKey_2XZ.p8": b"key"}), dry_run=True).warnings
    assert [one for one in warnings if one.startswith("certs/AuthKey_2XZ.p8 is a key file by its name")]


def test_an_import_that_takes_too_long_says_so_and_leaves_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(root)
    monkeypatch.setattr(limits, "SECONDS_MAX", 0.0)
    with pytest.raises(ArchiveRefused, match="takes longer than 0 seconds, which is the limit"):
        take(root, tool_archive())
    assert tree(root) == before


def test_text_of_very_long_lines_is_searched_for_known_values_only(root: Path) -> None:
    folder = add_tool(root, "mine", secrets=[{"key": "MINE_API_KEY"}])
    (folder / ".env").write_text("MINE_API_KEY=h8-Wq2-Lm5-Zt9\n")
    token = b"ghp" + b"_" + b"Zk3mQ8vLw2Rt9XbY5nHd7JfGs4PcV6aWu1Ey"
    long_line = b"e" * limits.LINE_MAX
    imported = take(root, tool_archive({"a.txt": token + long_line, "b.txt": token}), dry_run=True)
    assert {finding.file for finding in imported.findings if finding.code == "HS001"} == {"tools/guest/b.txt"}
    assert [one for one in imported.warnings if one.startswith("a.txt: lines longer than 64 KiB")]
    with pytest.raises(ArchiveRefused, match=r"values of secrets of this project stand in the archive: a\.txt"):
        take(root, tool_archive({"a.txt": long_line + b"h8-Wq2-Lm5-Zt9"}))


@pytest.mark.parametrize("was_there", [True, False])
def test_of_two_imports_at_once_the_second_is_told_the_truth(
    root: Path, monkeypatch: pytest.MonkeyPatch, was_there: bool
) -> None:
    if was_there:
        take(root, tool_archive())
    lint = judging.linted

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(LINTED, lint)
        take(root, tool_archive({"first.py": b"1"}), replace=True)
        return lint(*given)

    monkeypatch.setattr(LINTED, meanwhile)
    reason = "was replaced meanwhile by another import" if was_there else "has come into being meanwhile"
    other = root.parent / "other.zip"
    other.write_bytes(tool_archive({"second.py": b"2"}))
    with pytest.raises(ArchiveRefused, match=reason):
        import_tool(Context(Project(root)), ImportToolRequest(path=str(other), replace=True))
    assert shown(root) == ["guest"]
    assert (root / "tools/guest/first.py").exists()
    assert not (root / "tools/guest/second.py").exists()


def test_a_tool_that_was_removed_meanwhile_is_not_replaced(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(root, tool_archive())
    lint = judging.linted

    def meanwhile(*given: Any) -> Any:
        (root / "tools/guest").rename(root / "away")
        return lint(*given)

    monkeypatch.setattr(LINTED, meanwhile)
    with pytest.raises(ArchiveRefused, match=r"could not be written: no such file"):
        take(root, tool_archive(), replace=True)
    assert shown(root) == []


def test_whoever_exchanges_a_folder_for_a_link_meanwhile_redirects_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = root.parent / "elsewhere"
    elsewhere.mkdir()
    look = judging.Judge.look

    def meanwhile(self: judging.Judge, path: str, data: bytes) -> None:
        look(self, path, data)
        if path == "pkg/deep/x.py":
            (folder,) = root.glob("tools/.pixie-import-*/tool/guest/pkg")
            folder.rename(folder.with_name("away"))
            folder.symlink_to(elsewhere)
            (elsewhere / "deep").mkdir()

    monkeypatch.setattr(judging.Judge, "look", meanwhile)
    with pytest.raises(ArchiveRefused, match="could not be written"):
        take(root, tool_archive({"pkg/deep/x.py": b"x = 1\n"}))
    assert files(elsewhere) == {}
    assert shown(root) == []


def test_a_link_in_the_place_of_the_private_folder_gets_nothing_and_loses_nothing(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = root.parent / "elsewhere"
    (elsewhere / "tool/kept").mkdir(parents=True, mode=0o755)
    (elsewhere / "tool/kept/x").write_text("kept")
    before = [(path, path.lstat().st_mode) for path in sorted(elsewhere.rglob("*"))]
    new_folder = staging.new_folder

    def meanwhile(private: staging.NewFolder, name: str) -> Any:
        private.path.rename(root.parent / "away")
        private.path.symlink_to(elsewhere)
        return new_folder(private, name)

    monkeypatch.setattr(staging, "new_folder", meanwhile)
    with pytest.raises(ArchiveRefused):
        take(root, tool_archive())
    assert [(path, path.lstat().st_mode) for path in sorted(elsewhere.rglob("*"))] == before
    [link] = shown(root)  # whoever made it may remove it
    assert (root / "tools" / link).is_symlink()


def test_another_folder_in_the_place_of_the_unpacked_one_does_not_become_the_tool(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*given: Any) -> Any:
        (folder,) = root.glob("tools/.pixie-import-*/tool/guest")
        folder.rename(folder.with_name("away"))
        shutil.copytree(folder.with_name("away"), folder)
        return judging.linted(*given)

    monkeypatch.setattr(LINTED, meanwhile)
    with pytest.raises(ArchiveRefused, match="was exchanged meanwhile"):
        take(root, tool_archive())
    assert shown(root) == []
