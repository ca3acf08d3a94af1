"""Reads an archive's structure and refuses whatever two readers of the format could understand differently.

Every byte of the file must have one meaning: local headers, data and descriptors follow each other from the first byte
without a gap or an overlap, then comes the list of files, then the end record, and then nothing but a comment. Both
headers of a file must agree. So there is no second archive in front, behind, between or in a comment, and no file that
one program would show and another extract.
"""

from __future__ import annotations

import stat
import zlib
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives import limits, zip_records
from pixie_secrets.archives.refusals import ArchiveRefused, display_name

if TYPE_CHECKING:
    from pixie_secrets.archives.source import Source
    from pixie_secrets.archives.zip_records import Central, End, Fields

STORED, DEFLATED = 0, 8

_TAIL = zip_records.END_SIZE + zip_records.LOCATOR64_SIZE + zip_records.END64_SIZE + 0xFFFF
_PADDING_MAX = 10_240  # zeros behind the end: writers in the tradition of tapes fill up their last block
_ENCRYPTED, _DESCRIBED, _PATCHED, _STRONG, _UTF8, _MASKED = 1, 1 << 3, 1 << 5, 1 << 6, 1 << 11, 1 << 13
_COMPRESSION = 0b110  # how hard the packer tried
_KNOWN_FLAGS = _DESCRIBED | _UTF8 | _COMPRESSION
_METHODS = {
    1: "shrunk", 6: "imploded", 9: "deflate64", 12: "bzip2", 14: "LZMA", 20: "zstd", 93: "zstd", 94: "MP3", 95: "xz",
    96: "JPEG", 97: "WavPack", 98: "PPMd", 99: "AES",
}  # fmt: skip
_TYPES = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_DOS_FOLDER, _DOS_LABEL, _DOS_DEVICE, _DOS_REPARSE = 0x10, 0x08, 0x40, 0x400
_AES, _STRONG_HEADER = 0x9901, 0x0017
_ENCODING_UNIX = 14  # bytes of the ASi Unix field before a link's target
_PLAIN_UNIX = 12  # bytes of PKWARE's Unix field before a link's target

_AGAIN = "ask for it again; it may have been damaged on its way"
_REPACK = "ask for it to be packed again as a plain zip"


class Member(NamedTuple):
    """A file or folder of a checked archive. start: where its packed bytes begin. A folder's name has no final `/`."""

    name: str
    is_folder: bool
    method: int
    crc: int
    packed: int
    size: int
    start: int


def read_members(source: Source) -> list[Member]:
    """All members in the order of the archive's list. Names are decoded but not judged.

    Raises:
        ArchiveRefused: with the reason; no file's data was looked at.
    """
    end = _end(source)
    entries = _directory(source, end)
    starts = _laid_out(source, entries, end)
    return [_member(entry, start) for entry, start in zip(entries, starts, strict=True)]


def _end(source: Source) -> End:
    if source.size == 0:
        raise ArchiveRefused("the archive is empty", "0 bytes came; ask for it again")
    tail_start = max(0, source.size - _TAIL)
    tail = source.read(tail_start, _TAIL)
    ends = []
    at = tail.find(zip_records.END)
    found_any = at >= 0
    while at >= 0:
        after = at + zip_records.END_SIZE + int.from_bytes(tail[at + 20 : at + 22], "little")
        if len(tail) - _PADDING_MAX < after <= len(tail) and not any(tail[after:]):
            ends.append((at, after))
        at = tail.find(zip_records.END, at + 1)
    if not ends:
        if not found_any:
            raise ArchiveRefused("this is not a zip archive, or only the beginning of one", _AGAIN)
        raise ArchiveRefused("something follows the end of the archive", _REPACK)
    at, after = ends[0]
    comment = tail[at + zip_records.END_SIZE : after]
    if any(mark in comment for mark in (zip_records.LOCAL, zip_records.CENTRAL, zip_records.END, zip_records.END64)):
        raise ArchiveRefused("the archive's comment holds another archive", _REPACK)
    end = zip_records.end(tail, at, tail_start)
    if end.disk or end.directory_disk or end.entries_here != end.entries:
        raise ArchiveRefused("this is one part of an archive in several", "ask for it in one piece")
    return end


