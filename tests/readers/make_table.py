"""Writes the table of `docs/readers.md`: how many of the values that the tests set each program reads right.

    .venv/bin/python -m tests.readers.make_table

It runs the real programs. Each value is counted in the spelling that `set-secret` gives it and, for comparison, in the
spelling of before (every `$` beside a `'` as `${9999:-$}`).
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.env_file.test_read_back import HARD_VALUES
from tests.readers.programs import READERS, write_files

from pixie_secrets.env_file import set_value

PAGE = Path(__file__).parent.parent.parent / "docs" / "readers.md"
START, END = "<!-- counted by tests/readers/make_table.py -->\n", "<!-- end -->\n"


def before(value: str) -> str:
    """The line as it was written before the order of spellings was counted."""
    now = set_value("", "KEY", value)
    if not now.startswith('KEY="') or "$" not in now:
        return now
    return re.sub(r"\$\{X_9999:-|\$(?!\{X_9999)", lambda found: "${9999:-" if len(found[0]) > 1 else "${9999:-$}", now)


def main() -> None:
    values = list(HARD_VALUES)
    texts = [*(before(value).replace(":-${9999:-$}}", ":-$}") for value in values)]
    texts += [set_value("", "KEY", value) for value in values]
    rows, right = [], [0] * len(texts)
    with TemporaryDirectory() as folder:
        files = write_files(Path(folder), texts)
        for name, read_all in READERS.items():
            read = read_all(files)
            found = [
                read.get(file.name, {}).get(file.stem) == value
                for file, value in zip(files, [*values, *values], strict=True)
            ]
            right = [count + each for count, each in zip(right, found, strict=True)]
            rows.append((name, sum(found[: len(values)]), sum(found[len(values) :])))
    lines = [f"Of {len(values)} values, read as typed by:\n\n", "| program | before | now |\n|---|---|---|\n"]
    lines += [f"| {name} | {old} | {new} |\n" for name, old, new in rows]
    changed = [
        (value, right[number], right[number + len(values)])
        for number, value in enumerate(values)
        if right[number] != right[number + len(values)]
    ]
    lines += [
        f"\nOf {len(rows)} programs, where it makes a difference:\n\n",
        "| value | before | now |\n|---|---|---|\n",
    ]
    lines += [f"| `{value!a}` | {old} | {new} |\n".replace("`'", "`").replace("'`", "`") for value, old, new in changed]
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(START)
    PAGE.write_text(head + START + "".join(lines) + END + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
