"""How a command is declared: once, for the quick reader (`plain`) and for click (`parser`) alike.

Options come from the operation's request: every field that is no operand is an option of that name. So a new option is
one field of a request, and the MCP schema has it too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.cli import surface
from pixie_secrets.layouts.project import find_project, project_or_folder
from pixie_secrets.operations.request import fields_of
from pixie_secrets.stores.canaries import doing
from pixie_secrets.stores.learn import learn

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.request import Field


class Operand(NamedTuple):
    """A word that is known by its place. name: of the parameter, or of the request's field.

    after_dashes: it is all words behind `--`, whatever they look like.
    """

    name: str
    metavar: str
    is_required: bool = True
    is_many: bool = False
    after_dashes: bool = False


class Option(NamedTuple):
    """A word that is known by its dashes. metavar: of the value it takes; none makes it a flag."""

    flag: str
    about: str
    name: str = ""
    metavar: str = ""
    is_many: bool = False
    default: str | None = None

    @property
    def parameter(self) -> str:
        return self.name or self.flag.removeprefix("--").replace("-", "_")

    @property
    def unset(self) -> Any:
        """What a command is given where the option was left out."""
        return self.default if self.metavar and not self.is_many else () if self.is_many else False


TOOL = Operand("tool_id", "TOOL")
ANY_TOOL = Operand("tool_id", "[TOOL]", is_required=False)
JSON = Option("--json", "answer with one JSON document on stdout", name="as_json")


class Invocation(NamedTuple):
    """What stands before the command. named: as `--project` has it. serve: what `mcp` does, with that project."""

    named: str | None
    serve: Callable[[str | None], int]

    def project(self, *, warn: bool = True, is_needed: bool = True) -> Project:
        """The project to work on, with its values known; a warning for each file that cannot be read.

        is_needed: false where the working directory does as well.

        Raises:
            ProjectNotFound: as `find_project`, or `project_or_folder`.
        """
        project = find_project(self.named) if is_needed else project_or_folder(self.named)
        for unread in learn(project):
            if warn and unread.is_new:
                surface.warn(f"{unread.error.message}; its values cannot be masked")
        return project


class Command(NamedTuple):
    """What can be said to a command, and what is then run.

    run: called with the invocation, the request if there is one, and all other words by name; returns the exit status.
    more: what `--help` says after the line that the table of commands has.
    """

    run: Callable[..., int]
    operands: tuple[Operand, ...]
    options: tuple[Option, ...]
    request: type | None
    more: str
    examples: tuple[str, ...]

    def call(self, invocation: Invocation, words: dict[str, Any]) -> int:
        """Run it. words: by parameter, every operand and option among them."""
        doing(f"pixie-secrets {self.run.__module__.rpartition('.')[2].replace('_', '-')}")
        if self.request is None:
            return self.run(invocation, **words)
        asked = {name: words.pop(name) for name in vars(self.request)["_fields"] if name in words}
        return self.run(invocation, self.request(**asked), **words)


def command(
    *operands: Operand,
    request: type | None = None,
    options: tuple[Option, ...] = (),
    metavars: dict[str, str] | None = None,
    without: tuple[str, ...] = (),
    more: str = "",
    examples: tuple[str, ...] = (),
) -> Callable[[Callable[..., int]], Command]:
    """Declare the decorated function as a command.

    options: those that are not of the request, or are said otherwise here. metavars: of the request's options, where
    the name alone would not tell. without: fields of the request that the function fills in itself.
    """

    def declared(run: Callable[..., int]) -> Command:
        taken = {operand.name for operand in operands} | {option.parameter for option in options} | {*without}
        own = [_option(field, metavars or {}) for field in _fields(request) if field.name not in taken]
        return Command(run, operands, (*own, *options), request, more, examples)

    return declared


def _fields(request: type | None) -> tuple[Field, ...]:
    return fields_of(request) if request is not None else ()


def _option(field: Field, metavars: dict[str, str]) -> Option:
    metavar = "" if field.is_flag else metavars.get(field.name, field.name.upper())
    default = field.default if isinstance(field.default, str) else None
    flag = f"--{field.name.replace('_', '-')}"
    return Option(flag, field.about, field.name, metavar, is_many=field.is_many, default=default)
