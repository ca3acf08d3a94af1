"""What a tool says of itself: `tool.json`, every field of it, and one clear error when it breaks the format.

The format is closed: an unknown field is refused at every level, because a misspelt `required` would otherwise be a
secret that nobody is asked for. What belongs to which type of input and output is a table here, with one model for all
inputs and one for all outputs: a model per type would double the time this program takes to start.

`id` names a folder, a page and an archive, so it is `[A-Za-z0-9][A-Za-z0-9._-]*`, at most 64 characters, without a
final dot, and none of the names that Windows keeps for devices.
"""

from __future__ import annotations

import json
import os
import re
import stat
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from pixie_secrets.errors import KeyRefused, ManifestError
from pixie_secrets.frozen import Frozen
from pixie_secrets.secret_key import case_twins, check_key
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from pathlib import Path

SIZE_MAX = 1024 * 1024

# What each type of input has beyond the common fields; `!` marks a required one.
INPUT_TYPES: dict[str, tuple[str, ...]] = {
    "text": ("placeholder", "max_length"),
    "textarea": ("placeholder", "max_length", "monospace"),
    "number": ("min", "max", "step", "unit"),
    "slider": ("min!", "max!", "step", "range"),
    "select": ("options!", "searchable"),
    "multiselect": ("options!",),
    "radio": ("options!",),
    "checkbox": (),
    "toggle": (),
    "date": ("min", "max"),
    "time": (),
    "datetime": (),
    "date_range": (),
    "file": ("accept", "max_size_mb", "multiple"),
    "image": ("max_size_mb", "multiple"),
    "audio": ("max_size_mb",),
    "colour": (),
    "json": ("schema",),
    "code": ("language",),
    "markdown": (),
    "tags": ("suggestions",),
    "autocomplete": ("endpoint!",),
    "table": ("columns!", "min_rows", "max_rows"),
    "map_point": ("default_center", "default_zoom"),
    "map_bbox": ("default_center", "default_zoom"),
    "map_polygon": ("default_center", "default_zoom"),
    "map_multipoint": ("default_center", "default_zoom"),
    "hidden": (),
}
_AXES = ("x_label", "y_label", "log_x", "log_y")
OUTPUT_TYPES: dict[str, tuple[str, ...]] = {
    "text": (),
    "markdown": (),
    "number": ("format", "precision"),
    "boolean": ("true_label", "false_label"),
    "table": ("columns", "downloadable"),
    "kv": (),
    "chart_line": _AXES,
    "chart_area": _AXES,
    "chart_bar": (),
    "chart_scatter": (),
    "chart_pie": (),
    "chart_histogram": (),
    "chart_boxplot": (),
    "chart_heatmap": (),
    "chart_candlestick": (),
    "chart_radar": (),
    "chart_sankey": (),
    "chart_treemap": (),
    "chart_network": (),
    "map_points": ("default_center", "default_zoom"),
    "map_heatmap": (),
    "map_choropleth": (),
    "map_polygons": (),
    "map_route": (),
    "image": (),
    "image_grid": (),
    "image_compare": (),
    "audio": (),
    "video": (),
    "latex": (),
    "code": ("language",),
    "diff": (),
    "tree": (),
    "timeline": (),
    "gantt": (),
    "progress": (),
    "log": (),
    "stream_text": (),
    "file": (),
}

# Terminals and pages show these texts: no control characters, nor the two that turn the direction of what follows.
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e]")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def _wrong(text: str, hint: str = "", *, path: tuple[str | int, ...] = (), kind: str = "wrong") -> PydanticCustomError:
    """What a check of ours refuses: what to say, and the path from where it is raised to what is at fault."""
    return PydanticCustomError("pixie", "{text}", {"text": text, "hint": hint, "path": path, "kind": kind})


def _showable(text: str) -> str:
    if _UNSHOWABLE.search(text):
        raise _wrong("holds a control character", "write plain text: it is shown in terminals and pages")
    return text


def _one_line(text: str) -> str:
    if not text.strip() or "\n" in text or "\t" in text:
        raise _wrong("must be one line of text")
    return _showable(text)


def _tool_id(text: str) -> str:
    if _DEVICE.fullmatch(text):
        raise _wrong("a name that Windows keeps for a device", "give the tool another id")
    return text


def _secret_key(key: str) -> str:
    try:
        return check_key(key)
    except KeyRefused as refused:
        raise _wrong(refused.message, refused.hint) from None


def _inside(path: str) -> str:
    if not path or "\\" in path or ":" in path or not {"", ".", ".."}.isdisjoint(path.split("/")):
        raise _wrong("must be a path inside the tool's folder", "such as main.py")
    return _one_line(path)


