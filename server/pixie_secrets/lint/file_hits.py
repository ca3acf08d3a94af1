"""Every secret of one file: each reader that its language calls for, one hit a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.lint import python_source, structured
from pixie_secrets.lint.detect import tokens
from pixie_secrets.lint.hits import ScanResult, apart
from pixie_secrets.lint.languages import Language, language_of
from pixie_secrets.lint.passages import TellingLines
from pixie_secrets.lint.suppress import MARK
from pixie_secrets.lint.text_source import assignments

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pixie_secrets.lint.hits import Hit, SourceFile

_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_PROBE = 4096
_MINIFIED_MIN = 5_000  # bytes
_MINIFIED_LINE = 500  # bytes, of an average line


def as_utf8(raw: bytes) -> bytes | None:
    """The bytes the rules work on; None for a binary file. Latin-1 and its kin pass as they are."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return _recoded(raw, encoding)
    probe = raw[:_PROBE]
    nulls = probe.count(0)
    if not nulls:
        return raw
    for encoding, offset in (("utf-16-le", 1), ("utf-16-be", 0)):  # no mark, but every other byte is zero
        if nulls * 5 > len(probe) * 2 and probe[offset::2].count(0) * 10 > len(probe) * 4:
            return _recoded(raw, encoding)
    return None


def _recoded(raw: bytes, encoding: str) -> bytes:
    """One bad character, such as half of one at a cut or an odd byte at the end, hides nothing of the others."""
    return raw.decode(encoding, "replace").removeprefix("\ufeff").encode()


TOGETHER_FILES, TOGETHER_BYTES = 100, 1 << 20  # enough for `scan_files` at once: what that many files need is not much


def scan_files(sources: Sequence[SourceFile]) -> list[ScanResult]:
    """`secret_hits` of each, to be used later without the bytes.

    The first look at all of them, then the second: the tables that each needs stay in the processor's cache, and the
    whole takes two thirds of the time.
    """
    looked = [_first_look(source) for source in sources]
    return [ScanResult(_hits(source, one), MARK in source.data) for source, one in zip(sources, looked, strict=True)]


def secret_hits(source: SourceFile) -> list[Hit]:
    """Where secrets begin, in order; what several readers found is said once."""
    return _hits(source, _first_look(source))


class _FirstLook(NamedTuple):
    """tokens: what is told by its looks. telling: where to look for names."""

    language: Language
    tokens: list[Hit]
    telling: TellingLines


def _first_look(source: SourceFile) -> _FirstLook:
    language = language_of(source.path)
    telling = TellingLines(source.data)
    return _FirstLook(language, tokens(source.data, telling, python=language is Language.PYTHON), telling)


def _hits(source: SourceFile, looked: _FirstLook) -> list[Hit]:
    return apart([*looked.tokens, *_beside_names(source, looked.language, looked.telling)])


def _is_minified(data: bytes) -> bool:
    """Code that no person writes: names in it mean nothing."""
    return len(data) > _MINIFIED_MIN and data.count(b"\n") * _MINIFIED_LINE < len(data)


def _beside_names(source: SourceFile, language: Language, telling: TellingLines) -> Iterator[Hit]:
    if language is Language.PYTHON:
        yield from python_source.secrets(source.data, telling.passages())
    elif language is Language.NOTEBOOK:
        from pixie_secrets.lint import notebook

        yield from notebook.secrets(source.data)
    elif language is not Language.CODE or not _is_minified(source.data):
        yield from assignments(source.data, language, telling.passages())
        yield from structured.secrets(source.path, source.data)
