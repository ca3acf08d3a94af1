"""How much an archive may be. A share keeps to the same limits, so that every share can be imported."""

from __future__ import annotations

import os

MIB = 1024 * 1024

FILES_MAX = 20_000  # entries, folders included
FILE_MAX = 1024 * MIB  # one file, unpacked
TOTAL_MAX = 2048 * MIB  # all of them, unpacked
ARCHIVE_MAX = 2048 * MIB  # the archive itself
DIRECTORY_MAX = 32 * MIB  # its list of files

# Source code packs 3 to 10 times, logs 30, tables of numbers 200. The archive as a whole is asked, and each large file.
RATIO_MAX = 200
RATIO_FROM = 16 * MIB
STORED_FROM = 16 * 1024  # what a share packs as well as that is stored, so that no import takes the whole for a bomb

SECONDS_MAX = 120.0  # for all that looks into an archive
LINE_MAX = 64 * 1024  # bytes of a line; text with longer ones is searched for known values and for nothing else

WHOLE_MAX = 16 * MIB  # a file up to here is in memory at once, a larger one never is
CHUNK = 2 * MIB
OVERLAP = MIB // 4  # of a piece of a large file with the one before it: longer than any value's longest form
# Threads. Inflating, deflating and hashing let the others run, looking does not: more of them only wait for each other.
WORKERS = max(2, min(4, os.cpu_count() or 1))

NESTED_DEPTH = 3  # archives in archives
NESTED_MAX = 128 * MIB  # what one nested archive or compressed file may unpack to
NESTED_TOTAL_MAX = TOTAL_MAX  # what all of them may unpack to together, those within others included
NESTED_FILE_COST = 4096  # what a file in one of them counts besides its bytes: a million empty ones take time as well


def expands_too_much(packed: int, size: int) -> bool:
    """Whether this is a bomb, or looks like one: an archive, or one large file of it."""
    return size > RATIO_FROM and size > packed * RATIO_MAX


def has_long_lines(data: bytes) -> bool:
    """Whether a line is longer than `LINE_MAX`."""
    at = 0
    while len(data) - at > LINE_MAX:
        at = data.rfind(b"\n", at, at + LINE_MAX) + 1
        if at == 0:
            return True
    return False