def _directory(source: Source, end: End) -> list[Central]:
    if end.entries == 0:
        raise ArchiveRefused("the archive holds no files", _AGAIN)
    if end.entries > limits.FILES_MAX or end.directory_size > limits.DIRECTORY_MAX:
        raise ArchiveRefused(f"the archive holds more than {limits.FILES_MAX} files", "a tool has far fewer")
    if end.directory_offset + end.directory_size != end.start:
        if end.directory_offset + end.directory_size < end.start:
            raise ArchiveRefused(
                "the archive has something in front of it, or between its list of files and its end", _REPACK
            )
        raise ArchiveRefused("the archive's list of files is not where it says", _AGAIN)
    data = source.read(end.directory_offset, end.directory_size)
    entries: list[Central] = []
    at = 0
    while at < len(data):
        if len(entries) == end.entries:
            raise ArchiveRefused("the archive lists more files than it counts", _REPACK)
        entry, at = zip_records.central(data, at)
        _check_entry(entry)
        entries.append(entry)
    if len(entries) != end.entries:
        raise ArchiveRefused("the archive lists fewer files than it counts", _AGAIN)
    _check_sizes(entries, source.size)
    return entries


def _check_entry(entry: Central) -> None:
    """What a single entry may say of itself."""
    fields = entry.fields
    if fields.flags & (_ENCRYPTED | _STRONG | _MASKED) or not {_AES, _STRONG_HEADER}.isdisjoint(fields.extras):
        raise ArchiveRefused(f"{_named(fields)} is encrypted", "ask for an archive without a password")
    if fields.flags & _PATCHED:
        raise ArchiveRefused(f"{_named(fields)} is a patch and not a file", _REPACK)
    if fields.flags & ~_KNOWN_FLAGS:
        raise ArchiveRefused(f"{_named(fields)} has flags that no common packer sets", _REPACK)
    if fields.method not in {STORED, DEFLATED}:
        method = _METHODS.get(fields.method, f"method {fields.method}")
        raise ArchiveRefused(
            f"{_named(fields)} is packed by {method}", "only stored and deflated are read; pack it again so"
        )
    if fields.method == STORED and fields.packed != fields.size:
        raise ArchiveRefused(f"{_named(fields)} is stored as it is, yet has two sizes", _REPACK)
    if entry.disk:
        raise ArchiveRefused(f"{_named(fields)} lies in another part of the archive", "ask for it in one piece")
    if special := _special(entry):
        raise ArchiveRefused(f"{_named(fields)} is {special}", "only plain files and folders are imported")


def _special(entry: Central) -> str | None:  # one return for each thing it may be
    """What else than a file or folder the attributes make of it, whichever system they are meant for."""
    fields, kind = entry.fields, stat.S_IFMT(entry.attributes >> 16)
    if kind in _TYPES:
        return _TYPES[kind]
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "neither a file nor a folder"
    if entry.attributes & (_DOS_LABEL | _DOS_DEVICE | _DOS_REPARSE) and entry.system in {0, 10, 11, 14}:
        return "a label, a device or a link by its Windows attributes"
    asi = fields.extras.get(zip_records.ASI_UNIX, b"")
    mode = int.from_bytes(asi[4:6], "little")  # behind its CRC
    if len(asi) > _ENCODING_UNIX or (len(asi) >= 6 and stat.S_IFMT(mode) in _TYPES):
        return "a link by its Unix field"
    if len(fields.extras.get(zip_records.UNIX_LINK, b"")) > _PLAIN_UNIX:
        return "a link by its Unix field"
    folder = fields.name.endswith(b"/")
    if (kind == stat.S_IFDIR and not folder) or (kind == stat.S_IFREG and folder):
        return "a file by its name and a folder by its attributes, or the reverse"
    if not folder and entry.attributes & _DOS_FOLDER and kind != stat.S_IFREG:
        return "a file by its name and a folder by its attributes, or the reverse"
    return "a folder with contents of its own" if folder and fields.size else None


def _check_sizes(entries: list[Central], packed: int) -> None:
    total = 0
    for entry in entries:
        fields = entry.fields
        total += fields.size
        if fields.size > limits.FILE_MAX:
            raise ArchiveRefused(
                f"{display_name(_decoded(fields))} unpacks to more than {limits.FILE_MAX // limits.MIB} MiB",
                "keep large data out of the tool and fetch it when it runs",
            )
        if limits.expands_too_much(fields.packed, fields.size):
            raise ArchiveRefused(
                f"{display_name(_decoded(fields))} unpacks to more than {limits.RATIO_MAX} times its size",
                "this is how bombs look",
            )
    if total > limits.TOTAL_MAX:
        raise ArchiveRefused(
            f"the archive unpacks to more than {limits.TOTAL_MAX // limits.MIB} MiB",
            "keep large data out of the tool and fetch it when it runs",
        )
    if limits.expands_too_much(packed, total):
        raise ArchiveRefused(
            f"the archive unpacks to more than {limits.RATIO_MAX} times its size", "this is how bombs look"
        )


