"""What a tool says of itself: `tool.json`, every field of it, and one clear error when it breaks the format.

The format is closed: an unknown field is refused at every level, because a misspelt `required` would otherwise be a
secret that nobody is asked for. All inputs are one model and all outputs another; which fields belong to which type
is a table in `types`.

`id` names a folder, a page and an archive, so it is `[A-Za-z0-9][A-Za-z0-9._-]*`, at most 64 characters, without a
final dot, and none of the names that Windows keeps for devices.
"""

# No `from __future__ import annotations`: pydantic would evaluate every annotation from its text, at each start.

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, ValidationError, model_validator

from pixie_secrets.manifest.checks import CURRENT_VERSION, current_version, inside, tool_id, wrong
from pixie_secrets.manifest.parts import Line, Part, Text, Whole
from pixie_secrets.manifest.secret import Secret
from pixie_secrets.manifest.text import named, read_text, strict_json
from pixie_secrets.manifest.types import INPUT_TYPES, OUTPUT_TYPES
from pixie_secrets.secret.key import case_twins


class Option(Part):
    """One choice of a select, multiselect or radio input."""

    value: str | int | float | bool
    label: str


class Column(Part):
    """One column of a table."""

    key: str
    label: str
    type: str


class ShowIf(Part):
    """An input shown only while another one has this value."""

    key: str
    equals: Any


class _Typed(Part):
    """What inputs and outputs have in common: a type that says which of the other fields it has."""

    key: str
    label: str
    type: str
    description: str | None = None

    def _check_own(self, types: dict[str, tuple[str, ...]], common: frozenset[str]) -> None:
        own = types.get(self.type)
        if own is None:
            raise wrong("unknown type", path=("type",), kind="unknown_type")
        given = {_written(name) for name in self.model_fields_set}
        for name in sorted(given - common):
            if name not in own and f"{name}!" not in own:
                raise wrong("not a field of this type", path=(name,), kind="other_type")
        for name in own:
            if name.endswith("!") and getattr(self, name[:-1]) is None:
                raise wrong("required, and missing", path=(name[:-1],), kind="missing")


class Input(_Typed):
    """One field of the tool's form. Which fields beyond the common ones it has: `INPUT_TYPES`.

    min, max: numbers, but for a date strings. accept: file endings or media types.
    """

    default: Any = None
    required: bool = True
    group: str | None = None
    show_if: ShowIf | None = None
    placeholder: str | None = None
    max_length: Whole | None = None
    monospace: bool = False
    min: float | str | None = None
    max: float | str | None = None
    step: float | None = None
    unit: str | None = None
    range: bool = False
    options: tuple[Option, ...] | None = None
    searchable: bool = False
    accept: str | tuple[str, ...] | None = None
    max_size_mb: Whole | None = None
    multiple: bool = False
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")
    language: str | None = None
    suggestions: tuple[str, ...] = ()
    endpoint: str | None = None
    columns: tuple[Column, ...] | None = None
    min_rows: Whole | None = None
    max_rows: Whole | None = None
    default_center: tuple[float, ...] | None = None
    default_zoom: Whole | None = None

    @model_validator(mode="after")
    def _own_fields(self) -> Self:
        self._check_own(INPUT_TYPES, INPUT_COMMON)
        for name, bound in (("min", self.min), ("max", self.max)):
            if bound is not None and isinstance(bound, str) != (self.type == "date"):
                wanted = "a string such as 2026-01-31" if self.type == "date" else "a number"
                raise wrong(f"must be {wanted}", path=(name,))
        return self


