"""Has git ignore a file of values before the first value is in it.

Coding agents snapshot what git does not ignore: the value would stand in Claude Code's transcript and in the databases
of opencode and Kilo. So the rule is part of saving. It goes to the narrowest place there is: the `.gitignore` of the
folder of tools, the repository's, or `.git/info/exclude`, which no commit carries.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import FileRefused
from pixie_secrets.files import edit_plain
from pixie_secrets.git.command import run_git
from pixie_secrets.git.coverage import Coverage, env_coverage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BYTES_MAX = 2**20  # a file of rules that is larger is not ours to add to
_SPECIAL = re.compile(r"([\\*?\[\]#! ])")


class IgnoreRule(NamedTuple):
    """A line, and the file it was added to."""

    line: str
    file: Path

    def sentence(self, root: Path) -> str:
        """What was done, in a line, with the file's path from the project's folder `root` where it lies below."""
        root = root.resolve()
        file = self.file.relative_to(root).as_posix() if self.file.is_relative_to(root) else str(self.file)
        return f"git did not ignore it: the line `{self.line}` was added to {file}"


def ensure_ignored(path: Path) -> IgnoreRule | None:
    """Add a rule for `path` where git would take it along, and say which; None where none is needed or none helps.

    A rule is kept only when git then ignores the file; a file that git tracks is ignored by no rule.
    """
    if env_coverage(path) is not Coverage.NOT_IGNORED:
        return None
    for rule in _candidates(path):
        if _added(rule, path):
            return rule
    return None


def take_back(rule: IgnoreRule) -> None:
    """Remove a rule that was added for what then did not happen; a file that had nothing else goes, too."""
    edit_plain(rule.file, lambda now: _without_line(now or b"", rule.line.encode()) or None)


def _candidates(path: Path) -> Iterator[IgnoreRule]:
    """Narrowest first: files that are there before a new one, and what commits carry before what they do not."""
    top = _answer(path, "rev-parse", "--show-toplevel")
    if not top:
        return
    repository = type(path)(top)
    folder = path.resolve().parent
    if not folder.is_relative_to(repository.resolve()):
        return
    inside = folder.relative_to(repository.resolve()).parts
    tools = path.parent.parent if len(inside) > 1 and path.parent.parent.name == "tools" else None
    everywhere = "/".join(map(_literal, inside))
    line = f"/{everywhere}/{path.name}" if inside else f"/{path.name}"
    if tools:
        line = f"/{'/'.join(map(_literal, inside[:-1]))}/*/{path.name}"
    nearest = [IgnoreRule(f"/*/{path.name}", tools / ".gitignore")] if tools else []
    whole = IgnoreRule(line, repository / ".gitignore")
    there = [rule for rule in (*nearest, whole) if rule.file.is_file()]
    yield from there or nearest or [whole]
    exclude = _answer(path, "rev-parse", "--git-path", "info/exclude")
    if exclude:
        yield IgnoreRule(line, path.parent / exclude)


def _added(rule: IgnoreRule, path: Path) -> bool:
    """Add the line and see whether it helps; where it does not, the file is as it was."""
    written: list[_Written] = []

    def add(before: bytes | None) -> bytes:
        written[:] = [_Written(before, _with_line(before or b"", rule.line.encode()))]
        return written[0].after

    def take_out(now: bytes | None) -> bytes | None:
        [ours] = written
        return ours.before if now == ours.after else _without_line(now or b"", rule.line.encode())

    try:
        rule.file.parent.mkdir(exist_ok=True)
        edit_plain(rule.file, add)
        if env_coverage(path) is Coverage.IGNORED:
            return True
        edit_plain(rule.file, take_out)
    except (OSError, FileRefused):
        pass
    return False


class _Written(NamedTuple):
    """The bytes of a file of rules, before and after a line was added."""

    before: bytes | None
    after: bytes


def _with_line(rules: bytes, line: bytes) -> bytes:
    """Raises FileRefused for more than `BYTES_MAX`."""
    if len(rules) > BYTES_MAX:
        raise FileRefused("the file of rules is too large", "add the rule yourself")
    end = b"\r\n" if b"\r\n" in rules else b"\n"
    gap = end if rules and not rules.endswith(b"\n") else b""
    return rules + gap + line + end


def _without_line(rules: bytes, line: bytes) -> bytes:
    """Without the last such line: somebody else added to the file meanwhile."""
    lines = rules.splitlines(keepends=True)
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].rstrip(b"\r\n") == line:
            return b"".join(lines[:at] + lines[at + 1 :])
    return rules


def _literal(name: str) -> str:
    """A folder's name as git matches it literally."""
    return _SPECIAL.sub(r"\\\1", name)


def _answer(path: Path, *arguments: str) -> str:
    """What git answers, where `path`'s folder is; empty when it does not."""
    answer = run_git(path.parent, *arguments)
    if answer is None or answer.status != 0:
        return ""
    return os.fsdecode(answer.output).removesuffix("\n")
