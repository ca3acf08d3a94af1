"""A prompt with a value in it is stopped before it is sent, and kept out of the transcript.

Stopped are a value that a tool here has, a random token that the sentence calls a key, what the lint rules call a
credential, and an @ before `tools/x/.env` or a file with a value in it, which the client would attach without asking
any other hook.
"""

from __future__ import annotations

import os

from pixie_secrets.guard import known, mentions
from pixie_secrets.guard.places import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixie_secrets.hook_formats.request import Request
    from pixie_secrets.known_values import KnownValues

SAY = "say: Set the {key} for {tool}. You are then asked for the value where the agent cannot see it"
HAS_VALUE = "not sent: it holds the value of {key} for {tool}. Leave it out, the tool has it; to replace it, {say}"
HAS_CANARY = (
    "not sent: it holds the canary of {key} for {tool}, a made-up value that nobody has who did not look for values; it"
    " is in the audit record now"
)
LOOKS_LIKE = (
    "not sent: it holds what looks like a secret ({what}). Leave it out and {say}; if it is real and was pasted"
    " elsewhere, rotate it"
)
NEAR = 8  # words between what is named and its value
WORDS_MAX = 5000  # of a prompt that are looked at one by one
RANDOM_MIN, RANDOM_MAX = 16, 512  # characters
ALONE = 32  # characters of a token that is the whole prompt
MARKS = "\"'`.,;:!?()[]<>„“”«»"
_JOINING = frozenset(["to", "is", "as", "=", "auf", "ist", "als", "lautet", "with", "mit", "value", "wert"])
_NOUNS = (
    "key", "keys", "token", "secret", "password", "passwd", "passphrase", "credential", "schlüssel", "passwort",
    "kennwort", "zugangsdaten",
)  # fmt: skip
_PUBLIC = frozenset(["public", "öffentliche", "öffentlicher", "öffentlichen"])
_KINDS_OF_KEYS = frozenset(["signing", "ssh", "gpg", "pgp", "minisign", "age", "rsa", "host", "encryption"])
SHORTEST = 8  # of what the lint rules may call a credential
LOOKED_AT = 1 << 20  # bytes of a prompt


class Found:
    """A credential that no tool here has: what it looks like, where in the prompt, and whose it may be."""

    __slots__ = ("end", "key", "start", "tool", "what")

    def __init__(self, what: str, start: int, end: int, key: str = "KEY", tool: str = "TOOL") -> None:
        self.what = what
        self.start = start
        self.end = end
        self.key = key
        self.tool = tool

    def reason(self) -> str:
        """Why the prompt is not sent, and what to say instead."""
        return LOOKS_LIKE.format(what=self.what, say=SAY.format(key=self.key, tool=self.tool))


def reason(request: Request, environment: Mapping[str, str], packages: Callable[[], str] | None) -> str:
    """Why the prompt may not be sent; "" when it may."""
    prompt = request.prompt
    if not prompt:
        return ""
    places = Places(request.working or os.getcwd(), environment)
    values = known.load(places, packages, "a prompt")
    if why := mentions.reason(prompt, places, values) or _known(prompt, values):
        return why
    found = unknown(prompt, places, packages)
    return found.reason() if found is not None else ""


def unknown(prompt: str, places: Places, packages: Callable[[], str] | None) -> Found | None:
    """The first credential in a prompt that no tool here has."""
    return _typed(prompt, places) or _credential(prompt, places, packages)


def _known(prompt: str, values: KnownValues | None) -> str:
    found = values.find(prompt) if values is not None else []
    if not found:
        return ""
    key, tool = found[0].key, found[0].tool
    if tool.endswith(known.CANARY):
        return HAS_CANARY.format(key=key, tool=tool.removesuffix(known.CANARY))
    return HAS_VALUE.format(key=key, tool=tool, say=SAY.format(key=key, tool=tool))


def _typed(prompt: str, places: Places) -> Found | None:
    """A random token where a sentence says that it is a key: `set the API key to …`, `Passwort: …`, or nothing else."""
    words = prompt.split(None, WORDS_MAX)[:WORDS_MAX]
    for place, word in enumerate(words):
        before, token = _split(word)
        if not _is_random(token):
            continue
        ahead = [each.lower().strip(MARKS) for each in [*words[max(0, place - NEAR) : place], before] if each]
        nouns = [noun for at, noun in enumerate(ahead) if _is_called_public(ahead[:at])]
        if any(map(_is_about_a_secret, nouns)):
            continue
        joined = bool(before) or any(each in _JOINING or _is_about_a_secret(each) for each in ahead[-3:])
        alone = len(words) == 1 and len(token) >= ALONE and not before
        if alone or (joined and any(map(_is_about_a_secret, ahead))):
            key, tool = _meant(words[:place], words, places)
            start = prompt.find(token)
            return Found("a key that was typed", start, start + len(token), key, tool)
    return None


def _is_called_public(ahead: list[str]) -> bool:
    """Whether the word behind `ahead` is a public key's: `public key`, `public signing key`."""
    if len(ahead) > 1 and ahead[-1] in _KINDS_OF_KEYS:
        ahead = ahead[:-1]
    return bool(ahead) and ahead[-1] in _PUBLIC


def _meant(before: list[str], words: list[str], places: Places) -> tuple[str, str]:
    """The key and the tool that a prompt speaks of."""
    tools = [os.path.basename(folder) for folder in places.folders()]
    key = next((each for each in before if each.isupper() and "_" in each), "KEY").strip(MARKS)
    return key, next((each for each in tools if each in words), tools[0] if len(tools) == 1 else "TOOL")


def _split(word: str) -> tuple[str, str]:
    """`KEY=token` and `key:token` as their two parts; a word without marks around it."""
    word = word.strip(MARKS)
    for mark in "=:":
        name, found, token = word.partition(mark)
        if found and name.replace("_", "a").replace("-", "a").isalnum() and token:
            return name, token.strip(MARKS)
    return "", word


def _is_random(token: str) -> bool:
    """16 characters or more, upper and lower case and digits, and nothing of a path, an address or words."""
    if not RANDOM_MIN <= len(token) <= RANDOM_MAX or not token.isascii():
        return False
    bare = token.replace("-", "").replace("_", "").replace("+", "").rstrip("=")
    if not bare.isalnum() or bare.isupper() or bare.islower() or token.count("-") + token.count("_") > len(token) // 6:
        return False
    return 2 <= sum(map(str.isdigit, bare)) < len(bare)  # `GetUserById2` is a name


def _is_about_a_secret(word: str) -> bool:
    return word.endswith(_NOUNS)


def _credential(prompt: str, places: Places, packages: Callable[[], str] | None) -> Found | None:
    """What lint would call it. It starts slowly, so words alone are not shown to it."""
    if not any(len(word) >= SHORTEST and not word.isalpha() for word in prompt.split()):
        return None
    if not known.add_packages(packages):
        return None  # `doctor` says so: without its packages the guard knows values, but not what others look like
    from pixie_secrets.lint.file_hits import secret_hits
    from pixie_secrets.lint.hits import SourceFile

    data = prompt.encode("utf-8", "replace")[:LOOKED_AT]
    hits = secret_hits(SourceFile("prompt.md", data))
    if not hits:
        return None
    start, end = (len(data[:offset].decode("utf-8", "replace")) for offset in (hits[0].start, hits[0].end))
    tools = [os.path.basename(folder) for folder in places.folders()]
    return Found(hits[0].detail, start, end, tool=tools[0] if len(tools) == 1 else "TOOL")
