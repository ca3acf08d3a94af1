"""`tool_secrets.py`: a tool's secrets as one frozen class with typed attributes, generated from its manifest.
`app_secrets.py` is the same for an app in Python, from its templates.

The module needs nothing but Python 3.11, says everything that is missing at once and by name, and shows no value: not
in its `repr`, not in its errors. The same manifest always gives the same text, so a check for drift is a comparison.
"""

from __future__ import annotations

import keyword
import textwrap
from typing import TYPE_CHECKING

from pixie_secrets.generated.drift import drift_of
from pixie_secrets.secret.type import TYPES
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pixie_secrets.generated.drift import Described, Drift
    from pixie_secrets.manifest.essentials import DeclaredSecret, Essentials

NAME = "tool_secrets.py"
NAME_IN_APP = "app_secrets.py"
WIDTH = 100
_TAKEN = ("int", "str")  # the class would hide the types of its own attributes
_FIRST_LINE = '"""The secrets of '


def path(tool: Described) -> Path:
    return tool.folder / NAME


def is_generated(text: str) -> bool:
    """Whether a file of that name is ours to write again."""
    return text.startswith(_FIRST_LINE) and "pixie-secrets codegen" in text.partition("\n\n")[0]


def drift(tool: Described) -> Drift | None:
    """How the tool's `tool_secrets.py` has come apart from its manifest; None when it has not, or there is none."""
    return drift_of(tool, NAME, source(tool.essentials), is_ours=is_generated)


def source(manifest: Essentials, name: str = NAME) -> str:
    """The whole module. name: of its file."""
    return "\n".join([*_head(manifest, name), *_class(manifest), *_load(manifest), *_fits(manifest)]) + "\n"


def attributes(manifest: Essentials) -> dict[str, str]:
    """By key, what the class calls a secret: the key in lower case, with `_` after what Python keeps for itself."""
    names: dict[str, str] = {}
    for secret in manifest.secrets:
        name = secret.key.lower()
        while keyword.iskeyword(name) or name in _TAKEN or name in names.values():
            name += "_"
        names[secret.key] = name
    return names


def _head(manifest: Essentials, name: str) -> list[str]:
    kinds = [TYPES[secret.type] for secret in manifest.secrets]
    checked = any(kind.may_fail for kind in kinds)
    converted = {kind.convert for kind in kinds}
    return [
        f"{_FIRST_LINE}{manifest.id}, typed. Written by `pixie-secrets codegen {manifest.id}`: do not edit.",
        "",
        f"`from {name.removesuffix('.py')} import load`, then `secrets = load()`: it reads the environment, so call",
        "`load_dotenv()` first where the values are in `.env`.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        *(["import json"] if "json.loads" in converted else []),
        "import os",
        "from dataclasses import dataclass",
        *(["from pathlib import Path"] if "Path" in converted else []),
        f"from typing import TYPE_CHECKING{', Any' if 'json.loads' in converted else ''}",
        "",
        "if TYPE_CHECKING:",
        f"    from collections.abc import {'Callable, ' if checked else ''}Mapping",
        "",
    ]


def _class(manifest: Essentials) -> list[str]:
    lines = ["", "@dataclass(frozen=True, slots=True, repr=False)", "class Secrets:"]
    lines += [
        '    """Each secret by the name of its key in lower case; one that is optional and not set is None."""',
        "",
    ]
    names = attributes(manifest)
    for secret in manifest.secrets:
        annotation = TYPES[secret.type].annotation
        optional = "" if secret.required or annotation == "Any" else " | None"
        lines += [*_comment(secret), f"    {names[secret.key]}: {annotation}{optional}"]
    shown_fields = [
        f'            "{names[secret.key]}=" + ("***" if self.{names[secret.key]} is not None else "None"),'
        for secret in manifest.secrets
    ]
    lines += ["" if manifest.secrets else "    # none is declared", "    def __repr__(self) -> str:"]
    if shown_fields:
        lines += ["        shown = (", *shown_fields, "        )"]
        return [*lines, "        return f\"Secrets({', '.join(shown)})\"", ""]
    return [*lines, '        return "Secrets()"', ""]


def _comment(secret: DeclaredSecret) -> Iterator[str]:
    description = " ".join((secret.description or "").split())
    yield from textwrap.wrap(
        shown(description), WIDTH, initial_indent="    #: ", subsequent_indent="    #: ", break_on_hyphens=False
    )


def _load(manifest: Essentials) -> list[str]:
    required = [secret.key for secret in manifest.secrets if secret.required]
    lines = [
        "",
        "def load(environment: Mapping[str, str] = os.environ) -> Secrets:",
        '    """The secrets that `environment` holds; an empty value is none.',
        "",
        "    Raises:",
        "        RuntimeError: names every secret that is missing or not what it should be; never a value.",
        '    """',
    ]
    if not manifest.secrets:
        return [*lines, "    return Secrets()"]
    lines.append("    problems: list[str] = []")
    if required:
        lines += ["    for key in (", *(f'        "{key}",' for key in required), "    ):"]
        lines += ["        if not environment.get(key):", '            problems.append(f"{key} is not set")']
    for secret in manifest.secrets:
        kind = TYPES[secret.type]
        if kind.may_fail:
            lines.append(f'    if not _fits({kind.convert}, environment.get("{secret.key}")):')
            lines.append(f'        problems.append("{secret.key} is not {kind.about}")')
    names = attributes(manifest)
    lines += [
        "    if problems:",
        f'        raise RuntimeError("; ".join(problems) + " - set them: pixie-secrets set-secret {manifest.id}")',
        "    return Secrets(",
        *(f"        {names[secret.key]}={_expression(secret)}," for secret in manifest.secrets),
        "    )",
    ]
    return lines


def _expression(secret: DeclaredSecret) -> str:
    convert = TYPES[secret.type].convert
    if secret.required:
        text = f'environment["{secret.key}"]'
        return f"{convert}({text})" if convert else text
    if convert:
        return f'{convert}(environment["{secret.key}"]) if environment.get("{secret.key}") else None'
    return f'environment.get("{secret.key}") or None'


def _fits(manifest: Essentials) -> list[str]:
    if not any(TYPES[secret.type].may_fail for secret in manifest.secrets):
        return []
    return [
        "",
        "",
        "def _fits(convert: Callable[[str], object], text: str | None) -> bool:",
        '    """Whether `text` can be converted; a missing one is another matter."""',
        "    try:",
        "        if text:",
        "            convert(text)",
        "    except (ValueError, RecursionError):",
        "        return False",
        "    return True",
    ]
