"""What an app's templates say: the keys it needs, with what the comments and decorators beside them tell of each.

    # OpenAI API key (required)          the comment above one key describes it; a link in it is where to get one
    OPENAI_API_KEY=
    STRIPE_KEY=sk_test_xxx # optional    `# required` and `# optional`, on a line of their own too
    PORT=3000                            a plain setting: listed, not asked for
    # @required @sensitive @type=url @docs(https://…)     varlock's decorators (varlock.dev, "@env-spec")
    DATABASE_URL=

What stands after an equals sign is looked at, to tell settings from secrets, and goes no further.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.env_file.grammar import BYTE_ORDER_MARK, ParsedText
from pixie_secrets.errors import KeyRefused, PixieError
from pixie_secrets.files import read_plain
from pixie_secrets.manifest.essentials import DeclaredSecret, WhereToObtain
from pixie_secrets.patterns import pattern
from pixie_secrets.secret.key import check_key
from pixie_secrets.secret.setting import is_setting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BYTES_MAX = 256 * 1024
KEYS_MAX = 500
DESCRIPTION_MAX = 300

_LINE = pattern(r"[^\r\n]*(?:\r\n|\n|\r)?")
_COMMENT = pattern(r"[ \t]*#+[ \t]*(?P<said>.*?)[ \t]*")
_COMMENTED_OUT = pattern(r"(?:export\s+)?[A-Z_][A-Z0-9_]*\s*=")
_RULE = pattern(r"[-=#*_ ]*")
_INLINE = pattern(r"[^'\"#]*(?:'[^']*'|\"[^\"]*\")?[^'\"#]*\s#\s*(?P<said>[^\r\n]*)")
_WHOLE_WORD = pattern(r"[(\[]?(?P<word>required|optional)[)\]]?[.:]?", re.IGNORECASE)
_MARKED = pattern(r"[(\[](?P<word>required|optional)[)\]][.:]?", re.IGNORECASE)
_DECORATOR = pattern(
    r"@(?P<name>[A-Za-z]\w*)(?:=(?P<value>\"[^\"]*\"|'[^']*'|[\w.-]+(?:\([^)]*\))?)|\((?P<in>[^)]*)\))?"
)
_LINK = pattern(r"https?://[^\s<>\"'`)\]]+")
_UNSHOWABLE = pattern(r"[\x00-\x1f\x7f-\x9f\u202d\u202e]")
_TYPES = {"url": "url", "integer": "integer", "port": "integer", "json": "json", "object": "json"}


class TemplateKey(NamedTuple):
    """A key of a template. line: where, counted from 1. is_setting: a plain setting, which nobody is asked for."""

    secret: DeclaredSecret
    file: str
    line: int
    is_setting: bool


def keys_of(path: Path) -> tuple[TemplateKey, ...]:
    """What the template at `path` lists, in order; nothing where it cannot be read. No link is followed."""
    try:
        data = read_plain(path, BYTES_MAX)
        return tuple(read_template(data.decode("utf-8", "replace"), path.name))
    except (OSError, PixieError):
        return ()


def first_of_each(keys: Iterable[TemplateKey]) -> tuple[TemplateKey, ...]:
    """Each key once, as it was declared first."""
    found: dict[str, TemplateKey] = {}
    for key in keys:
        found.setdefault(key.secret.key, key)
    return tuple(found.values())


def read_template(text: str, file: str) -> Iterator[TemplateKey]:
    """What `text`, of the template called `file`, lists; a name that no secret may have is passed over."""
    text = text.removeprefix(BYTE_ORDER_MARK)
    places = _places(text)
    defaults: dict[str, str] = {}
    about: list[str] = []
    is_heading = False
    for number, found in enumerate(_LINE.finditer(text), 1):
        line = found[0].rstrip("\r\n")
        comment = _COMMENT.fullmatch(line)
        if found.start() in places:
            key, value = places[found.start()]
            inline = _INLINE.match(line.partition("=")[2])
            said = [*([] if is_heading else about), *([inline["said"]] if inline else [])]
            if made := _key(key, value, said, defaults):
                yield TemplateKey(made[0], file, number, is_setting=made[1])
            is_heading = True
        elif comment and not _COMMENTED_OUT.match(comment["said"]):
            about = [] if is_heading else about
            is_heading = False
            said_here = comment["said"]
            if _RULE.fullmatch(said_here):
                about = []
            else:
                about.append(said_here)
                defaults |= {name: value for name, value in _decorators(said_here) if name.startswith("default")}
        else:
            about, is_heading = [], False


def _places(text: str) -> dict[int, tuple[str, str]]:
    """By the start of its line: each assignment as python-dotenv reads it, so none inside a value of several lines."""
    reading = ParsedText(text)
    values = {key: value for key, value in reading.values() if value is not None}  # `KEY` alone sets nothing
    starts = ((key, reading.statements(key)[0].start) for key in list(values)[:KEYS_MAX])
    return {start: (key, values[key]) for key, start in starts}


def _key(key: str, value: str, said: list[str], defaults: dict[str, str]) -> tuple[DeclaredSecret, bool] | None:
    try:
        check_key(key)
        steers = False
    except KeyRefused as refused:
        if "well-formed" in refused.message:
            return None
        steers = True
    decorators = dict(defaults_for(defaults))
    words: list[str] = []
    for line in said:
        decorators |= dict(_decorators(line))
        plain = _DECORATOR.sub("", line) if line.lstrip().startswith("@") else line
        if word := _WHOLE_WORD.fullmatch(plain.strip()) or _MARKED.search(plain):
            decorators[word["word"].lower()] = "true"
            plain = _MARKED.sub("", plain) if not _WHOLE_WORD.fullmatch(plain.strip()) else ""
        if plain.strip():
            words.append(_UNSHOWABLE.sub(" ", plain).strip())
    description = " ".join(words)[:DESCRIPTION_MAX] or None
    required = _says(decorators, "required", "optional")
    sensitive = _says(decorators, "sensitive", "public")
    link = decorators.get("docs") or decorators.get("docsUrl") or ""
    link_found = _LINK.search(link) or _LINK.search(description or "")
    kind = _TYPES.get(decorators.get("type", "").partition("(")[0], "string")
    secret = DeclaredSecret(
        key,
        description,
        required=required is True,
        type=kind,
        obtain=WhereToObtain(link_found[0].rstrip(".,;"), None) if link_found else None,
    )
    setting = steers or (not sensitive if sensitive is not None else is_setting(key, value))
    return secret, setting


def defaults_for(defaults: dict[str, str]) -> Iterator[tuple[str, str]]:
    """`@defaultRequired=true` and `@defaultSensitive=false` of a header, as if they stood at the key."""
    for name in ("required", "sensitive"):
        value = defaults.get(f"default{name.capitalize()}", "")
        if value in {"true", "false"}:
            yield name, value


def _says(decorators: dict[str, str], word: str, opposite: str) -> bool | None:
    """The one that was said last counts; None: neither was."""
    said: bool | None = None
    for name, value in decorators.items():
        if name in {word, opposite}:
            said = (value != "false") == (name == word)
    return said


def _decorators(line: str) -> Iterator[tuple[str, str]]:
    if not line.lstrip().startswith("@"):
        return
    for found in _DECORATOR.finditer(line):
        value = found["value"] or found["in"]
        yield found["name"], "true" if value is None else value.strip("\"'")
