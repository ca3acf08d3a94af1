"""What lies packed within a file is looked into in bounded time, however it is made."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING

import pytest
from tests.archives.building import STORED, Member, tool_archive, with_member
from tests.archives.hostile import ELF
from tests.archives.test_import import shown, take

from pixie_secrets.archives.hosts import hosts
from pixie_secrets.archives.refusals import ArchiveRefused

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.timeout(20)  # it takes no second; hours, where each line looks for the end of its literal
@pytest.mark.parametrize("line", [b'\\"""\n', b"\\'''\n"])
@pytest.mark.parametrize("end", [b"", b"\\"])
def test_hosts_are_found_in_linear_time(line: bytes, end: bytes) -> None:
    assert hosts(b'URL = "https://one.example/x"\n' + line * 200_000 + end) == {"one.example"}


PARTS = gzip.compress(b"", mtime=0) * 400_000  # 8 MiB


@pytest.mark.timeout(20)  # it takes one; minutes, where all that is left is copied for each part
def test_a_gzip_of_hundreds_of_thousands_of_parts_takes_no_time(root: Path) -> None:
    take(root, with_member(Member("guest/a.gz", PARTS, method=STORED)))
    assert shown(root) == ["guest"]


@pytest.mark.parametrize("size", [1, 511, 512, 513, 65_000, 70_000, 300_000])
def test_no_part_of_a_gzip_is_passed_over(root: Path, size: int) -> None:
    parts = gzip.compress(bytes(size)) + PARTS[:2000] + gzip.compress(ELF + bytes(size))
    whole = gzip.compress(bytes(size) + ELF)
    take(root, with_member(Member("guest/a.gz", whole, method=STORED)))  # nobody runs what begins with zeros
    with pytest.raises(ArchiveRefused, match="cannot be opened"):
        take(root, with_member(Member("guest/a.gz", parts[:-4], method=STORED)), replace=True)
    head = gzip.compress(b"") + gzip.compress(ELF[:2], 0) + gzip.compress(ELF[2:] + bytes(size), 0)
    with pytest.raises(ArchiveRefused, match=r"Linux \(ELF\)"):
        take(root, with_member(Member("guest/a.gz", head, method=STORED)), replace=True)


CHILD = """
import resource, sys
from pathlib import Path
from pixie_secrets.archives import limits, unpack
limits.WORKERS, unpack._BATCH = 4, 1  # as on a machine of many cores
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
root = Path(sys.argv[1])
import_tool(Context(Project(root)), ImportToolRequest(path=str(root / "guest.zip"), dry_run=True))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


def test_large_archives_within_are_opened_one_at_a_time(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as tar:
        large = tarfile.TarInfo("table.bin")
        large.size = 120 * 2**20
        tar.addfile(large, io.BytesIO(bytes(large.size)))
    (tmp_path / "tools").mkdir()
    (tmp_path / "guest.zip").write_bytes(tool_archive({f"{number}.tar.gz": packed.getvalue() for number in range(4)}))
    del packed
    done = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 700 * 2**20
