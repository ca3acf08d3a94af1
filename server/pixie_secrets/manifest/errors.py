"""A broken `tool.json` as one clear sentence: where, what, and what to do; never a value from the file.

Somebody may have pasted a credential into the file, and errors are shown, logged and sent to models. So of the file's
content only names of fields are repeated, and a type's name where it looks like one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pixie_secrets.errors import ManifestError
from pixie_secrets.manifest.json_places import JsonProblem, Place, kind, line_and_column, places
from pixie_secrets.manifest.models import INPUT_COMMON, OUTPUT_COMMON, Column, Manifest, Option, ShowIf
from pixie_secrets.manifest.secret import OAuth2, Obtain, Secret
from pixie_secrets.manifest.types import INPUT_TYPES, OUTPUT_TYPES
from pixie_secrets.wording import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from pixie_secrets.frozen import Frozen
    from pixie_secrets.manifest.json_places import Path

_FIELD = re.compile(r"[$A-Za-z_][A-Za-z_-]{0,31}")  # no digits: the format's names have none, credentials do
_TYPE = re.compile(r"[a-z][a-z_-]{0,23}")
_VALUE_NAMES = frozenset({"value", "default", "secret", "token", "password", "api_key", "env", "content", "data"})
_DECLARED = 'a secret is declared as {"key": "OPENAI_API_KEY", "description": "…"}; if a value stood here, rotate it'
_ROTATE = (
    "a value does not belong in tool.json: remove it, set it with `pixie-secrets set-secret`, and rotate it, because "
    "this file is shared and read by agents"
)
_MIGRATE = "run `pixie-secrets migrate-tool-format`, or rename label to description"
_SMALLEST = "the smallest is in docs/manifest.md, and `pixie-secrets new-tool ID` writes one that runs"
_BAD_ID = (
    "must be at most 64 letters, digits, hyphens, underscores and dots",
    "start with a letter or digit and do not end with a dot: it names a folder; such as my-tool",
)
_KINDS = {
    "string_type": "a string", "int_type": "a whole number", "int_from_float": "a whole number",
    "float_type": "a number", "bool_type": "true or false", "tuple_type": "a list", "list_type": "a list",
    "dict_type": "an object", "model_type": "an object",
}  # fmt: skip


def explain(text: str, where: str, refused: ValidationError | None) -> ManifestError:
    """The one error to show for `text`; `refused` is what pydantic said, None when it is not even good JSON."""
    if not text.strip():
        return ManifestError(f"{where}: the file is empty", "a tool.json needs at least id, name, inputs and outputs")
    try:
        document = places(text)
    except JsonProblem as problem:
        line, column = line_and_column(text, problem.offset)
        return ManifestError(f"{where}:{line}:{column}: {problem.message}", problem.hint)
    if refused is None:
        return ManifestError(f"{where}: not JSON that can be read")
    problems = [_Problem(text, document, error) for error in refused.errors(include_url=False, include_input=False)]
    # Of a union's branches the one that got further is the one that was meant.
    passed_through = {problem.path[:length] for problem in problems for length in range(len(problem.path))}
    problems = [problem for problem in problems if problem.path not in passed_through]
    first = min(problems, key=lambda problem: problem.rank)
    path, message, hint = first.worded([problem.kind for problem in problems if problem.path == first.path])
    line, column = line_and_column(text, first.offset)
    missing = _missing_beside(first, problems)
    if len(missing) > 1:
        path = (*path[:-1], ", ".join(missing))
    others = len({problem.path for problem in problems}) - len(missing)
    more = f" (and {others} more problem{'s' if others > 1 else ''} in this file)" if others else ""
    return ManifestError(f"{where}:{line}:{column}: {_spelled(path)}{message}{more}", hint)


def _missing_beside(first: _Problem, problems: list[_Problem]) -> list[str]:
    """The names of all fields that the same object misses, where that is the problem; else the field itself."""
    if first.kind != "missing":
        return [str(first.path[-1])] if first.path else [""]
    same = [problem for problem in problems if (problem.kind, problem.path[:-1]) == ("missing", first.path[:-1])]
    return list(dict.fromkeys(str(problem.path[-1]) for problem in same))


class _Problem:
    """One of pydantic's complaints: where in the text it belongs, and what to say of it."""

    def __init__(self, text: str, document: dict[Path, Place], error: ErrorDetails) -> None:
        self.text = text
        self.document = document
        self.context: dict[str, Any] = error.get("ctx", {})
        self.path = _without_union_branches((*error["loc"], *self.context.get("path", ())), document, error["type"])
        self.kind: str = self.context.get("kind", error["type"])

    @property
    def offset(self) -> int:
        """Where to point: at an unknown field's name, at a bad value, at the object that misses something."""
        place = self.document.get(self.path) or self.document[_nearest_parent(self.path, self.document)]
        if self.kind in ("extra_forbidden", "other_type") and place.key is not None:
            return place.key
        return place.start

    @property
    def rank(self) -> tuple[bool, int]:
        """Misspelt before missing: the misspelt field is why another one is missing."""
        return self.kind == "missing", self.offset

    def worded(self, branches: list[str]) -> tuple[Path, str, str]:
        """The path as far as it may be shown, the message and the hint.

        branches: the kinds of all problems with this value; one for each branch where the format has a union.
        """
        if self.kind == "extra_forbidden":
            return self._unknown_field()
        if self.kind in _KINDS:
            message, hint = self._wrong_kind([_KINDS[branch] for branch in branches if branch in _KINDS])
        elif self.kind == "unknown_type":
            message, hint = self._unknown_type()
        elif self.kind == "other_type":
            message, hint = f"not a field of type {self._value((*self.path[:-1], 'type'))}", self._fields_hint()
        elif self.kind == "missing":
            message, hint = "required, and missing", self._fields_hint() if len(self.path) > 1 else _SMALLEST
        elif self.kind == "literal_error":
            message, hint = "must be one of " + self.context["expected"].replace("'", ""), ""
        elif self.path == ("id",) and self.kind.startswith("string_"):
            message, hint = _BAD_ID
        else:
            message, hint = self.context.get("text", "does not fit the format"), self.context.get("hint", "")
        return self.path, message, hint

    def _unknown_field(self) -> tuple[Path, str, str]:
        name = str(self.path[-1])
        readable = _FIELD.fullmatch(name) is not None
        path = self.path if readable else self.path[:-1]
        if self.path[0] == "secrets" and name == "label":
            return path, "the old name of description", _MIGRATE
        if self.path[0] == "secrets" and (not readable or name.isupper() or name.lower() in _VALUE_NAMES):
            return path, "not a field of a secret", _ROTATE
        if not readable:
            return path, "a field with a name that the format does not have", self._fields_hint()
        return path, "unknown field", self._fields_hint(name)

    def _unknown_type(self) -> tuple[str, str]:
        types = INPUT_TYPES if self.path[0] == "inputs" else OUTPUT_TYPES
        name = self._value(self.path)
        near = nearest(name, types)
        hint = f"did you mean {near}?" if near else f"{str(self.path[0])[:-1]} types: {', '.join(types)}"
        return f'unknown type "{name}"' if _TYPE.fullmatch(name) else "unknown type", hint

    def _wrong_kind(self, wanted: list[str]) -> tuple[str, str]:
        if "a number" in wanted:
            wanted = [sort for sort in wanted if sort != "a whole number"]
        sorts = " or ".join(dict.fromkeys(wanted))
        found = kind(self.text, self.document[self.path])
        worded = "" if found.split()[-1] in sorts else f", not {found}"
        declares = self.path[:1] == ("secrets",) and len(self.path) < 3  # secrets or secrets[0]
        return f"must be {sorts}{worded}", _DECLARED if declares else ""

    def _fields_hint(self, name: str | None = None) -> str:
        fields = sorted(self._fields())
        near = nearest(name, fields) if name else None
        return f"did you mean {near}?" if near else f"fields here: {', '.join(fields)}"

    def _fields(self) -> Iterable[str]:
        """The fields that the object at fault may have."""
        match self.path:
            case ("inputs" | "outputs" as part, int(), _):
                types, common = (INPUT_TYPES, INPUT_COMMON) if part == "inputs" else (OUTPUT_TYPES, OUTPUT_COMMON)
                own = types.get(self._value((*self.path[:2], "type")), ())
                return {*common, *(field.rstrip("!") for field in own)}
            case (_, int(), "options", int(), *_):
                return Option.model_fields
            case (_, int(), "columns", int(), *_):
                return Column.model_fields
            case (_, int(), "show_if", *_):
                return ShowIf.model_fields
        in_secret = self.path[0] == "secrets" and len(self.path) > 2  # secrets[0].key
        parts: dict[str | int, type[Frozen]] = {"obtain": Obtain, "oauth2": OAuth2}
        return _names(parts.get(self.path[2] if len(self.path) > 3 else "", Secret) if in_secret else Manifest)

    def _value(self, path: Path) -> str:
        """The string at `path`, without its quotes; for types, which hold no escapes."""
        place = self.document.get(path)
        return self.text[place.start : place.end].strip('"') if place else ""


def _names(model: type[Frozen]) -> list[str]:
    """The fields of `model` as they are written in the file."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _without_union_branches(location: Path, document: dict[Path, Place], kind_of_error: str) -> Path:
    """Pydantic adds the name of the union's branch to a location; such a step is no step in the file."""
    path: Path = ()
    for index, step in enumerate(location):
        absent = index == len(location) - 1 and kind_of_error not in _KINDS
        if (*path, step) in document or absent:
            path = (*path, step)
    return path


def _nearest_parent(path: Path, document: dict[Path, Place]) -> Path:
    while path not in document:
        path = path[:-1]
    return path


def _spelled(path: Path) -> str:
    """`inputs[2].type: `, or nothing for the document itself."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
    return steps and f"{steps}: "
