"""Every code lint can say, from `codes.toml`, and which codes a person means. The page for each: `explain/CODE.md`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from pixie_secrets.errors import PixieError
from pixie_secrets.lint import tables
from pixie_secrets.wording import one_of

_EXPLAINED = Path(__file__).parent / "explain"


class Severity(StrEnum):
    """error: a secret is out or about to be. warning: it will break or leak one day. advice: taste of the format."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class Code(NamedTuple):
    """message: `{}` is where what was found out is put: a rule's name, a key, a file; never a value."""

    severity: Severity
    title: str
    message: str
    fix: str


def _load() -> dict[str, Code]:
    return {
        code: Code(Severity(table["severity"]), table["title"], table["message"], table["fix"])
        for code, table in tables.read("codes").items()
    }


CODES = _load()
HARD_CODED = "HS"  # how the codes about hard-coded secrets begin
SECRET_CODES = frozenset(code for code in CODES if code[:2] in {"KV", HARD_CODED}) | {"GT007"}
# A value that is known cannot be a false alarm of the whole tool; only a reason on its own line lets it pass.
NOT_IGNORABLE = frozenset({"KV001", "GT002", "GT003", "CV001"})


def explain(code: str) -> str:
    """The page about a code.

    Raises:
        PixieError: there is no such code; names the nearest.
    """
    wanted = code.strip().upper()
    if wanted not in CODES:
        raise PixieError("lint has no such code", one_of(wanted, CODES, "codes"))
    return (_EXPLAINED / f"{wanted}.md").read_text(encoding="utf-8")


def chosen(selectors: tuple[str, ...]) -> frozenset[str]:
    """The codes that `selectors` mean: whole codes, or how they begin (HS, CV0)."""
    return frozenset(code for code in CODES if code.startswith(tuple(one.upper() for one in selectors if one)))
