"""Killed, out of room, or two at once: the tool is the old one or the new one, whole, and the next run clears up.

Imports run in forked children, which can be killed at any step without the test process being the worse for it.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.archives import test_old_format as old_format
from tests.archives.building import PYPROJECT, archive, members, tool_archive, tool_files
from tests.archives.test_import import OWN, old_tool, shown
from tests.archives.trees import files, tree
from tests.conftest import require

from pixie_secrets.archives import limits, staging
from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.changeover import rename, replacing
from pixie_secrets.errors import PixieError
from pixie_secrets.filenames import STAGED_PREFIX
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DONE, REFUSED = 0, 3
NEW = {**tool_files(), "new.py": b"new\n", "pkg/a.py": b"a\n", "pkg/b.bin": os.urandom(40_000)}
STEPS = {
    "open",
    "os.mkdir",
    "os.symlink",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.chmod",
    "fcntl.flock",
    "os.scandir",
    "shutil.rmtree",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "project/tools").mkdir(parents=True)
    (tmp_path / "guest.zip").write_bytes(tool_archive({name: NEW[name] for name in NEW if name not in tool_files()}))
    _warm(tmp_path)
    return tmp_path / "project"


def _warm(tmp_path: Path) -> None:
    """Everything is imported by now, so that a child's steps are those of an import."""
    (tmp_path / "warm/tools").mkdir(parents=True)
    import_tool(Context(Project(tmp_path / "warm")), ImportToolRequest(path=str(tmp_path / "guest.zip")))


def forked(work: Callable[[], object]) -> int:
    """Run `work` in a child; its pid."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = DONE
    except PixieError:
        code = REFUSED
    except BaseException:  # whatever it is, a child must not go on as a test run
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def ended(pid: int) -> int:
    """The child's exit code; negative: the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def importing(root: Path, *, replace: bool = False, name: str = "guest.zip") -> None:
    request = ImportToolRequest(path=str(root.parent / name), replace=replace, migrate=True)
    import_tool(Context(Project(root)), request)


def killed_at(step: int, root: Path, *, replace: bool) -> bool:
    """Whether an import was killed at its `step`th step; False: it was done before that."""

    def work() -> None:
        seen = 0

        def one_more() -> None:
            nonlocal seen
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

        real = rename._call

        def counted(source: Path, target: Path, *, exchange: bool) -> bool:
            one_more()
            done = real(source, target, exchange=exchange)
            one_more()
            return done

        pytest.MonkeyPatch().setattr(rename, "_call", counted)  # no audit event tells of these
        sys.addaudithook(lambda event, _arguments: one_more() if event in STEPS else None)
        importing(root, replace=replace)

    code = ended(forked(work))
    assert code in {DONE, -signal.SIGKILL}
    return code != DONE


def next_run(root: Path) -> None:
    """Whoever looks for tools clears up first."""
    assert [tool.id for tool in Project(root).tools] == [name for name in shown(root) if not name.startswith(".")]
    assert not any(name.startswith(".") for name in shown(root))


def steps() -> Iterator[int]:
    step = 0
    while True:
        step += 1 if step < 12 else 3
        yield step


def test_killed_at_any_step_a_new_tool_is_there_whole_or_not_at_all(root: Path) -> None:
    before = tree(root)
    kills = 0
    for step in steps():
        killed = killed_at(step, root, replace=False)
        assert "guest" not in shown(root) or files(root / "tools/guest") == NEW
        assert all(name == "guest" or name.startswith(STAGED_PREFIX) for name in shown(root))
        next_run(root)
        if "guest" in shown(root):
            assert files(root / "tools/guest") == NEW
            subprocess.run(["rm", "-rf", str(root / "tools/guest")], check=True)
        assert tree(root) == before
        if not killed:
            break
        kills += 1
    assert kills > 12


