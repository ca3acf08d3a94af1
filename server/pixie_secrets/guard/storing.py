"""A credential that a person typed into a prompt and no tool here has: stored where they say, and never sent.

The person picks from a few offers, in the client's own dialog. What they pick comes back as the words of the offer, and
the credential is looked for anew in the prompt: nothing is remembered in between. It is stored by `set-secret`, which
takes it from a pipe and judges it as any other; or by the person, on the page.
"""

from __future__ import annotations

import os
import sys

from pixie_secrets.guard import known, prompt
from pixie_secrets.guard.places import holds_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from pixie_secrets.guard.places import Places

BOOTSTRAP = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(__file__))), "bootstrap.py")
STORE = "Store it as {key} of {tool}"
REPLACE = "Replace {key} of {tool} by it"
PAGE = "Choose on the page"
LEAVE = "Do not send it"
QUESTION = "This prompt holds what looks like a secret ({what}). It was not sent. Store it, and go on without it?"
NOT_SENT = "not sent"
OFFERS_MAX = 2
PAGE_SECONDS = 540  # less than the client gives a program
LOOK_EVERY = 0.3  # seconds between two looks at the files while the page is open
STORE_SECONDS = 60


def hold(found: prompt.Found, text: str, places: Places) -> dict[str, Any]:
    """The question for the person, and what to say where nobody can be asked."""
    if not _can_be_stored(found, text):
        return {"drop": found.reason()}
    offers = [offer for offer, _, _ in _offers(found, text, places)[:OFFERS_MAX]]
    pages = [PAGE] if places.folders() else []
    if not offers and not pages:
        return {"drop": found.reason()}
    return {
        "hold": {"question": QUESTION.format(what=found.what), "options": [*offers, *pages, LEAVE]},
        "otherwise": found.reason(),
    }


def store(text: str, choice: str, places: Places, packages: Callable[[], str] | None) -> dict[str, Any]:
    """Do what the person picked about the first credential in `text`; {} once it is a known value."""
    found = prompt.unknown(text, places, packages)
    if found is None:
        return {}
    if choice == PAGE:
        return _by_page(text[found.start : found.end], _meant(text, places), places, packages)
    for offer, folder, key in _offers(found, text, places):
        if choice == offer:
            return _by_command(folder, key, _secret(found, text), places)
    return {"drop": f"{NOT_SENT}, and nothing was stored"}


def _can_be_stored(found: prompt.Found, text: str) -> bool:
    return 0 <= found.start < found.end <= len(text)


def _secret(found: prompt.Found, text: str) -> str:
    """A private key to the end of its last line, which the rule that finds one leaves out."""
    end = found.end
    if text.startswith("-----BEGIN", found.start) and (last := text.find("-----END", found.start)) >= 0:
        closing = text.find("-----", last + len("-----END"))
        end = closing + 5 if closing >= 0 else end
    return text[found.start : end].rstrip("\n")


def _offers(found: prompt.Found, text: str, places: Places) -> list[tuple[str, str, str]]:
    """What is offered, its tool's folder and its key; the likeliest first: named in the prompt, then not set yet."""
    words = {word.strip(prompt.MARKS) for word in f"{text[: found.start]} {text[found.end :]}".split()}
    rated = []
    for folder in places.folders():
        tool = os.path.basename(folder)
        lines = _text(os.path.join(folder, ".env")).splitlines()
        for key in _declared(folder):
            is_set = any(line.startswith(f"{key}=") for line in lines)
            offer = (REPLACE if is_set else STORE).format(key=key, tool=tool)
            rated.append((-4 * (key in words) - 2 * (tool in words) + is_set, offer, folder, key))
    return [(offer, folder, key) for _, offer, folder, key in sorted(rated)]


def _declared(folder: str) -> list[str]:
    import json

    try:
        document = json.loads(_text(os.path.join(folder, "tool.json")))
        return [str(secret["key"]) for secret in document.get("secrets", []) if "key" in secret]
    except (ValueError, TypeError, AttributeError):
        return []


def _text(path: str) -> str:
    from pixie_secrets.files import read_plain

    try:
        return read_plain(path, known.BYTES_MAX, follow=True).decode("utf-8", "replace")
    except OSError:
        return ""


def _by_command(folder: str, key: str, value: str, places: Places) -> dict[str, Any]:
    import subprocess

    done = subprocess.run(
        _command(folder, "set-secret", os.path.basename(folder), key, "--stdin"),
        input=value.encode("utf-8", "surrogatepass") + b"\n",
        capture_output=True,
        timeout=STORE_SECONDS,
        cwd=places.working,
        check=False,
    )
    if done.returncode == 0:
        return {}
    said = " ".join(done.stderr.decode("utf-8", "replace").replace(value, "***").split())
    return {"drop": f"{NOT_SENT}, and not stored: {said}"}


def _meant(text: str, places: Places) -> list[str]:
    """The folder of the one tool whose page is opened; of several, the page of all."""
    folders = places.folders()
    named = [folder for folder in folders if os.path.basename(folder) in text.split()]
    return next((found for found in (named, folders) if len(found) == 1), folders)


def _by_page(value: str, folders: list[str], places: Places, packages: Callable[[], str] | None) -> dict[str, Any]:
    """Keep the page open until something was saved on it."""
    import subprocess
    import time

    before = _state(places)
    tool = [os.path.basename(folder) for folder in folders] if len(folders) == 1 else []
    page = subprocess.Popen(
        _command(folders[0], "settings", *tool),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=places.working,
    )
    try:
        end = time.monotonic() + PAGE_SECONDS
        while page.poll() is None and _state(places) == before and time.monotonic() < end:
            time.sleep(LOOK_EVERY)
    finally:
        page.terminate()
        _, errors = page.communicate()
    values = known.load(places, packages)
    if values is not None and any((span.start, span.end) == (0, len(value)) for span in values.find(value)):
        return {}
    why = " ".join(errors.decode("utf-8", "replace").replace(value, "***").split()) if page.returncode > 0 else ""
    return {"drop": f"{NOT_SENT}: {why or 'what was saved on the page is not what the prompt holds'}"}


def _state(places: Places) -> list[tuple[str, int, int]]:
    """Of every file of values: its name, number and time. A write replaces the file, so its number changes."""
    found = []
    for folder in places.folders():
        try:
            names = sorted(filter(holds_values, os.listdir(folder)))
            stats = [(os.path.join(folder, name), os.lstat(os.path.join(folder, name))) for name in names]
        except OSError:
            continue
        found += [(path, each.st_ino, each.st_mtime_ns) for path, each in stats]
    return found


def _command(folder: str, *arguments: str) -> list[str]:
    """Of this program, for the project that has a tool in `folder`."""
    root = os.path.dirname(os.path.dirname(folder))
    return [sys.executable, "-IS", BOOTSTRAP, "--project", root, *arguments]