def _whole(number: object) -> object:
    """JSON has one kind of number: 300.0 is the integer 300."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


Text = Annotated[str, AfterValidator(_showable)]
Line = Annotated[str, AfterValidator(_one_line)]
Whole = Annotated[int, BeforeValidator(_whole)]


class _Part(Frozen):
    """Strict: a number is not a string and 1 is not true, as in the JSON Schema of the same format."""

    model_config = ConfigDict(strict=True)


class Secret(_Part):
    """A credential the tool needs. What it is called and for; never its value."""

    key: Annotated[str, AfterValidator(_secret_key)]
    description: Text | None = None
    required: bool = False


class Option(_Part):
    """One choice of a select, multiselect or radio input."""

    value: str | int | float | bool
    label: str


class Column(_Part):
    """One column of a table."""

    key: str
    label: str
    type: str


class ShowIf(_Part):
    """An input shown only while another one has this value."""

    key: str
    equals: Any


class _Typed(_Part):
    """What inputs and outputs have in common: a type that says which of the other fields it has."""

    key: str
    label: str
    type: str
    description: str | None = None

    def _check_own(self, types: dict[str, tuple[str, ...]], common: frozenset[str]) -> None:
        own = types.get(self.type)
        if own is None:
            raise _wrong("unknown type", path=("type",), kind="unknown_type")
        given = {_written(name) for name in self.model_fields_set}
        for name in sorted(given - common):
            if name not in own and f"{name}!" not in own:
                raise _wrong("not a field of this type", path=(name,), kind="other_type")
        for name in own:
            if name.endswith("!") and getattr(self, name[:-1]) is None:
                raise _wrong("required, and missing", path=(name[:-1],), kind="missing")


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
                raise _wrong(f"must be {wanted}", path=(name,))
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


class Manifest(_Part):
    """A whole `tool.json`. Times are in seconds, memory in MiB; `entrypoint` is a path inside the tool's folder."""

    json_schema: str | None = Field(default=None, alias="$schema")
    id: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9_-])?$", max_length=64), AfterValidator(_tool_id)
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
    schema_version: str = "1.0"
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
    entrypoint: Annotated[str, AfterValidator(_inside)] = "main.py"
    package: str | None = None
    workspace_default: str | None = None

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        keys = [secret.key for secret in self.secrets]
        twins = case_twins(tuple(keys))
        if twins:
            second = len(keys) - 1 - keys[::-1].index(twins[1])
            same = "the same secret twice" if twins[0] == twins[1] else f"differs from {twins[0]} only in case"
            raise _wrong(same, "keep one of them", path=("secrets", second, "key"))
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
        ManifestError: the file cannot be read, is a link, not a file, larger than 1 MiB or not UTF-8, or breaks the
            format; names the file, and the line and column where there is one.
    """
    where = shown("/".join(path.parts[-3:]))
    data = _read(path, where)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise ManifestError(f"{where}:{line}:{column}: not UTF-8", "save the file as UTF-8") from None
    return parse_manifest(text, where)


def parse_manifest(text: str, where: str) -> Manifest:
    """The manifest that is written in `text`; `where` is what an error calls the file.

    A byte order mark at the start is passed over: editors on Windows write one.

    Raises:
        ManifestError: not JSON or not the format; says line, column, field and what to do, and never repeats a value.
    """
    text = text.removeprefix("\ufeff")
    try:
        # First for what pydantic lets pass: a key twice in an object, NaN, infinite numbers.
        json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse, parse_float=_finite)
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        refused: ValidationError | None = error
    except (ValueError, RecursionError):
        refused = None
    from pixie_secrets.manifest_errors import explain  # noqa: PLC0415  only a refusal needs it

    raise explain(text, where, refused)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key twice")
    return made


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("out of range")
    return number


def _read(path: Path, where: str) -> bytes:
    """The bytes of a plain file, without following a link or waiting at a FIFO (Windows has neither flag)."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if path.is_symlink():
            raise ManifestError(f"{where}: is a link", "put the file itself in its place")
        descriptor = os.open(path, flags)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise ManifestError(f"{where}: is not a plain file", "put a plain file in its place")
            with open(descriptor, "rb", closefd=False) as file:  # noqa: PTH123  pathlib knows no descriptors
                data = file.read(SIZE_MAX + 1)
        finally:
            os.close(descriptor)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise ManifestError(
            f"{where}: cannot be read: {reason}", "see that the file is there and yours to read"
        ) from None
    if len(data) > SIZE_MAX:
        raise ManifestError(f"{where}: larger than 1 MiB", "a manifest only describes the tool; keep data elsewhere")
    return data
