"""What `hooks/register.js` asks from inside Claude Code: one question a process, one JSON document each way.

    prompt    {text}                   {}; {text, context}: go on with that; {hold, otherwise}: ask the person; {drop}
    store     {text, choice}           {}: the credential is a known value now; {drop}
    output    {result, text, isError}  {}; {result, context}: that instead; {deny}: an error with that text
    texts     {texts}                  {}; {texts}: the same, masked
    mention   {path}                   {}; {deny}
    started   {version}                {}: it is noted, for doctor, that the module is on

A known value in a prompt becomes its reference, `${{ secrets.TOOL.KEY }}`, which `exec` resolves; no other place of a
conversation tells whose value stood there. Where a question cannot be answered the process fails, and the module in
the client withholds what it asked about: nothing here is a default that lets something through.
"""

from __future__ import annotations

import os

from pixie_secrets.guard import known, mentions, prompt, record, storing, write_back
from pixie_secrets.guard.mask_output import TOLD, in_its_shape
from pixie_secrets.guard.places import Places
from pixie_secrets.hook_formats.request import text_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pixie_secrets.known_values import KnownValues

    Packages = Callable[[], str] | None

REFERENCE = "${{{{ secrets.{tool}.{key} }}}}"
ABOUT_REFERENCES = (
    "${{ secrets.TOOL.KEY }} in the person's words stands for a secret value that the tool of that name has; the person"
    " typed the value and it was kept out of this conversation. Use the tool with run-tool, or a command with"
    " pixie-secrets exec, which puts the value in the reference's place. Do not ask for the value."
)
WRAPPER = "<tool_use_error>", "</tool_use_error>"  # of some errors; the client puts it around a denial again
WITHOUT_AT = (
    "The @ before a file with a secret value in it was taken out, so that it is not attached; Read shows it masked."
)


def answer(question: dict[str, Any], environment: Mapping[str, str], packages: Packages) -> dict[str, Any]:
    """The document for the module; {}: nothing to change.

    Raises:
        ValueError: it is no question.
    """
    asked = text_at(question, "ask")
    if asked == "started":
        record.module_is_on(text_at(question, "version"), environment)
        return {}
    places = Places(text_at(question, "cwd") or os.getcwd(), environment)
    if asked == "prompt":
        return _prompt(text_at(question, "text"), places, packages)
    if asked == "store":
        return storing.store(text_at(question, "text"), text_at(question, "choice"), places, packages)
    if asked == "output":
        return _output(question, places, packages)
    if asked == "texts":
        values = known.load(places, packages, "what an agent shows")
        texts = question["texts"]
        safe = in_its_shape(texts, values.mask) if values is not None else texts
        return {} if safe == texts else {"texts": safe}
    if asked == "mention":
        why = mentions.holds(text_at(question, "path"), places, known.load(places, packages))
        return {"deny": why} if why else {}
    raise ValueError("no question that is known here")


def _prompt(text: str, places: Places, packages: Packages) -> dict[str, Any]:
    values = known.load(places, packages, "a prompt")
    told = []
    safe = _without_mentions(text, places, values)
    if safe != text:
        told.append(WITHOUT_AT)
    if values is not None and (referred := with_references(safe, values)) != safe:
        safe = referred
        told.append(ABOUT_REFERENCES)
    found = prompt.unknown(safe, places, packages)
    if found is not None:
        return storing.hold(found, text, places)
    return {} if safe == text else {"text": safe, "context": told}


def with_references(text: str, values: KnownValues) -> str:
    """`text` with a reference where a known value stood; of several keys with the same value, to the first.

    Where a canary stood, nothing can refer to it: it is nobody's.
    """
    pieces, done = [], 0
    for start, end, key, tool in sorted(values.find(text)):
        if start >= done:
            is_canary = tool.endswith(known.CANARY)
            pieces += [text[done:start], "***" if is_canary else REFERENCE.format(tool=tool, key=key)]
            done = end
    return "".join([*pieces, text[done:]])


def _without_mentions(text: str, places: Places, values: KnownValues | None) -> str:
    for place, _ in reversed(list(mentions.attaching(text, places, values))):
        text = text[:place] + text[place + 1 :]
    return text


def _output(question: dict[str, Any], places: Places, packages: Packages) -> dict[str, Any]:
    values = known.load(places, packages, "the output of a tool")
    if values is None:
        return {}
    result, text = question.get("result"), text_at(question, "text")
    safe_text = values.mask(text)
    hint = _hint(question, places, packages)
    if question.get("isError") is True:
        if safe_text == text and not hint and in_its_shape(result, values.mask) == result:
            return {}
        return {"deny": safe_text.removeprefix(WRAPPER[0]).removesuffix(WRAPPER[1]) + hint}
    safe = in_its_shape(result, values.mask)
    if safe != result:
        context = in_its_shape(question.get("context"), values.mask)
        return {"result": safe, "context": [*(context if isinstance(context, list) else []), TOLD]}
    if safe_text != text:  # the tool's words say more than its record
        return {"deny": safe_text}
    return {}


def _hint(question: dict[str, Any], places: Places, packages: Packages) -> str:
    """For an Edit that was refused by the client itself, since its `old_string` has *** where the file has a value."""
    given = question.get("input")
    if not isinstance(given, dict) or write_back.REASON in text_at(question, "text"):
        return ""
    path = text_at(given, "file_path")
    return f"\n{write_back.REASON}" if path and write_back.overwrites(given, [path], places, packages) else ""
