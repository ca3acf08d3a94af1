"""The records of a zip file, field by field, as they stand there; what they mean together is judged by `zip_check`.

Python's own reader hides what matters here: it never compares the two headers of a file and corrects offsets by itself.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from pixie_secrets.archives.refusals import ArchiveRefused

LOCAL, CENTRAL, END, END64, LOCATOR64, DESCRIPTOR = (
    b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x07\x08"
)  # fmt: skip
LOCAL_SIZE, CENTRAL_SIZE, END_SIZE, END64_SIZE, LOCATOR64_SIZE = 30, 46, 22, 56, 20
SATURATED16, SATURATED32 = 0xFFFF, 0xFFFFFFFF

_CENTRAL = struct.Struct("<4x2BHHH4xLLLHHHHHLL")
_LOCAL = struct.Struct("<4xHHH4xLLLHH")
_END = struct.Struct("<4xHHHHLLH")
_END64 = struct.Struct("<4xQHHLLQQQQ")
_LOCATOR64 = struct.Struct("<4xLQL")

ZIP64, UNIX_LINK, ASI_UNIX, UNICODE_PATH = 0x0001, 0x000D, 0x756E, 0x7075


class Fields(NamedTuple):
    """What both headers of a file say. name: as it is written. extras: by their number."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    extras: dict[int, bytes]


class Central(NamedTuple):
    """One file in the list at the end. offset: of its local header."""

    fields: Fields
    system: int
    disk: int
    attributes: int
    offset: int


class End(NamedTuple):
    """The last record, and the zip64 one where there is one. start: where the first of the two begins."""

    disk: int
    directory_disk: int
    entries_here: int
    entries: int
    directory_size: int
    directory_offset: int
    start: int


def central(data: bytes, at: int) -> tuple[Central, int]:
    """The entry at `at` of the list, and where the next one begins."""
    if data[at : at + 4] != CENTRAL or len(data) < at + CENTRAL_SIZE:
        raise ArchiveRefused("the archive's list of files is damaged", "ask for it again")
    _, system, _, flags, method, crc, packed, size, *rest = _CENTRAL.unpack_from(data, at)
    name_size, extra_size, comment_size, disk, _, attributes, offset = rest
    start = at + CENTRAL_SIZE
    after = start + name_size + extra_size + comment_size
    if after > len(data):
        raise ArchiveRefused("the archive's list of files is damaged", "ask for it again")
    extras = _extras(data[start + name_size : start + name_size + extra_size])
    size, packed, offset, disk = _zip64(extras, [(size, 8), (packed, 8), (offset, 8), (disk, 4)])
    fields = Fields(data[start : start + name_size], flags, method, crc, packed, size, extras)
    return Central(fields, system, disk, attributes, offset), after


def local(data: bytes) -> tuple[Fields, int] | None:
    """The local header that `data` begins with and how long it is; None: there is none."""
    if len(data) < LOCAL_SIZE or data[:4] != LOCAL:
        return None
    _, flags, method, crc, packed, size, name_size, extra_size = _LOCAL.unpack_from(data)
    end = LOCAL_SIZE + name_size + extra_size
    if len(data) < end:
        return None
    name = data[LOCAL_SIZE : LOCAL_SIZE + name_size]
    extras = _extras(data[LOCAL_SIZE + name_size : end])
    size, packed = _zip64(extras, [(size, 8), (packed, 8)])
    return Fields(name, flags, method, crc, packed, size, extras), end


def local_size(data: bytes) -> int:
    """How long the local header is whose first 30 bytes are `data`."""
    name_size, extra_size = struct.unpack_from("<26x2H", data)
    return int(LOCAL_SIZE + name_size + extra_size)


def end(tail: bytes, at: int, tail_start: int) -> End:
    """The end record at `at` of `tail`, which is the file from `tail_start` on.

    A zip64 record counts only where it must be, and only when the two do not contradict each other.
    """
    disk, directory_disk, here, entries, size, offset, _ = _END.unpack_from(tail, at)
    found = End(disk, directory_disk, here, entries, size, offset, tail_start + at)
    locator = at - LOCATOR64_SIZE
    if locator < 0 or tail[locator : locator + 4] != LOCATOR64:
        return found
    big = locator - END64_SIZE
    where_disk, where, disks = _LOCATOR64.unpack_from(tail, locator)
    if big < 0 or tail[big : big + 4] != END64 or where != tail_start + big or where_disk != 0 or disks > 1:
        raise ArchiveRefused("the archive's zip64 record is not where it says", "ask for it again")
    length, _, _, disk64, directory_disk64, here64, entries64, size64, offset64 = _END64.unpack_from(tail, big)
    if length != END64_SIZE - 12:
        raise ArchiveRefused("the archive's zip64 record has something hidden in it", "ask for a plain zip")
    found64 = End(disk64, directory_disk64, here64, entries64, size64, offset64, tail_start + big)
    limits = (SATURATED16,) * 4 + (SATURATED32,) * 2
    if any(small not in (large, limit) for small, large, limit in zip(found[:-1], found64[:-1], limits, strict=True)):
        raise ArchiveRefused("the archive's two end records contradict each other", "ask for it again")
    return found64


def descriptor(data: bytes) -> tuple[int, int, int] | None:
    """CRC and sizes as they stand behind a file's data; None: that is no such record. Its length tells which of the
    four ways to write it this is.
    """
    if len(data) in {16, 24}:
        if data[:4] != DESCRIPTOR:
            return None
        data = data[4:]
    elif len(data) not in {12, 20}:
        return None
    crc, packed, size = struct.unpack("<LLL" if len(data) == 12 else "<LQQ", data)
    return crc, packed, size


def _extras(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(data):
        number, size = struct.unpack_from("<HH", data, at)
        if at + 4 + size > len(data) or number in found:
            if not any(data[at:]):  # padding, to align what follows
                break
            raise ArchiveRefused("the archive has a malformed extra field", "ask for it to be packed again")
        found[number] = data[at + 4 : at + 4 + size]
        at += 4 + size
    return found


def _zip64(extras: dict[int, bytes], fields: list[tuple[int, int]]) -> list[int]:
    """The values of `fields` (each with its length in zip64), those that did not fit taken from the zip64 extra."""
    data = extras.get(ZIP64)
    if data is None:
        return [value for value, _ in fields]
    values = []
    at = 0
    for value, length in fields:
        if value == (SATURATED32 if length == 8 else SATURATED16):  # bytes of a Q
            if at + length > len(data):
                raise ArchiveRefused("the archive has a zip64 field that is too short", "ask for it to be packed again")
            values.append(int.from_bytes(data[at : at + length], "little"))
            at += length
        else:
            values.append(value)
    return values
