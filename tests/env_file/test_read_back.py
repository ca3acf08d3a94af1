"""What was typed is what is read: by every release of python-dotenv, and by bash, Node and uv wherever they can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.env_file.programs import OTHERS, RELEASES, python_dotenv

from pixie_secrets.env_file import set_value

if TYPE_CHECKING:
    from pathlib import Path

PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQ==\n-----END PRIVATE KEY-----\n"

# value -> who of the three reads it, besides every python-dotenv, where the project names none
ALL = "bash node uv"
HARD_VALUES = {
    "sk-proj-abc_DEF-123.456": ALL,
    "c2VjcmV0LWtleQ==": ALL,
    "postgres://user:p%40ss@db.example:5432/app?sslmode=require": ALL,
    "host=db user=me password=it is": ALL,
    '{"type": "service_account", "key": "a\\nb"}': ALL,
    PEM: ALL,
    "": ALL,
    "   ": ALL,
    " leading": ALL,
    "trailing\t": ALL,
    "trailing newline\n": ALL,
    "\n": ALL,
    "two\n\n\nblank lines": ALL,
    "# not a comment": ALL,
    "a #b": ALL,
    "a#b": ALL,
    "a=b=c": ALL,
    "export A=b": ALL,
    "line\nKEY_0=stolen\nexport B='": "bash node uv",
    "~/secret:~/other": ALL,
    "$HOME": ALL,
    "$(touch pwned)": ALL,
    "`touch pwned`": ALL,
    "$$ $1 $? !history! *?[a-z] {a,b} <>|&;()": ALL,
    "${": ALL,
    "${unclosed": ALL,
    "}{$": ALL,
    '"double"': ALL,
    "`backticks`": ALL,
    "C:\\new\\table": ALL,
    "\\d+\\.\\w": ALL,
    "back\\\nslash": ALL,
    "it's": ALL,
    "'single'": ALL,
    "'": ALL,
    "it's # ok\nreally": ALL,
    "unicode: ü 漢字 🔑": ALL,
    "\u2028\u2029\x85\xa0\x1c\x0b\x0c": ALL,
    "\ufeff": ALL,
    "\x01\x1b[31m\x7f": ALL,
    "both ' and \"": "bash uv",
    "'\\": "bash",
    "it's \\ there": "bash node",
    "double\\\\backslash": "node",
    "it's `that`": "node uv",
    "it's $ and $": "bash node",
    "it's $5": "node",
    "it's $(touch pwned)": "bash",
    "${HOME}": "bash",
    "${HOME:-x}": "bash",
    "$${A}${:-$}{}": "bash",
    "ends in \\": "bash",
    "ends in \\\\": "bash",
    "\\": "bash",
    "\\'\\\"\\n": "bash uv",
    "cr\rlf\r\n": "",
    "\r": "",
    "all: ' \" \\ ` $ ${A} # \n\r\t \\": "",
}


def table(values: list[str]) -> dict[str, str]:
    return {f"KEY_{number}": value for number, value in enumerate(values)}


def tool_with(folder: Path, values: dict[str, str], text: str = "# before\nOTHER=kept\n") -> Path:
    for key, value in values.items():
        text = set_value(text, key, value)
    (folder / ".env").write_bytes(text.encode())
    return folder


@pytest.mark.parametrize("release", RELEASES)
def test_every_python_dotenv_reads_every_hard_value_as_typed(tmp_path: Path, release: str) -> None:
    values = table(list(HARD_VALUES))
    read = python_dotenv(tool_with(tmp_path, values), release)
    assert {key: read.get(key) for key in values} == values
    assert read["OTHER"] == "kept"


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("newline", ["\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path, release: str, newline: str, mark: str) -> None:
    values = table(list(HARD_VALUES))
    read = python_dotenv(tool_with(tmp_path, values, f"{mark}KEY_0=old{newline}OTHER=kept{newline}"), release)
    if mark and release not in ("1.2.3", "installed"):  # which take the mark for part of the first key, as ever
        values["\ufeffKEY_0"] = values.pop("KEY_0")
    assert {key: read.get(key) for key in values} == values
    assert read["OTHER"] == "kept"


@pytest.mark.parametrize("reader", OTHERS)
def test_other_readers_agree_wherever_the_table_says_so(tmp_path: Path, reader: str) -> None:
    values = table([value for value, readers in HARD_VALUES.items() if reader in readers])
    assert len(values) > 30
    read = OTHERS[reader](tool_with(tmp_path, values))
    assert {key: read.get(key) for key in values} == values
    assert read["OTHER"] == "kept"
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("reader", OTHERS)
def test_an_exported_and_commented_line_stays_readable_everywhere(tmp_path: Path, reader: str) -> None:
    text = set_value("export KEY=old  # from the console\n", "KEY", "it's new")
    assert text == 'export KEY="it\'s new"  # from the console\n'
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    assert OTHERS[reader](tmp_path)["KEY"] == "it's new"
