"""Long lists and sizes, as `share-tool` and `import-tool` show them."""

from __future__ import annotations

from pixie_secrets.wording import counted

SHOWN_MAX = 40  # of a list; `--json` has more


def more(count: int) -> list[str]:
    """The line below a list that was cut by `count`; none where nothing was."""
    return [f"  … and {count} more"] if count > 0 else []


def size_of(size: int) -> str:
    """A size in bytes as people read it: `1.5 MB`, `2.0 KB` (powers of 1000), `1 byte`."""
    for unit, step in (("MB", 1_000_000), ("KB", 1_000)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return counted(size, "byte")
