"""Which values can be a secret, and which are worth a word: refused or warned about, never echoed.

What is refused could not be stored, could not be handed to a program, or is not the value at all but the line it came
from. What is warned about is stored as typed. Neither says anything about the value that its owner did not see: no
part of it, and no length.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixie_secrets.errors import ValueRefused
from pixie_secrets.secret.placeholder import WORDS, entry_of_a_store, placeholder_kind
from pixie_secrets.secret.size import MASKABLE_MIN, check_size

if TYPE_CHECKING:
    from collections.abc import Collection

    from pixie_secrets.secret.text import SecretStr

_BEFORE_NAME = r"(?:export\s+|set\s+|\$env:)?[\"']?"
_EXPORT_LINE = re.compile(r"export\s+[A-Za-z_]\w*=")
_LINE = re.compile(r"(?:export\s+)?[A-Z_][A-Z0-9_]*\s*=")
_LIKE_A_LINE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+=[^=]")


def check_value(key: str, value: SecretStr, other_keys: Collection[str] = ()) -> tuple[str, ...]:
    """Warnings about storing `value` under `key`; `other_keys` are the tool's other declared ones.

    Raises:
        ValueRefused: empty, NUL or a lone surrogate in it, too large for an environment (see `size`), or a
            piece of a `.env`: `KEY=value` for one of these keys, `export …`, or several such lines.
    """
    text = value.get_secret_value()
    _refuse_unstorable(key, text)
    _refuse_fragment(key, text, other_keys)
    return tuple(_warnings(key, text))


def doubt_about(key: str, value: SecretStr) -> str:
    """Why it may not be a value at all, for its owner; "" where nothing speaks against it. See `placeholder`."""
    text = value.get_secret_value()
    if kind := placeholder_kind(text):
        return f"what was given for {key} looks like {kind}, not like a value; if it is none, set {key} again"
    if entry_of_a_store(text):
        return (
            f"what was given for {key} has further lines that look like an entry of a password store; all of it was "
            "kept: if the first line is the value, pipe that alone, as in `pass show NAME | head -n 1`"
        )
    return ""


def is_everyday(text: str) -> bool:
    """Whether masking `text` would do more harm than good: too short to be masked, or a word of ordinary text."""
    return len(text) < MASKABLE_MIN or text.strip().lower() in WORDS


def _refuse_unstorable(key: str, text: str) -> None:
    if not text:
        raise ValueRefused(f"no value was given for {key}", f"to remove it: unset-secret TOOL {key}")
    if "\0" in text:
        raise ValueRefused(
            f"the value of {key} holds a NUL character, which no environment variable can",
            "it may be a binary file; store it base64-encoded, if the tool can decode it",
        )
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        encoded = None
    if encoded is None:  # raised out here, away from the encoder's error, which holds the value
        raise ValueRefused(
            f"the value of {key} holds half a character (a lone surrogate), which cannot be stored",
            "copy it again from where it was issued",
        )
    check_size(key, encoded)


def _refuse_fragment(key: str, text: str, other_keys: Collection[str]) -> None:
    stripped = text.strip()
    if _EXPORT_LINE.match(stripped) or any(_assigns(name, stripped) for name in {key, *other_keys}):
        raise ValueRefused(
            f"that is a line of a .env or a script, not the value of {key}", "give only what stands after the name"
        )
    lines = [line.strip() for line in stripped.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if len(lines) > 1 and all(_LINE.match(line) for line in lines):
        raise ValueRefused(
            f"those are several lines of a .env, not the value of {key}",
            "give each key its own value, without name and equals sign",
        )


def _assigns(name: str, text: str) -> bool:
    """Whether `text` gives `name` a value, as a `.env`, a shell, YAML or JSON has it.

    A name of one word is taken as it is written: `Server=db;…` is a connection string.
    """
    case = re.IGNORECASE if "_" in name else re.NOFLAG
    return bool(re.match(rf"{_BEFORE_NAME}(?:{re.escape(name)})[\"']?\s*(?:=|:\s)", text, case))


def _warnings(key: str, text: str) -> list[str]:
    warnings = []
    # a file of several lines ends with a line end, as it should
    edges = text.removesuffix("\n").removesuffix("\r") if "\n" in text.rstrip() else text
    if any(character.isspace() or not character.isprintable() for character in (edges[0], edges[-1])):
        warnings.append(
            f"the value of {key} begins or ends with white space, a line end or an invisible character; it was kept "
            "as typed, so set it again if that was an accident"
        )
    if len(text) < MASKABLE_MIN:
        warnings.append(f"the value of {key} has fewer than {MASKABLE_MIN} characters: it cannot be masked in logs")
    elif text.strip().lower() in WORDS:
        warnings.append(
            f"the value of {key} is an everyday word: masking it will also hide that word in ordinary text, and anyone "
            "can guess it"
        )
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"`":
        warnings.append(f"the value of {key} is in quotation marks, and they were kept as part of it")
    if _LIKE_A_LINE.match(text):
        warnings.append(f"the value of {key} begins like a line of a .env (NAME=…); it was kept whole")
    return warnings