def test_killed_at_any_step_an_old_tool_has_come_in_migrated_or_not_at_all(root: Path) -> None:
    (root.parent / "guest.zip").write_bytes(old_format.old_archive())
    importing(root)  # so that the steps of a child are those of an import
    subprocess.run(["rm", "-rf", str(root / "tools/guest")], check=True)
    before = tree(root)
    for step in steps():
        killed = killed_at(step, root, replace=False)
        next_run(root)
        if "guest" in shown(root):
            assert files(root / "tools/guest") == {**tool_files(), "tool.json": old_format.NEW}
            subprocess.run(["rm", "-rf", str(root / "tools/guest")], check=True)
        assert tree(root) == before
        if not killed:
            break
    assert step > 12


@pytest.mark.parametrize("in_one_step", [True, False])
def test_killed_at_any_step_a_replacement_is_the_old_tool_or_the_new_one(
    root: Path, monkeypatch: pytest.MonkeyPatch, in_one_step: bool
) -> None:
    if not in_one_step:
        monkeypatch.setattr(replacing, "exchange", lambda _one, _other: False)
    old_tool(root)
    old = tree(root)
    new = {**NEW, **OWN}
    kills = 0
    for step in steps():
        killed = killed_at(step, root, replace=True)
        if in_one_step:  # nothing is ever away, also when nobody clears up
            assert {path: (root / "tools/guest" / path).read_bytes() for path in OWN} == OWN
            assert (root / "tools/guest/main.py").read_bytes() in {NEW["main.py"], b"old\n"}
        next_run(root)
        assert shown(root) == ["guest"]
        if tree(root) != old:
            assert files(root / "tools/guest") == new
            subprocess.run(["rm", "-rf", str(root / "tools/guest")], check=True)
            old_tool(root)
        if not killed:
            break
        kills += 1
    assert kills > 15


def test_killed_at_random_moments_nothing_is_half(root: Path) -> None:
    old_tool(root)
    old, new = files(root / "tools/guest"), {**NEW, **OWN}
    began = time.perf_counter()
    assert ended(forked(lambda: importing(root, replace=True))) == DONE
    usual = time.perf_counter() - began
    rng = random.Random(4)
    for _ in range(15):
        subprocess.run(["rm", "-rf", str(root / "tools/guest")], check=True)
        old_tool(root)
        pid = forked(lambda: importing(root, replace=True))
        deadline = time.perf_counter() + rng.random() * usual * 1.2
        while time.perf_counter() < deadline:  # the moment is what is tested, so it is waited for by the clock
            os.sched_yield()
        os.kill(pid, signal.SIGKILL)
        ended(pid)
        next_run(root)
        assert files(root / "tools/guest") in (old, new)
        assert shown(root) == ["guest"]


@pytest.mark.parametrize("replace", [False, True])
def test_without_room_for_a_file_everything_is_as_it_was(root: Path, replace: bool) -> None:
    if replace:
        old_tool(root)
    before = tree(root)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        importing(root, replace=replace)

    assert ended(forked(work)) == REFUSED
    assert tree(root) == before


def test_a_journal_that_only_a_part_of_has_room_for_begins_nothing(root: Path) -> None:
    """A kill after the exchange would find a journal that says nothing, and the person's own with it."""
    old_tool(root)
    for number in range(300):
        (root / f"tools/guest/{number}.pem").write_bytes(b"-----BEGIN")
    before = tree(root)

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        importing(root, replace=True, name="small.zip")

    (root.parent / "small.zip").write_bytes(tool_archive())
    assert ended(forked(work)) == REFUSED
    assert tree(root) == before


def test_on_a_full_disk_everything_is_as_it_was(root: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(disk)], capture_output=True, check=False
    )
    require("the right to mount a small tmpfs", mounted.returncode == 0)
    try:
        (disk / "tools").mkdir()
        for size in (1, 30_000, 150_000, 249_000):
            (disk / "filler").write_bytes(os.urandom(size))
            before = tree(disk)
            (tmp_path / "big.zip").write_bytes(
                tool_archive({"a.bin": os.urandom(250_000), "b.bin": os.urandom(90_000)})
            )
            with pytest.raises(ArchiveRefused, match="no space left") as refused:
                import_tool(Context(Project(disk)), ImportToolRequest(path=str(tmp_path / "big.zip")))
            assert "make room" in refused.value.hint
            assert tree(disk) == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_of_two_imports_of_one_tool_at_once_one_wins_whole(root: Path) -> None:
    (root.parent / "b.zip").write_bytes(tool_archive({"other.py": b"other\n" * 9000}))
    for _ in range(10):
        children = [forked(partial(importing, root, name=name)) for name in ("guest.zip", "b.zip")]
        codes = sorted(ended(child) for child in children)
        assert codes == [DONE, REFUSED]
        assert files(root / "tools/guest") in (NEW, {**tool_files(), "other.py": b"other\n" * 9000})
        assert shown(root) == ["guest"]
        subprocess.run(["rm", "-rf", str(root / "tools/guest")], check=True)


