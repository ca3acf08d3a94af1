"""Git's index, read as it lies on the disk: which folders it has files in, and which files of it have a certain name.

Starting git and taking its forty thousand names apart takes ten times as long, and a hook before every call has not
that time. The folders come from the extension that git keeps of the trees of the last commit; where it says of one
that it is out of date, the caller has to look into that folder. What is not plainly understood is left to git itself:
an index that is compressed (version 4), split or sparse, or has no such extension yet. Source: gitformat-index(5).
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKSUM = 20  # bytes at the end that are told apart; of SHA-256 the last of its 32
_HASHES = (20, 32)  # bytes
_HEAD = 12  # bytes: "DIRC", the version, how many entries
_BEFORE_HASH = 40  # bytes of an entry: times, device, inode, mode, owner, size
_MODES = frozenset({0o100644, 0o100755, 0o120000, 0o160000})
_LONG = 0xFFF  # an entry's name is this long, or longer
_EXTENDED = 0x4000  # two more bytes of flags follow
_EXTENSIONS_MAX = 16
_NODE = rb"([^\0/]*)\0(?:-1 (\d+)\n|(\d+) (\d+)\n.{%d})"


class Index:
    """checksum: of all of it, the same only for the same content; b"" where git was told to leave it out.

    folders: every folder that has an entry, or a folder with one, as a path without a slash at its end; the top is b"".
    outdated: those of them in which folders may have entries that are not among `folders`.
    """

    __slots__ = ("_data", "_end", "_hash", "checksum", "folders", "outdated")

    def __init__(self, data: bytes, end: int, hash_size: int, folders: list[bytes], outdated: list[bytes]) -> None:
        self._data = data
        self._end = end
        self._hash = hash_size
        self.checksum = checksum_in(data[-CHECKSUM:])
        self.folders = folders
        self.outdated = outdated

    def paths_with(self, part: bytes, before: bytes = b"", after: bytes = b"") -> Iterator[bytes]:
        """The paths of entries that have `part` in them, in order, each once.

        before, after: of bytes, one of which stands right before it, or else right behind it; none: it does not matter.
        """
        data, at = self._data, _HEAD - 1
        while (at := data.find(part, at + 1, self._end)) >= 0:
            if before and data[at - 1] not in before and data[at + len(part)] not in after:
                continue
            if path := self._around(at):
                yield path
                at = data.index(b"\0", at)

    def _around(self, at: int) -> bytes:
        """The path that the byte at `at` belongs to; b"" where it is of something else: a time, a size, a hash.

        Entries begin at multiples of eight bytes, and say how long their path is and what kind of file it is.
        """
        data, fixed = self._data, _BEFORE_HASH + self._hash + 2
        end = data.find(b"\0", at)
        entry = at - fixed - (at - fixed - _HEAD) % 8
        for begin in range(entry, max(_HEAD, entry - _LONG - 8) - 1, -8):
            flags = int.from_bytes(data[begin + fixed - 2 : begin + fixed], "big")
            name = begin + fixed + (2 if flags & _EXTENDED else 0)
            length = flags & _LONG
            if length != end - name and not (length == _LONG and end - name > _LONG):
                continue
            mode = int.from_bytes(data[begin + 24 : begin + 28], "big")
            if name <= at and mode in _MODES and b"\0" not in data[name:at]:
                return data[name:end]
        return b""


def checksum_in(ending: bytes) -> bytes:
    """The checksum in the last `CHECKSUM` bytes of an index; b"" where git left it out."""
    return ending if len(ending) == CHECKSUM and any(ending) else b""


def read_index(data: bytes) -> Index | None:
    """The index whose bytes are `data`; None where git has to be asked."""
    if data[:4] != b"DIRC" or int.from_bytes(data[4:8], "big") not in {2, 3}:
        return None
    at = len(data)
    while (at := data.rfind(b"TREE", _HEAD, at)) >= 0:  # also somebody's file may be called so
        for hash_size in _HASHES:
            if size := _size_of_first(data, at, len(data) - hash_size):
                return _with_trees(data, at, size, hash_size)
    return None


def _size_of_first(data: bytes, at: int, end: int) -> int:
    """Of the extension at `at`, where extensions follow each other from there up to `end`; 0 where they do not.

    A name in small letters says that whoever does not know it cannot understand the rest.
    """
    first = 0
    for _ in range(_EXTENSIONS_MAX):
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        if not data[at : at + 4].isalpha() or not data[at : at + 1].isupper():
            return 0
        first = first or size
        at += 8 + size
        if at >= end:
            return first if at == end else 0
    return 0


def _with_trees(data: bytes, at: int, size: int, hash_size: int) -> Index | None:
    """Each folder stands before those in it: its name, how many entries it has (or -1), and how many folders."""
    import re  # late: what was kept needs none

    trees = data[at + 8 : at + 8 + size]
    folders: list[bytes] = []
    outdated: list[bytes] = []
    prefix, left, read = [b""], [1], 0
    for node in re.finditer(_NODE % hash_size, trees, re.DOTALL):
        name, below_outdated, entries, below = node.groups()
        if node.start() != read or not left:
            return None
        read = node.end()
        path = prefix[-1] + name
        folders.append(path)
        if entries is None:
            outdated.append(path)
        elif not path and int(entries) != int.from_bytes(data[8:12], "big"):
            return None  # the rest of the entries is in another file
        left[-1] -= 1
        if count := int(below_outdated or below):
            left.append(count)
            prefix.append(path + b"/" if path else b"")
        while left and not left[-1]:
            left.pop()
            prefix.pop()
    if read != len(trees) or left:
        return None
    return Index(data, at, hash_size, folders, outdated)
