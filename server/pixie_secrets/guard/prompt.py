"""A prompt with a value in it is stopped before it is sent, and kept out of the transcript.

Stopped are a value that a tool here has, a random token that the sentence calls a key,
what the lint rules call a credential, and `@tools/x/.env`, which the client
would attach without asking any other hook.
"""

from __future__ import annotations

import os

from pixie_secrets.guard import known
from pixie_secrets.guard.budget import TooLarge
from pixie_secrets.guard.places import Places, from_home

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pixie_secrets.hook_formats.request import Request

SAY = "say: Set the {key} for {tool}. You are then asked for the value where the agent cannot see it"
ATTACHED = "not sent: @ would attach a tool's .env with its values. Leave it out; list-secrets says which keys are set"
TOO_MANY = "not sent: too many files are named with @ to see whether one of them is a tool's .env. Name fewer at once"
HAS_VALUE = "not sent: it holds the value of {key} for {tool}. Leave it out, the tool has it; to replace it, {say}"
LOOKS_LIKE = (
    "not sent: it holds what looks like a secret ({what}). Leave it out and {say}; if it is real and was pasted"
    " elsewhere, rotate it"
)
NEAR = 8  # words between what is named and its value
WORDS_MAX = 5000  # of a prompt that are looked at one by one
RANDOM_MIN, RANDOM_MAX = 16, 512  # characters
ALONE = 32  # characters of a token that is the whole prompt
_MARKS = "\"'`.,;:!?()[]<>„“”«»"
_JOINING = frozenset(["to", "is", "as", "=", "auf", "ist", "als", "lautet", "with", "mit", "value", "wert"])
_NOUNS = (
    "key", "keys", "token", "secret", "password", "passwd", "passphrase", "credential", "schlüssel", "passwort",
    "kennwort", "zugangsdaten",
)  # fmt: skip
SHORTEST = 8  # of what the lint rules may call a credential
LOOKED_AT = 1 << 20  # bytes of a prompt


def reason(request: Request, environment: Mapping[str, str], packages: Callable[[], str] | None) -> str:
    """Why the prompt may not be sent; "" when it may."""
    prompt = request.prompt
    places = Places(request.working or os.getcwd(), environment)
    return (
        _attached(prompt, places)
        or _known(prompt, places, packages)
        or _typed(prompt, places)
        or _credential(prompt, places, packages)
        if prompt
        else ""
    )


def _attached(prompt: str, places: Places) -> str:
    names: dict[str, None] = {}
    for piece in prompt.split("@")[1:]:
        path = piece[1:].split('"', 1)[0] if piece.startswith('"') else (piece.split(None, 1) or [""])[0]
        for name in (path, path.split("#", 1)[0], path.rstrip(".,;:!?)'\"")):
            if ".env" in name.lower():
                names[name] = None
    try:
        return ATTACHED if any(places.is_env(from_home(name)) for name in names) else ""
    except TooLarge:
        return TOO_MANY


def _known(prompt: str, places: Places, packages: Callable[[], str] | None) -> str:
    values = known.load(places, packages)
    found = values.find(prompt) if values is not None else []
    if not found:
        return ""
    key, tool = found[0].key, found[0].tool
    return HAS_VALUE.format(key=key, tool=tool, say=SAY.format(key=key, tool=tool))


def _typed(prompt: str, places: Places) -> str:
    """A random token where a sentence says that it is a key: `set the API key to …`, `Passwort: …`, or nothing else."""
    words = prompt.split(None, WORDS_MAX)[:WORDS_MAX]
    for place, word in enumerate(words):
        before, token = _split(word)
        if not _is_random(token):
            continue
        ahead = [each.lower().strip(_MARKS) for each in [*words[max(0, place - NEAR) : place], before] if each]
        joined = bool(before) or any(each in _JOINING or _is_about_a_secret(each) for each in ahead[-3:])
        alone = len(words) == 1 and len(token) >= ALONE and not before
        if alone or (joined and any(map(_is_about_a_secret, ahead))):
            tools = [os.path.basename(folder) for folder in places.folders()]
            key = next((each for each in words[:place] if each.isupper() and "_" in each), "KEY").strip(_MARKS)
            tool = next((each for each in tools if each in words), tools[0] if len(tools) == 1 else "TOOL")
            return LOOKS_LIKE.format(what="a key that was typed", say=SAY.format(key=key, tool=tool))
    return ""


def _split(word: str) -> tuple[str, str]:
    """`KEY=token` and `key:token` as their two parts; a word without marks around it."""
    word = word.strip(_MARKS)
    for mark in "=:":
        name, found, token = word.partition(mark)
        if found and name.replace("_", "a").replace("-", "a").isalnum() and token:
            return name, token.strip(_MARKS)
    return "", word


def _is_random(token: str) -> bool:
    """16 characters or more, upper and lower case and digits, and nothing of a path, an address or words."""
    if not RANDOM_MIN <= len(token) <= RANDOM_MAX or not token.isascii():
        return False
    bare = token.replace("-", "").replace("_", "").replace("+", "").rstrip("=")
    if not bare.isalnum() or bare.isupper() or bare.islower() or token.count("-") + token.count("_") > len(token) // 6:
        return False
    return 2 <= sum(map(str.isdigit, bare)) < len(bare)


def _is_about_a_secret(word: str) -> bool:
    return word.endswith(_NOUNS)


def _credential(prompt: str, places: Places, packages: Callable[[], str] | None) -> str:
    """What lint would call it. It starts slowly, so words alone are not shown to it."""
    if not any(len(word) >= SHORTEST and not word.isalpha() for word in prompt.split()):
        return ""
    if not known.add_packages(packages):
        return ""  # `doctor` says so: without its packages the guard knows values, but not what others look like
    from pixie_secrets.lint.file_hits import secret_hits
    from pixie_secrets.lint.hits import SourceFile

    hits = secret_hits(SourceFile("prompt.md", prompt[:LOOKED_AT].encode("utf-8", "replace")))
    if not hits:
        return ""
    tools = [os.path.basename(folder) for folder in places.folders()]
    say = SAY.format(key="KEY", tool=tools[0] if len(tools) == 1 else "TOOL")
    return LOOKS_LIKE.format(what=hits[0].detail, say=say)
