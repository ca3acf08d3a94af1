"""A tool's values as a whole: text, file and known values together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pixie_secrets.errors import FileRefused, ValueRefused
from pixie_secrets.known_values import KNOWN
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project, Tool


@pytest.fixture
def tool(project: Project) -> Tool:
    return project.tool("whisper-transcription")


def secrets(**values: str) -> dict[str, SecretStr]:
    return {key: SecretStr(value) for key, value in values.items()}


def plain(tool: Tool) -> dict[str, str]:
    return {key: value.get_secret_value() for key, value in store_of(tool).values().items()}


def known(value: str) -> bool:
    return value not in KNOWN.mask(f"<{value}>")


def test_a_tool_without_a_dotenv_has_no_values_and_gets_no_file(tool: Tool) -> None:
    assert store_of(tool).values() == {}
    assert not store_of(tool).unset("OPENAI_API_KEY")
    assert not tool.env_path.exists()


def test_what_was_set_is_read_back(tool: Tool) -> None:
    store_of(tool).set_values(secrets(OPENAI_API_KEY="sk-one's", WEBHOOK_URL="https://x/?a=b"))
    assert plain(tool) == {"OPENAI_API_KEY": "sk-one's", "WEBHOOK_URL": "https://x/?a=b"}


def test_an_empty_value_is_told_apart_from_none(tool: Tool) -> None:
    tool.env_path.write_bytes(b"OPENAI_API_KEY=\n")
    assert plain(tool) == {"OPENAI_API_KEY": ""}


def test_several_values_are_one_edit(tool: Tool) -> None:
    store_of(tool).set_values(secrets(OPENAI_API_KEY="sk-first"))
    before = tool.env_path.read_bytes()
    with pytest.raises(ValueRefused):
        store_of(tool).set_values(secrets(OPENAI_API_KEY="sk-second", WEBHOOK_URL="not\0storable"))
    assert tool.env_path.read_bytes() == before


def test_every_value_read_is_known_overridden_duplicates_too(tool: Tool) -> None:
    tool.env_path.write_bytes(
        b"OPENAI_API_KEY=sk-read-overridden\nOPENAI_API_KEY=sk-read-current\nOTHER=sk-read-other\n"
    )
    store_of(tool).values()
    assert known("sk-read-overridden")
    assert known("sk-read-current")
    assert known("sk-read-other")


def test_values_set_and_replaced_and_removed_are_known(tool: Tool) -> None:
    tool.env_path.write_bytes(b"OPENAI_API_KEY=sk-was-there\n")
    store_of(tool).set_values(secrets(OPENAI_API_KEY="sk-replaced-it"))
    assert known("sk-was-there")
    assert known("sk-replaced-it")
    tool.env_path.write_bytes(b"OPENAI_API_KEY=sk-to-be-removed\n")
    assert store_of(tool).unset("OPENAI_API_KEY")
    assert known("sk-to-be-removed")
    assert plain(tool) == {}


def test_a_value_is_known_before_it_is_written_even_when_writing_fails(tool: Tool) -> None:
    tool.env_path.mkdir()
    with pytest.raises(FileRefused):
        store_of(tool).set_values(secrets(OPENAI_API_KEY="sk-never-written"))
    assert known("sk-never-written")


def test_unset_says_whether_there_was_a_value(tool: Tool) -> None:
    tool.env_path.write_bytes(b"A=1\nEMPTY=\n")
    assert store_of(tool).unset("A")
    assert not store_of(tool).unset("A")
    assert not store_of(tool).unset("EMPTY")
    assert tool.env_path.read_bytes() == b""


@pytest.mark.parametrize("data", [b"A=1\nB=\xff\xfe\n", b"A=1\nB=\0\n", "A=1\n".encode("utf-16")])
def test_a_file_that_is_not_utf8_is_refused_untouched_and_unquoted(tool: Tool, data: bytes) -> None:
    tool.env_path.write_bytes(data)
    for attempt in (
        lambda: store_of(tool).values(),
        lambda: store_of(tool).set_values(secrets(OPENAI_API_KEY="sk-x")),
        lambda: store_of(tool).unset("A"),
    ):
        with pytest.raises(FileRefused, match="is not UTF-8 text, first in line") as caught:
            attempt()
        assert caught.value.__context__ is None
        assert "UTF-8" in caught.value.hint
    assert tool.env_path.read_bytes() == data


def test_line_ends_and_a_byte_order_mark_are_left_as_they_are(tool: Tool) -> None:
    tool.env_path.write_bytes(b"\xef\xbb\xbf# mine\r\nA=1\r\n")
    store_of(tool).set_values(secrets(OPENAI_API_KEY="sk-new"))
    assert tool.env_path.read_bytes() == b"\xef\xbb\xbf# mine\r\nA=1\r\nOPENAI_API_KEY=sk-new\r\n"


def test_twenty_megabytes_of_ordinary_lines_work(tool: Tool) -> None:
    notes = "# an ordinary line of a file, which says something about what is below it\n" * 290_000
    tool.env_path.write_text(f"{notes}OPENAI_API_KEY=kept-Vx7-lamp\n")
    assert tool.env_path.stat().st_size > 20_000_000
    assert plain(tool) == {"OPENAI_API_KEY": "kept-Vx7-lamp"}
    assert KNOWN.mask("kept-Vx7-lamp") == "***"


DOUBLING = b"A0=0123456789\n" + b"".join(b"A%d=${A%d}${A%d}\n" % (n, n - 1, n - 1) for n in range(1, 60))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("data", [DOUBLING, b"A=1\n" * 1_000_000], ids=["lines that double", "a million lines"])
def test_bait_for_a_reader_is_refused_before_it_fills_the_memory(tool: Tool, data: bytes) -> None:
    tool.env_path.write_bytes(data)
    for use in (
        lambda: store_of(tool).values(),
        lambda: store_of(tool).set_values(secrets(WEBHOOK_URL="https://x")),
        lambda: store_of(tool).unset("A0"),
    ):
        with pytest.raises(FileRefused, match=r"expand without end|more than 100000 assignments"):
            use()
    assert tool.env_path.read_bytes() == data