class Output(_Typed):
    """One result of the tool. Which fields beyond the common ones it has: `OUTPUT_TYPES`."""

    caption: str | None = None
    unit: str | None = None
    streaming: bool = False
    layout: Literal["panel", "tab", "inline"] = "panel"
    default_export_format: str | None = None
    supported_export_formats: tuple[str, ...] | None = None
    format: Literal["currency", "percent", "scientific", "decimal"] = "decimal"
    precision: Whole | None = None
    true_label: str | None = None
    false_label: str | None = None
    columns: tuple[Column, ...] | None = None
    downloadable: bool = False
    x_label: str | None = None
    y_label: str | None = None
    log_x: bool = False
    log_y: bool = False
    default_center: tuple[float, ...] | None = None
    default_zoom: Whole | None = None
    language: str | None = None

    @model_validator(mode="after")
    def _own_fields(self) -> Self:
        self._check_own(OUTPUT_TYPES, OUTPUT_COMMON)
        return self


class Manifest(Part):
    """A whole `tool.json`. Times are in seconds, memory in MiB; `entrypoint` is a path inside the tool's folder."""

    model_config = ConfigDict(defer_build=False)

    json_schema: str | None = Field(default=None, alias="$schema")
    id: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$", max_length=64), AfterValidator(tool_id)
    ]
    name: Line
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    description: Text | None = None
    version: str | None = None
    category: str | None = None
    icon: str | None = None
    layout: Literal["form", "chat", "split"] = "form"
    warm_keep_seconds: Whole = 300
    max_memory_mb: Whole = 512
    max_runtime_seconds: Whole = 60
    secrets: tuple[Secret, ...] = ()
    schema_version: Annotated[str, AfterValidator(current_version)] = CURRENT_VERSION
    concurrent: bool = True
    validator_timeout_override: Whole | None = None
    requires_data_persistence: bool = False
    input_transport: Literal["json", "multipart"] = "json"
    provides_file_endpoint: bool = False
    provides_autocomplete: bool = False
    retain_runs: Whole = 100
    tags: tuple[str, ...] = ()
    archived: bool = False
    pinned_warm: bool = False
    entrypoint: Annotated[str, AfterValidator(inside)] = "main.py"
    package: str | None = None
    workspace_default: str | None = None

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        keys = [secret.key for secret in self.secrets]
        twins = case_twins(tuple(keys))
        if twins:
            second = len(keys) - 1 - keys[::-1].index(twins[1])
            same = "the same secret twice" if twins[0] == twins[1] else f"differs from {twins[0]} only in case"
            raise wrong(same, "keep one of them", path=("secrets", second, "key"))
        typed = [secret.key for secret in self.secrets if secret.oauth2 is None]
        for number, secret in enumerate(self.secrets):
            if secret.oauth2 and secret.oauth2.client_secret and secret.oauth2.client_secret not in typed:
                place = ("secrets", number, "oauth2", "client_secret")
                raise wrong("not the key of a secret that is declared here", "declare it beside this one", path=place)
        return self


def _written(name: str) -> str:
    return "schema" if name == "schema_" else name


def _common(model: type[_Typed], types: dict[str, tuple[str, ...]]) -> frozenset[str]:
    own = {name.rstrip("!") for fields in types.values() for name in fields}
    return frozenset(_written(name) for name in model.model_fields) - own


INPUT_COMMON = _common(Input, INPUT_TYPES)
OUTPUT_COMMON = _common(Output, OUTPUT_TYPES)


def read_manifest(path: Path) -> Manifest:
    """The manifest in the file `path`, a `tools/<folder>/tool.json`.

    Raises:
        ManifestError: as `read_text`, or it breaks the format; names the line and column where there is one.
    """
    where = named(path)
    return parse_manifest(read_text(path, where), where)


def parse_manifest(text: str, where: str) -> Manifest:
    """The manifest that is written in `text`; `where` is what an error calls the file.

    A byte order mark at the start is passed over: editors on Windows write one.

    Raises:
        ManifestError: not JSON or not the format; says line, column, field and what to do, and never repeats a value.
    """
    text = text.removeprefix("\ufeff")
    try:
        strict_json(text)  # first, for what pydantic lets pass
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        refused: ValidationError | None = error
    except (ValueError, RecursionError):
        refused = None
    raise import_module("pixie_secrets.manifest.errors").explain(text, where, refused)
