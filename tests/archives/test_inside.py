"""What lies packed within a file is looked into in bounded time, however it is made."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from tests.archives.building import STORED, Member, with_member
from tests.archives.hostile import ELF
from tests.archives.test_import import root as root  # noqa: PLC0414  a fixture
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
