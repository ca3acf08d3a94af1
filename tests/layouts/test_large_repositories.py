"""A large repository's folders are read from git's index, and are those that git and a walk know."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import require_program
from tests.layouts.shapes import git, repository, write

from pixie_secrets.git.index_file import read_index
from pixie_secrets.guard import known, places
from pixie_secrets.layouts import env_folders as folders
from pixie_secrets.layouts import git_folders
from pixie_secrets.layouts.env_folders import env_folders
from pixie_secrets.layouts.work_trees import index_path

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = {
    ".env.example": "A_KEY=\n",
    "apps/web/package.json": "{}",
    "apps/web/.env.local": "A_KEY=x\n",
    "apps/web/env.ts": "",
    "apps/api/.env.production": "B_KEY=x\n",
    "apps/old/env.sample": "C_KEY=\n",
    "packages/deep/er/TREE": "",
    "packages/deep/er/environment.md": "",
    "packages/deep/er/.env": "D_KEY=x\n",
    "packages/deep/plain/x.ts": "",
    "node_modules/x/.env": "E_KEY=x\n",
    "new/.env": "F_KEY=x\n",
}
EVERY = {".", "apps/web", "apps/api", "apps/old", "packages/deep/er", "new"}
TRACKED = [name for name in FILES if name.rpartition("/")[2] not in {".env", ".env.local"}]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that counts as a large one; `new` is a folder that git has nothing of."""
    monkeypatch.setattr(folders, "LARGE_INDEX", 0)
    repository(tmp_path / "shop", FILES)
    return tmp_path / "shop"


