"""What a killed import left is ended by whoever looks for tools next; no stranger's journal is obeyed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.archives.test_import import OWN, old_tool, shown
from tests.archives.test_import_crashes import NEW, ended, forked, importing
from tests.archives.test_import_crashes import root as root  # noqa: PLC0414  a fixture
from tests.archives.trees import files, tree
from tests.conftest import require
from tests.mcp.client import Client

from pixie_secrets.archives import staging
from pixie_secrets.changeover import leftovers, rename, replacing
from pixie_secrets.changeover.locks import locked
from pixie_secrets.filenames import STAGED_PREFIX
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.list_secrets import ListSecretsRequest, list_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def killed(root: Path, where: str) -> None:
    """A replacement, killed there: before or after the nth exchange of names, or the nth rename that stands in."""
    moment, which, number = where.split()
    patch = pytest.MonkeyPatch()  # in a child that is about to die

    def counting(real: Callable[[Path, Path], object]) -> Callable[[Path, Path], object]:
        calls = 0

        def counted(one: Path, other: Path) -> object:
            nonlocal calls
            calls += 1
            if moment == "before" and calls == int(number):
                os.kill(os.getpid(), signal.SIGKILL)
            done = real(one, other)
            if moment == "after" and calls == int(number):
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return counted

    def work() -> None:
        if which == "exchange":
            patch.setattr(replacing, "exchange", counting(rename.exchange))
        else:
            patch.setattr(replacing, "exchange", lambda _one, _other: False)
            patch.setattr(Path, "rename", counting(Path.rename))
        importing(root, replace=True)

    old_tool(root)
    assert ended(forked(work)) == -signal.SIGKILL
    assert any(name.startswith(STAGED_PREFIX) for name in shown(root))


def command(name: str) -> Callable[[Path], None]:
    def run(root: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "pixie_secrets", "--project", str(root), name, "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "GUEST_API_KEY" in done.stdout or name == "doctor"
        assert json.loads(done.stdout)

    return run


def _started_since(root: Path) -> None:
    with Client(root, "modern") as client:
        assert "guest" in json.dumps(client.call("list-secrets")["structuredContent"])


SURFACES = {"list-secrets": command("list-secrets"), "doctor": command("doctor"), "the server": _started_since}


def assert_whole(root: Path, old: dict[str, object], *, is_new: bool) -> None:
    assert shown(root) == ["guest"]
    if is_new:
        assert files(root / "tools/guest") == {**NEW, **OWN}
        assert not any(path.is_symlink() for path in (root / "tools/guest").rglob("*"))
    else:
        assert tree(root) == old


@pytest.fixture
def old(tmp_path: Path) -> dict[str, object]:
    (tmp_path / "same/tools").mkdir(parents=True)
    old_tool(tmp_path / "same")
    return tree(tmp_path / "same")


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES.keys())
@pytest.mark.parametrize(
    ("where", "is_new"),
    [
        ("before exchange 1", False),
        ("after exchange 1", True),
        ("after exchange 3", True),
        ("before rename 2", False),
        ("after rename 2", False),
        ("after rename 3", True),
    ],
)
def test_the_next_command_or_call_finds_the_tool_whole(
    root: Path, old: dict[str, object], where: str, is_new: bool, surface: Callable[[Path], None]
) -> None:
    killed(root, where)
    surface(root)
    assert_whole(root, old, is_new=is_new)


@pytest.mark.parametrize("where", ["after exchange 1", "after rename 2"])
def test_a_server_that_runs_finds_it_whole_at_its_next_call(root: Path, old: dict[str, object], where: str) -> None:
    old_tool(root)
    with Client(root, "modern") as client:
        assert "OLD_KEY" in json.dumps(client.call("list-secrets")["structuredContent"])
        shutil.rmtree(root / "tools/guest")
        killed(root, where)
        is_new = "exchange" in where
        answer = json.dumps(client.call("list-secrets")["structuredContent"])
        assert ("OLD_KEY" in answer) is not is_new
    assert_whole(root, old, is_new=is_new)


def test_what_was_set_and_made_before_that_next_command_is_not_lost(root: Path) -> None:
    """A program of the new tool threw the stand-in away and made itself another `data/`."""
    killed(root, "after exchange 1")
    guest = root / "tools/guest"
    (guest / "data").unlink()
    (guest / "data").mkdir()
    (guest / "data/fresh.txt").write_text("fresh")
    (guest / ".env").write_bytes(b"GUEST_API_KEY=set-since\n")
    assert [tool.id for tool in Project(root).tools] == ["guest"]
    assert (guest / "data/db.sqlite").read_bytes() == OWN["data/db.sqlite"]
    assert [path.read_text() for path in guest.glob("data.made-meanwhile-*/fresh.txt")] == ["fresh"]
    assert (guest / ".env").read_bytes() == b"GUEST_API_KEY=set-since\n"
    assert shown(root) == ["guest"]


def test_a_save_by_an_editor_just_before_the_kill_is_not_lost(root: Path) -> None:
    killed(root, "after exchange 1")
    (aside,) = root.glob(f"tools/{STAGED_PREFIX}*/tool/guest/.env")
    aside.write_bytes(b"GUEST_API_KEY=at-the-last-moment\n")
    assert Project(root).tools
    assert (root / "tools/guest/.env").read_bytes() == b"GUEST_API_KEY=at-the-last-moment\n"


def test_a_new_tool_that_somebody_removed_gives_the_old_one_back(root: Path, old: dict[str, object]) -> None:
    killed(root, "after exchange 1")
    shutil.rmtree(root / "tools/guest")
    assert [tool.id for tool in Project(root).tools] == ["guest"]
    assert tree(root) == old


def test_it_stays_where_something_else_has_taken_the_tools_place(root: Path) -> None:
    killed(root, "after exchange 1")
    (root / "tools/guest").rename(root.parent / "elsewhere")
    (root / "tools/guest").write_text("a file of mine")
    assert not Project(root).tools
    assert (root / "tools/guest").read_text() == "a file of mine"
    (kept,) = root.glob(f"tools/{STAGED_PREFIX}*/tool/guest/data/db.sqlite")
    assert kept.read_bytes() == OWN["data/db.sqlite"]
    (root / "tools/guest").unlink()
    assert [tool.id for tool in Project(root).tools] == ["guest"]
    assert shown(root) == ["guest"]


def test_folders_of_the_old_tool_that_nobody_may_write_to_go_as_well(root: Path) -> None:
    """Root may write to anything, so it gives that right away."""
    folder = old_tool(root)
    (folder / "vendor/pkg").mkdir(parents=True)
    (folder / "vendor/pkg/x.py").write_text("x")
    (folder / "vendor/out").symlink_to(root.parent)
    for path in ("vendor/pkg", "vendor"):
        (folder / path).chmod(0o555)
    mode = root.parent.stat().st_mode
    powerless = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    require("setpriv", not powerless or shutil.which("setpriv") is not None)
    program = [sys.executable, "-m", "pixie_secrets", "--project", str(root), "import-tool", "--replace"]
    subprocess.run([*powerless, *program, str(root.parent / "guest.zip")], check=True, capture_output=True)
    assert files(folder) == {**NEW, **OWN}
    assert shown(root) == ["guest"]
    assert root.parent.stat().st_mode == mode


def test_after_a_kill_and_a_copy_of_the_project_nothing_of_the_persons_is_gone(root: Path, tmp_path: Path) -> None:
    """A backup or another disk gives the folders other inodes, and the journal means nothing any more."""
    killed(root, "after exchange 1")
    copy = tmp_path / "copy"
    subprocess.run(["cp", "-a", str(root), str(copy)], check=True)
    shutil.rmtree(root)
    for _ in range(2):
        assert [tool.id for tool in Project(copy).tools] == ["guest"]
        assert {path: (copy / "tools/guest" / path).read_bytes() for path in OWN} == OWN


@pytest.fixture
def read_only(root: Path) -> Iterator[Path]:
    killed(root, "after exchange 1")
    mount = ["mount", "--bind", str(root), str(root)]
    require("the right to mount", subprocess.run(mount, capture_output=True, check=False).returncode == 0)
    subprocess.run(["mount", "-o", "remount,ro,bind", str(root)], check=True)
    yield root
    subprocess.run(["umount", str(root)], check=True)


def test_a_project_that_is_only_read_is_read_as_it_is(read_only: Path) -> None:
    listed = list_secrets(Context(Project(read_only)), ListSecretsRequest())
    assert [tool.tool_id for tool in listed.tools] == ["guest"]
    command("list-secrets")(read_only)
    assert (read_only / "tools/guest/data/db.sqlite").read_bytes() == OWN["data/db.sqlite"]


def test_an_import_at_work_is_neither_disturbed_nor_waited_for(root: Path) -> None:
    with staging.staging(root / "tools") as mine, locked(root / "tools"):
        assert Project(root).tools == ()
        assert mine.path.is_dir()


def test_looking_for_tools_costs_nothing_where_nothing_was_left(root: Path) -> None:
    old_tool(root)
    program = (
        "import sys; from pathlib import Path; from pixie_secrets.layouts.project import Project\n"
        "assert Project(Path(sys.argv[1])).tools\n"
        "print([name for name in sys.modules if name.startswith(('pixie_secrets.changeover.', 'pixie_secrets.arch'))])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(root)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def left_by_hand(root: Path, *, mode: int = 0o700, moved: str = "data", name: str = "guest") -> Path:
    """What somebody could put into an archive of a whole project, to have it obeyed."""
    folder = old_tool(root)
    staged = root / f"tools/{STAGED_PREFIX}0123"
    (staged / "tool/guest").mkdir(parents=True)
    staged.chmod(mode)
    inodes = [(staged / "tool/guest").lstat().st_ino, folder.lstat().st_ino]
    (staged / "journal.json").write_text(json.dumps([name, inodes, [moved], []]))
    return staged


@pytest.mark.parametrize("way", ["up", "down and up", "from the root", "through a link", "nothing"])
def test_a_journal_that_reaches_out_of_the_tools_moves_nothing(root: Path, way: str) -> None:
    precious = root.parent / "precious"
    precious.mkdir()
    (precious / "x").write_text("x")
    up = os.path.relpath(precious, root / f"tools/{STAGED_PREFIX}0123/tool/guest")
    ways = {"up": up, "down and up": f"data/../{up}", "from the root": str(precious), "through a link": "out/precious"}
    staged = left_by_hand(root, moved=ways.get(way, ""))
    (staged / "tool/guest/data").mkdir()
    (staged / "tool/guest/out").symlink_to(root.parent)
    before = tree(root / "tools/guest")
    assert [tool.id for tool in Project(root).tools] == ["guest"]
    assert (precious / "x").read_text() == "x"
    assert tree(root / "tools/guest") == before


@pytest.mark.parametrize("name", ["..", "../x", "", "."])
def test_a_journal_about_something_else_than_a_tool_is_not_obeyed(root: Path, name: str) -> None:
    left_by_hand(root, name=name)
    before = tree(root / "tools/guest")
    assert [tool.id for tool in Project(root).tools] == ["guest"]
    assert tree(root / "tools/guest") == before


@pytest.mark.parametrize(
    "journal",
    [
        *("[" * 100_000, "[]", "{}", "null", "[1, [1, 2], [], []]", '["guest", [[], {}], [], []]'),
        *('["guest", [1, 2], [1], []]', '["guest", [1, 2], ["data"], [["a"]]]'),
        *('["guest", [NEW, OLD], ["\\u0000", "\\ud800"], []]', None),
    ],
)
def test_a_journal_that_is_none_stops_nobody(root: Path, journal: str | None) -> None:
    staged = left_by_hand(root)
    path = staged / "journal.json"
    if journal is None:
        path.unlink()
        os.mkfifo(path)
    else:
        old, new = (str(folder.lstat().st_ino) for folder in (staged / "tool/guest", root / "tools/guest"))
        path.write_text(journal.replace("OLD", old).replace("NEW", new))
    before = tree(root / "tools/guest")
    assert [tool.id for tool in Project(root).tools] == ["guest"]
    assert tree(root / "tools/guest") == before


def test_what_this_program_did_not_make_is_left_alone(root: Path) -> None:
    """Git, unzip and cp make folders that others may read; ours nobody may."""
    left_by_hand(root, mode=0o755)
    (root / f"tools/{STAGED_PREFIX}file").write_text("x")
    (root / f"tools/{STAGED_PREFIX}link").symlink_to(root.parent)
    before = tree(root)
    assert [tool.id for tool in Project(root).tools] == ["guest"]
    leftovers.clear(root / "tools")
    assert tree(root) == before
