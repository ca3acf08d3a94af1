"""A replacement keeps what is the person's, wherever in the old tool it is and whatever it is made of."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from tests.archives.building import tool_archive, tool_files
from tests.archives.test_import import shown, take
from tests.archives.trees import files, tree
from tests.conftest import add_tool, require

from pixie_secrets.archives.refusals import ArchiveRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_what_lies_in_an_ignored_folder_is_kept_too(root: Path) -> None:
    folder = add_tool(root, "guest")
    own = {"state/.env.local": b"A=1\n", "state/deep/server.pem": b"-----BEGIN", "state/.venv/pyvenv.cfg": b""}
    for name, data in {**own, ".gitignore": b"state/\n.env*\n", "state/log.txt": b"x"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    changes = take(root, tool_archive(), replace=True).changes
    assert changes is not None
    assert set(changes.kept) == {"state/.env.local", "state/deep/server.pem", "state/.venv"}
    assert changes.removed == (".gitignore", "state/log.txt")
    assert files(folder) == {**tool_files(), **own}


def test_data_that_is_a_link_to_a_larger_disk_is_kept_as_that_link(root: Path, tmp_path: Path) -> None:
    folder = add_tool(root, "guest")
    (tmp_path / "large").mkdir()
    (tmp_path / "large/db.sqlite").write_bytes(b"SQLite")
    (folder / "data").symlink_to(tmp_path / "large")
    changes = take(root, tool_archive({"data/sample.csv": b"1,2\n"}), replace=True).changes
    assert changes is not None
    assert changes.kept == ("data",)
    assert (folder / "data").readlink() == tmp_path / "large"
    assert files(tmp_path / "large") == {"db.sqlite": b"SQLite"}


MOUNTS = {
    "another file system as data": ("data", ["-t", "tmpfs", "none"]),
    "another file system among the rest": ("sub/my models", ["-t", "tmpfs", "none"]),
    "a folder of the same disk as data": ("data", ["--bind", "source"]),
    "a folder of the same disk among the rest": ("sub/my models", ["--bind", "source"]),
    "a folder of the same disk in a cache": ("node_modules/x", ["--bind", "source"]),
}


@pytest.fixture(params=list(MOUNTS.values()), ids=list(MOUNTS))
def mounted(root: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Path, str]]:
    name, how = request.param
    (root.parent / "source").mkdir()
    place = add_tool(root, "guest") / name
    place.mkdir(parents=True)
    what = [str(root.parent / word) if word == "source" else word for word in how]
    done = subprocess.run(["mount", *what, str(place)], capture_output=True, check=False)
    require("the right to mount", done.returncode == 0)
    (place / "precious.txt").write_text("precious")
    yield place, name
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_is_mounted_in_the_old_tool_is_never_emptied(root: Path, mounted: tuple[Path, str], dry_run: bool) -> None:
    place, name = mounted
    before = tree(root)
    with pytest.raises(ArchiveRefused, match=f"{name} of the tool that is there is mounted") as refused:
        take(root, tool_archive(), replace=True, dry_run=dry_run)
    assert "unmount it" in refused.value.hint
    assert (place / "precious.txt").read_text() == "precious"
    assert tree(root) == before
    assert shown(root) == ["guest"]