@pytest.fixture
def git_is_asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of which work trees git was asked for all its names."""
    asked = []
    original = git_folders.ask_git

    def ask_git(top: str) -> git_folders.GitFolders | None:
        asked.append(top)
        return original(top)

    monkeypatch.setattr(git_folders, "ask_git", ask_git)
    return asked


def kept() -> Path:
    [path] = (Path(os.environ["HOME"]) / ".cache/pixie-secrets/folders").iterdir()
    return path


def test_the_index_alone_says_where_to_look(root: Path, git_is_asked: list[str]) -> None:
    for _ in range(2):
        assert set(env_folders(str(root))) == EVERY
        assert set(env_folders(str(root), ignored_too=True)) == EVERY
    assert git_is_asked == []


def test_a_hook_asks_once_what_folders_there_are(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def counted(top: str, *, ignored_too: bool = False) -> dict[str, tuple[str, ...]]:
        asked.append(top)
        return env_folders(top, ignored_too=ignored_too)

    monkeypatch.setattr(places, "env_folders", counted)
    known.load(places.Places(str(root), {}), None)
    assert asked == [str(root)]


def test_a_folder_of_the_repository_has_what_is_below_it(root: Path, git_is_asked: list[str]) -> None:
    assert set(env_folders(str(root / "apps"))) == {"web", "api", "old"}
    assert set(env_folders(str(root / "packages/deep"))) == {"er"}
    assert git_is_asked == []


def as_version_4(root: Path) -> None:
    git(root, "update-index", "--index-version", "4")


def as_split(root: Path) -> None:
    git(root, "update-index", "--split-index")
    write(root, {"apps/later/.env.example": ""})
    git(root, "add", ".")
    (root / "apps/later/.env.example").unlink()
    git(root, "rm", "--cached", "--quiet", "apps/later/.env.example")


def without_a_commit(root: Path) -> None:
    (root / ".git/index").unlink()
    git(root, "add", "--all")


def without_checksum(root: Path) -> None:
    path = root / ".git/index"
    path.write_bytes(path.read_bytes()[:-20] + bytes(20))


def as_sparse(root: Path) -> None:
    git(root, "sparse-checkout", "set", "--cone", "--sparse-index", "apps", "packages")


def with_a_new_folder(root: Path) -> None:
    write(root, {"apps/b/c/x": "", "apps/b/d/y": ""})
    git(root, "add", ".")


def with_untracked_cache(root: Path) -> None:
    git(root, "update-index", "--untracked-cache")
    git(root, "status")


@pytest.mark.parametrize(
    "change",
    [
        *(as_version_4, as_split, without_a_commit, without_checksum, as_sparse),
        *(with_a_new_folder, with_untracked_cache),
    ],
)
def test_the_answer_is_the_same_in_whatever_way_git_keeps_its_index(root: Path, change: Callable[[Path], None]) -> None:
    change(root)
    for _ in range(2):
        assert set(env_folders(str(root))) == EVERY


def test_a_repository_of_longer_names_is_read_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, git_is_asked: list[str]
) -> None:
    monkeypatch.setattr(folders, "LARGE_INDEX", 0)
    root = tmp_path / "shop"
    write(root, FILES)
    git(tmp_path, "init", "--quiet", "--object-format=sha256", "shop")
    write(root, {".gitignore": ".env\n.env.local\nnode_modules/\n"})
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "x")
    assert set(env_folders(str(root))) == EVERY
    assert git_is_asked == []


def test_what_changes_after_it_was_kept_is_seen_at_once(root: Path) -> None:
    assert set(env_folders(str(root))) == EVERY
    write(root, {"packages/deep/plain/.env": "X_KEY=x\n"})  # git's index stays as it was
    assert set(env_folders(str(root))) == EVERY | {"packages/deep/plain"}
    (root / "packages/deep/er/.env").unlink()
    assert set(env_folders(str(root))) == EVERY - {"packages/deep/er"} | {"packages/deep/plain"}
    write(root, {"packages/other/one/x": "", "packages/other/one/.env": "X_KEY=x\n", "packages/b/env.dist": "X_KEY=\n"})
    git(root, "add", ".")
    git(root, "commit", "--quiet", "-m", "x")
    more = {"packages/deep/plain", "packages/other/one", "packages/b"}
    assert set(env_folders(str(root))) == EVERY - {"packages/deep/er"} | more


def test_many_new_folders_that_are_not_committed_yet_are_all_seen(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "FOLDERS_MAX", 5)
    write(root, {f"more/{number}/x": "" for number in range(20)} | {"more/9/.env": "X_KEY=x\n"})
    git(root, "add", "more")
    assert "more/9" in env_folders(str(root))


def test_what_is_kept_is_the_owners_alone_and_holds_names_of_folders(root: Path) -> None:
    env_folders(str(root))
    assert stat.S_IMODE(kept().stat().st_mode) == 0o600
    assert stat.S_IMODE(kept().parent.stat().st_mode) == 0o700
    assert b"_KEY" not in kept().read_bytes()


def test_nothing_is_kept_where_the_index_has_no_checksum(root: Path) -> None:
    without_checksum(root)
    env_folders(str(root))
    assert not (Path(os.environ["HOME"]) / ".cache").exists()


def spoiled(how: str, path: Path, elsewhere: Path) -> None:
    data = path.read_bytes()
    path.unlink()
    match how:
        case "empty":
            path.touch()
        case "of another index":
            path.write_bytes(data.replace(data[24:44], bytes(20)).replace(b"packages/deep/er/.env\0", b""))
        case "cut":
            path.write_bytes(data[:-4])
        case "a folder":
            path.mkdir()
        case "a pipe":
            os.mkfifo(path)
        case "a link":
            elsewhere.write_bytes(data.replace(b"packages/deep/er/.env\0", b""))
            path.symlink_to(elsewhere)


@pytest.mark.parametrize("how", ["empty", "of another index", "cut", "a folder", "a pipe", "a link"])
def test_what_was_kept_and_spoiled_is_worked_out_again(root: Path, how: str, tmp_path: Path) -> None:
    assert set(env_folders(str(root))) == EVERY
    spoiled(how, kept(), tmp_path / "elsewhere")
    assert set(env_folders(str(root))) == EVERY


def test_without_a_place_to_keep_it_the_answer_is_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root.parent / "file").touch()
    for home in ("relative", str(root.parent / "file")):
        monkeypatch.setenv("HOME", home)
        assert set(env_folders(str(root))) == EVERY
    assert not (root / "relative").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(data=st.data())
def test_an_index_that_is_cut_or_changed_is_never_an_accident(root: Path, data: st.DataObject) -> None:
    """It is read by git, or as something: no error, and no hang."""
    original = Path(index_path(str(root))).read_bytes()
    changed = bytearray(original)
    for at in data.draw(st.lists(st.integers(0, len(original) - 1), max_size=4)):
        changed[at] = data.draw(st.integers(0, 255))
    changed = changed[: data.draw(st.integers(0, len(original)))] if data.draw(st.booleans()) else changed
    index = read_index(bytes(changed))
    if index:
        assert all(b"\0" not in path for path in index.paths_with(b"e"))


NAMES = st.sampled_from(["a", "b", "env", "TREE", ".env.example", "package.json"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "intend", "remove", "commit", "branch", "reset", "move"]), PATHS), max_size=12
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(steps=STEPS)
def test_whatever_was_done_in_it_every_folder_that_git_names_is_known_or_looked_for(
    steps: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("x") / "shop"
    repository(root, {"a/b/x": "", "c/x": ""})
    for step, path in steps:
        taken(step, path, root)
        index = read_index((root / ".git/index").read_bytes())
        if index is None:  # there was no commit after the first file: git is asked
            continue
        listed = subprocess.run(
            [require_program("git"), "-C", str(root), "ls-files", "-z"], capture_output=True, check=True
        )
        paths = [each for each in dict.fromkeys(listed.stdout.split(b"\0")) if each]
        assert {*index.paths_with(b"e")} == {each for each in paths if b"e" in each}
        assert {*index.paths_with(b"env", b".", b".-_")} >= {each for each in paths if b".env" in each}
        for each in paths:
            folder = each.rpartition(b"/")[0]
            while folder and folder not in index.folders:
                folder = folder.rpartition(b"/")[0]
            assert folder in {each.rpartition(b"/")[0], *index.outdated}


def taken(step: str, path: str, root: Path) -> None:
    """One step; where git or the files refuse it, nothing happens."""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(root)]
    words = {
        "add": ["add", path],
        "intend": ["add", "-N", path],
        "remove": ["rm", "-rqf", path],
        "commit": ["commit", "-qm", "x"],
        "branch": ["checkout", "-qb", f"b{len(list((root / '.git/refs/heads').iterdir()))}"],
        "reset": ["reset", "-q", "HEAD~1"],
        "move": ["mv", path, "moved"],
    }
    if step in {"add", "intend"}:
        try:
            write(root, {path: ""})
        except OSError:
            return
    subprocess.run([require_program("git"), *who, *words[step]], capture_output=True, check=False)
