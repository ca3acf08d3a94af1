"""Checks what a run is asked with against what the tool says it takes, before anything is started.

A refusal names the input and what it takes, never what was given: an agent that passes a value passes it anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixie_secrets.errors import PixieError
from pixie_secrets.wording import one_of, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.layouts.project import Project, Tool
    from pixie_secrets.manifest.models import Input

FILES = frozenset({"file", "image", "audio"})
_ELSEWHERE = re.compile(r"(?:data|https?):", re.IGNORECASE)
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")


class InputsRefused(PixieError):
    """Inputs that the tool does not take, or that it lacks."""


def checked(project: Project, tool: Tool, given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` with defaults filled in, and with paths of files made absolute; in the manifest's order.

    A relative path is taken from the project, because the tool's own working directory is its folder.

    Raises:
        InputsRefused: an unknown, missing or ill-typed input; all of them are named.
    """
    declared = {each.key: each for each in tool.manifest.inputs}
    if any(key not in declared for key in given):
        asked = next(key for key in given if key not in declared)
        raise InputsRefused(f"{tool.id} has no such input", one_of(asked, declared, "inputs"))
    result: dict[str, Any] = {}
    problems: list[str] = []
    for key, each in declared.items():
        value = given.get(key, each.default)
        if value is None:
            if each.required and _is_shown(each, {**_defaults(declared), **given}):
                problems.append(f"{shown(key)} is missing ({shown(each.label)})")
            elif key in given:
                result[key] = None
            continue
        if key in given and (problem := _problem(each, value)):
            problems.append(f"{shown(key)} must be {problem}")
        result[key] = _placed(project, value) if each.type in FILES else value
    if problems:
        raise InputsRefused("; ".join(problems), f"the inputs of {tool.id} are declared in its tool.json")
    return result


def _defaults(declared: Mapping[str, Input]) -> dict[str, Any]:
    return {key: each.default for key, each in declared.items()}


def _is_shown(each: Input, values: Mapping[str, Any]) -> bool:
    return each.show_if is None or values.get(each.show_if.key) == each.show_if.equals


def _problem(each: Input, value: Any) -> str | None:
    """What `value` would have to be; None when it is that, or the type leaves it open."""
    check = _CHECKS.get(each.type)
    return check(each, value) if check else None


def _text(each: Input, value: Any) -> str | None:
    if not isinstance(value, str):
        return "text"
    return f"at most {each.max_length} characters" if each.max_length and len(value) > each.max_length else None


def _number(each: Input, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "a number"
    if isinstance(each.min, (int, float)) and value < each.min:
        return f"at least {each.min:g}"
    if isinstance(each.max, (int, float)) and value > each.max:
        return f"at most {each.max:g}"
    return None


def _slider(each: Input, value: Any) -> str | None:
    if not each.range:
        return _number(each, value)
    if not isinstance(value, list) or len(value) != 2:  # from, to
        return "a list of two numbers"
    return _number(each, value[0]) or _number(each, value[1])


def _choice(each: Input, value: Any) -> str | None:
    options = [option.value for option in each.options or ()]
    if any(option == value and isinstance(option, bool) == isinstance(value, bool) for option in options):
        return None
    return f"one of {', '.join(shown(str(option)) for option in options[:30])}"


def _choices(each: Input, value: Any) -> str | None:
    if not isinstance(value, list):
        return "a list"
    return next((f"a list, each {problem}" for item in value if (problem := _choice(each, item))), None)


def _yes_no(_: Input, value: Any) -> str | None:
    return None if isinstance(value, bool) else "true or false"


def _moment(parse: Callable[[str], Any], example: str) -> Callable[[Input, Any], str | None]:
    def check(each: Input, value: Any) -> str | None:
        try:
            parse(value)
        except (TypeError, ValueError):
            return f"text such as {example}"
        if isinstance(each.min, str) and value < each.min:
            return f"{each.min} or later"
        return f"{each.max} or earlier" if isinstance(each.max, str) and value > each.max else None

    return check


def _span(_: Input, value: Any) -> str | None:
    ends = list(value.values()) if isinstance(value, Mapping) else value
    try:
        first, last = ends
        in_order = date.fromisoformat(first) <= date.fromisoformat(last)
    except (TypeError, ValueError):
        in_order = False
    return None if in_order else "two dates such as 2026-01-31, the earlier first"


def _file(each: Input, value: Any) -> str | None:
    if each.multiple and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return None
    return None if isinstance(value, str) else "the path of a file, or a data: URL"


def _tags(_: Input, value: Any) -> str | None:
    return None if isinstance(value, list) and all(isinstance(tag, str) for tag in value) else "a list of texts"


def _table(each: Input, value: Any) -> str | None:
    rows = value.get("rows") if isinstance(value, Mapping) else value
    if not isinstance(rows, list):
        return "a list of rows"
    if each.min_rows and len(rows) < each.min_rows:
        return f"at least {each.min_rows} rows"
    return f"at most {each.max_rows} rows" if each.max_rows is not None and len(rows) > each.max_rows else None


def _color(_: Input, value: Any) -> str | None:
    return None if isinstance(value, str) and _COLOR.fullmatch(value) else "a color such as #2f855a"


_CHECKS: dict[str, Callable[[Input, Any], str | None]] = {
    **dict.fromkeys(("text", "textarea", "code", "markdown", "autocomplete"), _text),
    "number": _number,
    "slider": _slider,
    **dict.fromkeys(("select", "radio"), _choice),
    "multiselect": _choices,
    **dict.fromkeys(("checkbox", "toggle"), _yes_no),
    "date": _moment(date.fromisoformat, "2026-01-31"),
    "time": _moment(time.fromisoformat, "13:45"),
    "datetime": _moment(datetime.fromisoformat, "2026-01-31T13:45"),
    "date_range": _span,
    **dict.fromkeys(FILES, _file),
    "tags": _tags,
    "table": _table,
    "colour": _color,
}


def _placed(project: Project, value: Any) -> Any:
    """A path of the project's as an absolute one; data and addresses as they are. No tool is fed a `.env`."""
    if isinstance(value, list):
        return [_placed(project, item) for item in value]
    if not isinstance(value, str) or _ELSEWHERE.match(value):
        return value
    path = project.root / Path(value).expanduser()
    try:
        real = path.resolve()
        if any(real == tool.env_path.resolve() for tool in project.tools):
            raise InputsRefused("a tool's .env is no input", "the tool has its secrets in its environment already")
        return str(path) if path.exists() else value
    except (OSError, RuntimeError, ValueError):  # too long, a loop of links, a NUL: the tool is the one to say so
        return value
