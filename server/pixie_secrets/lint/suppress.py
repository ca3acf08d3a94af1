"""What a person has looked at and lets pass, and why: comments in the line, a table in pyproject.toml.

API = "…"  # pixie: allow[HS006] public demo key of the vendor

[tool.pixie-secrets.lint]
ignore = ["CV005"]
[tool.pixie-secrets.lint.per-file-ignores]
"tests/**" = ["HS006"]
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.errors import PixieError
from pixie_secrets.lint.codes import CODES, HARD_CODED, NOT_IGNORABLE, chosen, explain
from pixie_secrets.lint.hits import Hit, Places
from pixie_secrets.patterns import pattern
from pixie_secrets.toml_text import parsed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

MARK = b"pixie: allow["
_COMMENT = pattern(rb"pixie: allow\[([^\]\n]{0,200})\][ \t:-]*([^\n]*)")
_REASON = pattern(r"[^\W\d_]{2}")  # letters, of any script
_REASON_MAX = 1000
_CODE = pattern(r"[A-Z]{2}\d{3}")


class Choice(NamedTuple):
    """Which codes are looked for, and in which files some are not."""

    codes: frozenset[str]
    per_file: tuple[tuple[str, frozenset[str]], ...] = ()

    def allows(self, code: str, path: str, home: str = "") -> bool:
        """path: of the project. home: the tool's folder, from which patterns count as well."""
        if code not in self.codes:
            return False
        inside = path[len(home) + 1 :] if home else path
        return not any(
            code in codes and (_matches(inside, pattern) or fnmatchcase(path, pattern))
            for pattern, codes in self.per_file
        )


def choice(tables: Iterable[dict[str, Any]], select: Collection[str] = (), ignore: Collection[str] = ()) -> Choice:
    """The codes chosen by the tables of pyproject.toml, outermost first, and then by the command."""
    codes = frozenset(CODES)
    per_file: list[tuple[str, frozenset[str]]] = []
    for table in tables:
        if table.get("select"):
            codes = chosen(_strings(table["select"])) | NOT_IGNORABLE
        codes -= chosen(_strings(table.get("ignore", ()))) - NOT_IGNORABLE
        files = table.get("per-file-ignores", {})
        if isinstance(files, dict):
            per_file += [(str(name), chosen(_strings(its)) - NOT_IGNORABLE) for name, its in files.items()]
    if select:
        codes = chosen(tuple(select))
    return Choice(codes - chosen(tuple(ignore)), tuple(per_file))


def hard_coded_off(outer: Choice, inner: Choice) -> tuple[str, ...]:
    """The codes about hard-coded secrets that a tool's own table takes away: inner is outer and that table."""
    return tuple(sorted(code for code in outer.codes - inner.codes if code.startswith(HARD_CODED)))


def selectors(given: Iterable[str]) -> tuple[str, ...]:
    """The codes, or how they begin, in `given`; each text may name some, with commas between.

    Raises:
        PixieError: one that means no code: it would find nothing, and look like nothing to find.
    """
    words = tuple(word for one in given for part in one.split(",") if (word := part.strip()))
    for word in words:
        if not chosen((word,)):
            explain(word)  # refuses, and names the nearest
    return words


def table_of(pyproject: Path) -> dict[str, Any]:
    """`[tool.pixie-secrets.lint]` of a pyproject.toml; empty where there is none.

    Raises:
        PixieError: the table says something that lint does not understand.
    """
    try:
        if pyproject.is_symlink() or not pyproject.is_file() or pyproject.stat().st_size > 1 << 20:
            return {}
        table = parsed(pyproject.read_bytes()).get("tool", {}).get("pixie-secrets", {}).get("lint", {})
    except (OSError, ValueError, AttributeError):
        return {}
    known = {"select", "ignore", "per-file-ignores"}
    if not isinstance(table, dict) or not table.keys() <= known:
        raise _not_understood(pyproject, f"it takes {', '.join(sorted(known))}")
    per_file = table.get("per-file-ignores", {})
    if not isinstance(per_file, dict):
        raise _not_understood(pyproject, 'per-file-ignores is a table: "tests/*" = ["HS006"]')
    for codes in (table.get("select", []), table.get("ignore", []), *per_file.values()):
        if not isinstance(codes, (str, list)) or not all(
            isinstance(one, str) and chosen((one,)) for one in _each(codes)
        ):
            raise _not_understood(pyproject, "codes are written as HS006, or as they begin: HS")
    return table


def _not_understood(pyproject: Path, hint: str) -> PixieError:
    """A word for nothing would turn lint off, and look like nothing to find."""
    return PixieError(f"{pyproject} has a [tool.pixie-secrets.lint] that lint does not understand", hint)


def _each(codes: str | list[Any]) -> list[Any]:
    return [codes] if isinstance(codes, str) else codes


class Allowed(NamedTuple):
    """hits: what is left. passed: how many were let pass."""

    hits: list[Hit]
    passed: int


def apply(hits: list[Hit], data: bytes, checked: Collection[str]) -> Allowed:
    """Take away what comments let pass, and add what is wrong with the comments themselves."""
    if MARK not in data:
        return Allowed(hits, 0)
    places = Places(data)
    left: dict[int, list[Hit]] = {}  # by line
    for hit in sorted(hits):
        left.setdefault(places.line_start(hit.start), []).append(hit)
    remarks: list[Hit] = []
    count = 0
    for match in _COMMENT.finditer(data):
        on_line = places.line_start(match.start())
        codes = [code.strip().upper() for code in match.group(1).decode("utf-8", "replace").split(",")]
        has_reason = _REASON.search(match.group(2)[:_REASON_MAX].decode("utf-8", "ignore")) is not None
        for code in codes:
            if not _CODE.fullmatch(code) or code not in CODES:
                remarks.append(Hit(match.start(), "SP003", code if _CODE.fullmatch(code) else "that"))
            elif not has_reason:
                remarks.append(Hit(match.start(), "SP002", code))
            elif found := [hit for hit in left.get(on_line, ()) if hit.code == code]:
                left[on_line] = [hit for hit in left[on_line] if hit.code != code]
                count += len(found)
            elif code in checked:
                remarks.append(Hit(match.start(), "SP001", code))
    return Allowed(sorted([*remarks, *(hit for its in left.values() for hit in its)]), count)


def _strings(value: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, (list, tuple)) else (str(value),) if value else ()


def _matches(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path.rsplit("/", 1)[-1], pattern)
