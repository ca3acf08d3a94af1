r"""Which programs read another value than python-dotenv from a line that `spellings` wrote, program by program.

Each is a test for constructs (`\n`, `\\`, `$NAME`, quotes, several lines) of the spellings that are written, and of no
others; `tests/readers/test_project_readers.py` holds them to the real programs. Docker compose, dotenv-cli, mise, just,
varlock and Symfony are not run there. Each counts for as many programs and releases as read alike (`docs/readers.md`).
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_DEFAULT = r"\$\{(?:X_9999|9999|):-(?:\$|\\\\)\}"  # how `$` and a last backslash are written
_REFUSED_BY_COMPOSE = r"\$\{(?:9999)?:-"
_ESCAPED = r"(?s)\\(.)"
_ESCAPED_DOLLAR = r"\\\\\$(?!\{)"
_NAME = r"\$[A-Za-z_]"


class Spelling:
    """The text to the right of an equals sign: its quotes ("" where there are none), and what is between them.

    bare: `body` without the defaults that stand for `$` and a last backslash.
    """

    def __init__(self, right: str) -> None:
        self.quote = right[:1] if right[:1] in ("'", '"') else ""
        self.body = right[1:-1] if self.quote else right
        self.bare = re.sub(_DEFAULT, "", self.body) if self.quote == '"' else self.body

    def has(self, pattern: str) -> bool:
        """Whether `pattern` is anywhere between the quotes, apart from the defaults."""
        return bool(re.search(pattern, self.bare, re.DOTALL))

    @property
    def has_default(self) -> bool:
        return self.bare != self.body

    @cached_property
    def escaped(self) -> frozenset[str]:
        r"""What stands behind backslashes between double quotes; `n` and `r` for line ends, not for `\\n`."""
        return frozenset(re.findall(_ESCAPED, self.body)) if self.quote == '"' else frozenset()

    @property
    def has_escape(self) -> bool:
        r"""Whether `\\` or `\"` is written for the second of them, also as a default."""
        return not self.escaped.isdisjoint('\\"')

    @property
    def has_lone_backslash(self) -> bool:
        r"""Whether a backslash between double quotes stands for itself: `\d`."""
        return bool(self.escaped - set('\\"nr'))

    @property
    def has_several_lines(self) -> bool:
        """Also by what only Unicode calls a line end."""
        return "".join(self.body.splitlines()) != self.body

    @property
    def is_bare_with_backslash(self) -> bool:
        return not self.quote and "\\" in self.body


def _shells(line: Spelling) -> bool:
    runs = line.quote == '"' and line.has(r"`|\$[A-Za-z0-9_{(*@#?!$-]")
    return runs or not line.escaped.isdisjoint("nr") or line.is_bare_with_backslash


def _node(line: Spelling) -> bool:
    return line.has_escape or line.has_default or "r" in line.escaped


def _npm_dotenv(line: Spelling) -> bool:
    return line.has_escape or line.has_default


def _dotenv_expand(line: Spelling) -> bool:
    line = _without_escaped_dollars(line)
    once_expanded = re.sub(_DEFAULT, "$", line.body)  # which it then expands again
    return line.has_escape or bool(re.search(rf"\\\$|{_NAME}|\$\{{[^{{}}]+\}}", once_expanded))


def _vite(line: Spelling) -> bool:
    """It takes a line apart as Node does and then calls dotenv-expand."""
    return _dotenv_expand(line) or "r" in line.escaped


def _next(line: Spelling) -> bool:
    """It expands the last `$` and goes on from there, as long as that one is a variable."""
    line = _without_escaped_dollars(line)
    return line.has_escape or line.has_default or line.has(r"\\\$|\$\{?[A-Za-z0-9_][^$]*\Z")


def _bun(line: Spelling) -> bool:
    line = _without_escaped_dollars(line)
    return line.has_escape or line.has(r"\\\$|\$[A-Za-z0-9_]")


def _without_escaped_dollars(line: Spelling) -> Spelling:
    r"""The same without `\\$` between double quotes, which is a backslash and a `$` for who else expands variables."""
    return Spelling(f'"{re.sub(_ESCAPED_DOLLAR, "", line.body)}"') if line.quote == '"' else line


def _uv(line: Spelling) -> bool:
    wrong = line.has_lone_backslash or "r" in line.escaped or line.is_bare_with_backslash
    return wrong or (line.quote == '"' and "$" in line.body)


def _ruby_dotenv(line: Spelling) -> bool:
    expanded = line.quote == '"' and (line.has(r"\$\{?[A-Za-z0-9_]|\\\\\$") or line.has_default)
    return expanded or line.has_lone_backslash


def _direnv(line: Spelling) -> bool:
    expanded = line.quote == '"' and line.has(r"\$[A-Za-z0-9_{*@#?!$-]|(?<!\\)(?:\\\\)+[nr]")
    return "\n" in line.body or expanded or line.has_lone_backslash


def _honcho(line: Spelling) -> bool:
    read_for_line_ends = line.has(r"(?<!\\)(?:\\\\)+[nt]") if line.quote == '"' else line.has(r"\\[nt]")
    wrong = line.has_several_lines or read_for_line_ends or line.is_bare_with_backslash
    return wrong or line.has_default or "r" in line.escaped


def _line_by_line(line: Spelling) -> bool:
    """python-decouple and Starlette read a line without its quotes, and nothing else."""
    return "\n" in line.body or line.has_default or line.has_escape or not line.escaped.isdisjoint("nr")


def _django_environ(line: Spelling) -> bool:
    wrong = line.has_lone_backslash or line.has_several_lines or not line.escaped.isdisjoint("nr")
    quoted_twice = line.quote == "'" and line.body.startswith('"') and line.body[1:].endswith('"')
    return wrong or line.has_default or line.body.startswith("$") or quoted_twice


def _docker_compose(line: Spelling) -> bool:
    return (line.quote == '"' and line.has(_NAME)) or not line.escaped.isdisjoint("c0")


def _refuses_defaults(line: Spelling) -> bool:
    return line.has_default


_MISREADS: dict[str, tuple[Callable[[Spelling], bool], int]] = {
    "shells": (_shells, 7),
    "Node": (_node, 5),
    "npm dotenv": (_npm_dotenv, 4),
    "dotenv-expand": (_dotenv_expand, 2),
    "dotenv-cli": (_dotenv_expand, 1),
    "Vite": (_vite, 1),
    "Next.js": (_next, 1),
    "bun": (_bun, 1),
    **dict.fromkeys(("uv", "mise", "just"), (_uv, 1)),
    "ruby dotenv": (_ruby_dotenv, 2),
    "direnv": (_direnv, 2),
    "honcho": (_honcho, 1),
    "docker compose": (_docker_compose, 1),
    **dict.fromkeys(("python-decouple", "Starlette"), (_line_by_line, 1)),
    "django-environ": (_django_environ, 1),
    **dict.fromkeys(("varlock", "Symfony"), (_refuses_defaults, 1)),
}


PROGRAMS = tuple(_MISREADS)


def misreads(program: str, right: str) -> bool:
    """Whether `program` reads another value than python-dotenv from `KEY=` and `right`, one of `spellings`."""
    return _MISREADS[program][0](Spelling(right))


def is_refused_by_compose(right: str) -> bool:
    """Whether docker compose refuses the whole file for `right`."""
    return bool(re.search(_REFUSED_BY_COMPOSE, right))


def misread_by(right: str, used: Collection[str]) -> tuple[int, int]:
    """How many of the programs `used` misread `right`, and how many of all: the fewer, the better it is spelled.

    used: names that are not known count nothing.
    """
    line = Spelling(right)
    wrong = [program for program, (is_misread, _) in _MISREADS.items() if is_misread(line)]
    return len({*wrong} & {*used}), sum(_MISREADS[program][1] for program in wrong)