def _laid_out(source: Source, entries: list[Central], end: End) -> list[int]:
    """Where each entry's data begins, after every local header was compared and every byte has its place."""
    starts = [0] * len(entries)
    order = sorted(range(len(entries)), key=lambda index: entries[index].offset)
    expected = 0
    for position, index in enumerate(order):
        entry = entries[index]
        following = entries[order[position + 1]].offset if position + 1 < len(order) else end.directory_offset
        if entry.offset < expected:
            raise ArchiveRefused(
                f"{_named(entry.fields)} overlaps another file of the archive", "this is how bombs look"
            )
        if entry.offset > expected:
            where = "in front of the archive" if position == 0 else "between two files of the archive"
            raise ArchiveRefused(f"something is hidden {where}", _REPACK)
        local, header_size = _local(source, entry)
        _agree(entry.fields, local)
        starts[index] = entry.offset + header_size
        expected = _after(source, entry, starts[index], following)
    if expected > end.directory_offset:
        raise ArchiveRefused("a file overlaps the archive's list of files", "this is how bombs look")
    if expected < end.directory_offset:
        raise ArchiveRefused("something is hidden between the files and their list", _REPACK)
    return starts


def _local(source: Source, entry: Central) -> tuple[Fields, int]:
    size = zip_records.LOCAL_SIZE + len(entry.fields.name) + 64  # most often all of it
    data = source.read(entry.offset, size)
    if len(data) >= zip_records.LOCAL_SIZE and (needed := zip_records.local_size(data)) > len(data):
        data = source.read(entry.offset, needed)
    if (found := zip_records.local(data)) is None:
        raise ArchiveRefused(f"{_named(entry.fields)} has no header of its own", _AGAIN)
    return found


def _agree(listed: Fields, local: Fields) -> None:
    """The list at the end and the header before the data must describe the same file."""
    if local.name != listed.name:
        raise ArchiveRefused(f"{_named(listed)} has another name in its own header", _REPACK)
    if (local.flags ^ listed.flags) & ~_COMPRESSION:
        raise ArchiveRefused(f"{_named(listed)} has other flags in its own header", _REPACK)
    if local.method != listed.method:
        raise ArchiveRefused(f"{_named(listed)} is packed another way by its own header", _REPACK)
    later = bool(listed.flags & _DESCRIBED)  # the packer did not know yet; the descriptor says it again
    for what, there, here in (
        ("size", listed.size, local.size),
        ("packed size", listed.packed, local.packed),
        ("checksum", listed.crc, local.crc),
    ):
        if here != there and not (later and here == 0):
            raise ArchiveRefused(f"{_named(listed)} has another {what} in its own header", _REPACK)
    _decoded(local)


def _after(source: Source, entry: Central, start: int, following: int) -> int:
    """Where the next header has to be: behind the data, and behind the descriptor where there is one."""
    fields = entry.fields
    after = start + fields.packed
    if not fields.flags & _DESCRIBED or after > following:
        return after
    record = source.read(after, min(following - after, 25))
    described = zip_records.descriptor(record)
    if described is None:
        what = "something is hidden behind" if record else "the record is missing that should follow the data of"
        raise ArchiveRefused(f"{what} {_named(fields)}", _REPACK)
    if described != (fields.crc, fields.packed, fields.size):
        raise ArchiveRefused(f"{_named(fields)} has another size or checksum behind its data", _REPACK)
    return after + len(record)


def _named(fields: Fields) -> str:
    """What a refusal calls it."""
    return display_name(_decoded(fields))


def _decoded(fields: Fields) -> str:
    """The name as text. Without a mark of its encoding, UTF-8 is what macOS and Linux mean."""
    try:
        name = fields.name.decode()
    except UnicodeDecodeError:
        raise ArchiveRefused(
            "the archive has a name that is not UTF-8",
            "ask for it to be packed again; programs read such names differently",
        ) from None
    other = fields.extras.get(zip_records.UNICODE_PATH)
    if other is None:
        return name
    crc, text = int.from_bytes(other[1:5], "little"), other[5:]
    if other[:1] != b"\1" or crc != zlib.crc32(fields.name) or text != fields.name:
        raise ArchiveRefused(f"{display_name(name)} has a second name in an extra field", _REPACK)
    return name


def _member(entry: Central, start: int) -> Member:
    fields, name = entry.fields, _decoded(entry.fields)
    is_folder = name.endswith("/")
    return Member(name.removesuffix("/"), is_folder, fields.method, fields.crc, fields.packed, fields.size, start)
