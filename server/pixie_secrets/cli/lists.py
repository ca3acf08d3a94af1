"""Long lists and sizes, as `share-tool` and `import-tool` show them."""

from __future__ import annotations

SHOWN_MAX = 40  # of a list; `--json` has more


def more(count: int) -> list[str]:
    return [f"  … and {count} more"] if count > 0 else []


def counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def size_of(size: int) -> str:
    for unit, step in (("MB", 1_000_000), ("KB", 1_000)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return counted(size, "byte")