def test_imports_of_different_tools_at_once_all_win(root: Path) -> None:
    names = [f"tool-{number}" for number in range(5)]
    for name in names:
        (root.parent / f"{name}.zip").write_bytes(archive(members(tool_files(name), name)))
    children = [forked(partial(importing, root, name=f"{name}.zip")) for name in names]
    assert [ended(child) for child in children] == [DONE] * len(names)
    assert shown(root) == names


def test_two_replacements_at_once_leave_one_tool_whole_with_the_persons_own(root: Path) -> None:
    old_tool(root)
    (root.parent / "b.zip").write_bytes(tool_archive({"other.py": b"other\n"}))
    for _ in range(8):
        children = [forked(partial(importing, root, name=name, replace=True)) for name in ("guest.zip", "b.zip")]
        assert {ended(child) for child in children} <= {DONE, REFUSED}
        assert files(root / "tools/guest") in ({**NEW, **OWN}, {**tool_files(), **OWN, "other.py": b"other\n"})
        assert shown(root) == ["guest"]


def test_values_saved_while_a_tool_is_replaced_are_never_lost(root: Path) -> None:
    old_tool(root)

    def save() -> None:
        for number in range(30):
            tool = Project(root).tool("guest")
            store_of(tool).set_values({f"KEY_{number}": SecretStr(f"value-{number}")})

    saver = forked(save)
    for _ in range(6):
        importing(root, replace=True)
    assert ended(saver) == DONE
    values = store_of(Project(root).tool("guest")).values()
    assert {key for key in values if key.startswith("KEY_")} == {f"KEY_{number}" for number in range(30)}


def test_an_import_at_work_is_not_cleared_away_by_another(root: Path) -> None:
    with staging.staging(root / "tools") as mine:
        importing(root)
        assert mine.path.is_dir()
    assert shown(root) == ["guest"]


def test_large_files_are_unpacked_and_shared_in_bounded_memory(root: Path) -> None:
    """A file of 100 MB may take a fraction of that; measured by the kernel, in children of their own."""
    noise = os.urandom(1 << 20)
    folder = root / "tools/guest"
    folder.mkdir()
    for name, data in tool_files().items():
        (folder / name).write_bytes(data)
    with (folder / "model.bin").open("wb") as file:
        for _ in range(100):
            file.write(noise)
    (folder / "pyproject.toml").write_bytes(PYPROJECT)
    (root.parent / "other/tools").mkdir(parents=True)
    path = root.parent / "big.zip"
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool\n"
        "from pixie_secrets.operations.share_tool import ShareToolRequest, share_tool\n"
        "from pixie_secrets.operations.context import Context\n"
        "from pixie_secrets.layouts.project import Project\n"
        "what, folder, path = sys.argv[1:]\n"
        "context = Context(Project(Path(folder)))\n"
        "if what == 'share': share_tool(context, ShareToolRequest(tool_id='guest', output=path))\n"
        "else: import_tool(context, ImportToolRequest(path=path))\n"
        "print([line for line in open('/proc/self/status') if line.startswith('VmHWM')][0].split()[1])\n"
    )
    for what, folder in (("share", root), ("import", root.parent / "other")):
        done = subprocess.run(
            [sys.executable, "-c", program, what, str(folder), str(path)], capture_output=True, text=True, check=True
        )
        assert int(done.stdout) * 1024 < 160 * limits.MIB
    assert (root.parent / "other/tools/guest/model.bin").stat().st_size == 100 * (1 << 20)
