"""How much an archive may be. A share keeps to the same limits, so that every share can be imported."""

from __future__ import annotations

import os

MIB = 1024 * 1024

FILES_MAX = 20_000  # entries, folders included
FILE_MAX = 1024 * MIB  # one file, unpacked
TOTAL_MAX = 2048 * MIB  # all of them, unpacked
ARCHIVE_MAX = 2048 * MIB  # the archive itself
DIRECTORY_MAX = 32 * MIB  # its list of files

# Source code packs 3 to 10 times, logs 30. Only what is large is asked: a small file of zeros is no bomb.
RATIO_MAX = 200
RATIO_FROM = MIB

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
    """Whether this is a bomb, or looks like one."""
    return size > RATIO_FROM and size > packed * RATIO_MAX
