"""What lint says: a place, a code, a sentence and a fix. There is no field for what was found there."""

from __future__ import annotations

from typing import NamedTuple

from pixie_secrets.lint.codes import Severity


class Finding(NamedTuple):
    """One thing to put right.

    file: relative to the project, with `/`. line, column: from 1; 0 where it is the file as a whole. Never the matched
    text, its length or where it ends.
    """

    code: str
    severity: Severity
    file: str
    line: int
    column: int
    message: str
    fix: str
