"""What lint says of the tool that is about to come in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.lint import suppress
from pixie_secrets.lint.check import Lint, Toolbox
from pixie_secrets.lint.codes import Severity
from pixie_secrets.lint.files import walk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pixie_secrets.archives.accept import Accepted
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.lint.findings import Finding
    from pixie_secrets.lint.hits import Looked
    from pixie_secrets.manifest.models import Manifest

PYTHON_MAX = 5_000_000  # bytes of Python from which on lint only looks for secrets: the rest takes its time


class Linted(NamedTuple):
    """findings: the worst first. whole: every rule was asked, not only those about secrets."""

    findings: list[Finding]
    whole: bool


def linted(
    project: Project, folder: Path, manifest: Manifest, accepted: Accepted, looked: Mapping[str, Looked]
) -> Linted:
    """Lint the unpacked tool. It lies apart from git and from the other tools.

    looked: what was seen in its files while they were unpacked, by their paths in it.
    """
    whole = sum(one.size for path, one in accepted.files.items() if path.endswith(".py")) <= PYTHON_MAX
    choice = suppress.choice([suppress.table_of(project.root / "pyproject.toml")], (), ("GT",))
    lint = Lint(folder.parent, choice, looked={f"{folder.name}/{path}": seen for path, seen in looked.items()})
    if whole:
        lint.tool(Toolbox(folder, manifest))
    else:
        lint.files(walk(folder, folder.name, Counter()))
    order = list(Severity)
    told_of = (one for one in lint.report.findings if one.severity is not Severity.ADVICE)  # taste is the author's
    found = sorted(told_of, key=lambda one: (order.index(one.severity), one.file, one.line, one.code))
    return Linted([one.model_copy(update={"file": f"tools/{one.file}"}) for one in found], whole)
