"""Writes the table of `docs/readers.md`: how many of the values that the tests set each program reads right.

    .venv/bin/python -m tests.readers.make_table

It runs the real programs. Each value is counted in three spellings: that of before (in single quotes, else in double
quotes with every `$` as `${9999:-$}`), that of a project which names no other program, and that of one which uses the
very program.
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.env_file.test_read_back import HARD_VALUES
from tests.readers.programs import READERS, write_files
from tests.readers.test_project_readers import PROGRAMS

from pixie_secrets.env_file.grammar import has_variable
from pixie_secrets.env_file.spellings import spellings

PAGE = Path(__file__).parent.parent.parent / "docs" / "readers.md"
START, END = "<!-- counted by tests/readers/make_table.py -->\n", "<!-- end -->\n"


def before(value: str) -> str:
    """The right-hand side as it was written before programs were counted."""
    if re.fullmatch(r"[A-Za-z0-9_.,:/@%+=-]+", value):
        return value
    if not ("'" in value or "\r" in value or "\\\\" in value or value.endswith("\\") or has_variable(value)):
        return f"'{value}'"
    return [*spellings(value)][-2]


def main() -> None:
    values = list(HARD_VALUES)
    old, now = [before(value) for value in values], [next(spellings(value)) for value in values]
    rows, right = [], {name: [0] * len(values) for name in ("before", "now")}
    for name, read_all in READERS.items():
        used = [next(spellings(value, [PROGRAMS.get(name, "")])) for value in values]
        counts = []
        with TemporaryDirectory() as folder:
            written = (*old, *now, *used)
            files = write_files(Path(folder), ["KEY=\n" for _ in written])
            for file, text in zip(files, written, strict=True):  # values that speak of a KEY stay as they are
                file.write_bytes(f"{file.stem}={text}\n".encode())
            read = read_all(files)
            found = [
                read.get(file.name, {}).get(file.stem) == value
                for file, value in zip(files, [*values] * 3, strict=True)
            ]
        for number, when in enumerate(("before", "now", "used")):
            of_all = found[number * len(values) :][: len(values)]
            counts.append(sum(of_all))
            if when in right:
                right[when] = [count + each for count, each in zip(right[when], of_all, strict=True)]
        rows.append((name, *counts))
    lines = [
        f"Of {len(values)} values, read as typed by:\n\n",
        "| program | before | now | now, where the project uses it |\n|---|---|---|---|\n",
    ]
    lines += [f"| {' | '.join(map(str, row))} |\n" for row in rows]
    changed = [each for each in zip(values, right["before"], right["now"], strict=True) if each[1] != each[2]]
    total = [sum(right[when]) for when in ("before", "now")]
    lines += [
        f"\nOf {len(rows) * len(values)} pairs {total[0]} were right before, and {total[1]} are now.\n",
        f"Of {len(rows)} programs, where it makes a difference:\n\n",
        "| value | before | now |\n|---|---|---|\n",
    ]
    lines += [f"| `{value!a}` | {was} | {new} |\n".replace("`'", "`").replace("'`", "`") for value, was, new in changed]
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(START)
    PAGE.write_text(head + START + "".join(lines) + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
