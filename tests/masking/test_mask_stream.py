from __future__ import annotations

import io
import os
import pty
import secrets
import select
import subprocess
import sys
import threading
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from pixie_secrets.known_values import KnownValues
from pixie_secrets.known_values.stream import BytesMasker, TextMasker, run_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

VALUE = "sk-live-pässword-4711"


def known(*values: str) -> KnownValues:
    found = KnownValues()
    for value in values:
        found.add(value, key="K", tool="t")
    return found


@pytest.mark.parametrize("cut", range(len(VALUE.encode()) + 1))
def test_a_value_split_at_any_byte_is_masked(cut: int) -> None:
    masker = BytesMasker(known(VALUE))
    data = VALUE.encode()
    shown = masker.feed(b"a " + data[:cut]) + masker.feed(data[cut:] + b" b") + masker.finish()
    assert shown == b"a *** b"


@pytest.mark.parametrize("text", ["Password: ", "\x1b[31mred", "42%\r", "> ", "é", "Continue? [y/N] "])
def test_a_prompt_appears_at_once(text: str) -> None:
    assert BytesMasker(known(VALUE)).feed(text.encode()) == text.encode()
    assert TextMasker(known(VALUE)).feed(text) == text


def test_only_what_may_become_a_value_is_held_back() -> None:
    masker = BytesMasker(known(VALUE))
    assert masker.feed(b"key: sk-li") == b"key: "
    assert masker.feed(b"ght s") == b"sk-light "
    assert masker.feed(b"\n") == b"s\n"


def test_a_mask_appears_as_soon_as_its_value_is_complete() -> None:
    masker = BytesMasker(known("abcd", "abcdefgh"))
    assert masker.feed(b"-abcd") == b"-***"
    assert masker.feed(b"efg") == b""
    assert masker.feed(b"h-") == b"-"
    assert masker.feed(b"abcdefgX") == b"***efgX"


def test_values_that_follow_each_other_across_pieces_become_one_mask() -> None:
    masker = BytesMasker(known("abcd", "wxyz"))
    assert b"".join(map(masker.feed, [b"-ab", b"cd", b"wx", b"yz", b"-"])) + masker.finish() == b"-***-"


def test_bytes_that_are_no_text_pass_as_they_are() -> None:
    masker = BytesMasker(known(VALUE))
    data = bytes(range(256))
    assert masker.feed(data) + masker.finish() == data


def test_characters_that_arrive_in_halves_pass_whole() -> None:
    masker = BytesMasker(known("é😀é😀!"))
    data = "é😀é😀 é😀é😀!".encode()
    assert b"".join(masker.feed(bytes([byte])) for byte in data) + masker.finish() == "é😀é😀 ***".encode()


def test_a_value_that_becomes_known_in_between_is_masked_from_then_on() -> None:
    values = known()
    masker = BytesMasker(values)
    assert masker.feed(b"new-value ") == b"new-value "
    values.add("new-value", key="K", tool="t")
    assert masker.feed(b"new-value.") == b"***."


def test_a_view_of_a_masker_does_not_show_what_it_holds() -> None:
    masker = BytesMasker(known(VALUE))
    masker.feed(b"sk-live-")
    assert repr(masker) == "<BytesMasker of <KnownValues: 1 values>>"
    assert not hasattr(masker, "__dict__")


def test_a_megabyte_in_small_pieces() -> None:
    value = secrets.token_hex(500_000)
    masker = BytesMasker(known(value))
    data = f"a {value[:-1]} b {value} c".encode()
    shown = [masker.feed(data[start : start + 4096]) for start in range(0, len(data), 4096)]
    assert b"".join([*shown, masker.finish()]) == f"a {value[:-1]} b *** c".encode()


def test_a_long_value_of_one_character_in_small_pieces() -> None:
    masker = BytesMasker(known("x" * 100_000))
    data = b"x" * 250_000 + b" " + b"x" * 99_999
    shown = [masker.feed(data[start : start + 8192]) for start in range(0, len(data), 8192)]
    assert b"".join([*shown, masker.finish()]) == b"*** " + b"x" * 99_999


def test_memory_is_bounded_whatever_arrives() -> None:
    masker = BytesMasker(known(VALUE, "a" * 1000, "ab" * 500))
    for data in (b"sk-live" * 15_000, b"a" * 20_000, b"ab" * 10_000, secrets.token_bytes(100_000)):
        masker.feed(data)
        tracemalloc.start()
        for _ in range(10):
            masker.feed(data)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 6_000_000


class Filter:
    """`run_filter` between two pipes, in a thread."""

    def __init__(self, values: KnownValues) -> None:
        read, self.write_end = os.pipe()
        self.read_end, write = os.pipe()

        def work() -> None:
            run_filter(values, read, write)
            os.close(read)
            os.close(write)

        self.thread = threading.Thread(target=work)
        self.thread.start()

    def write(self, data: bytes) -> None:
        os.write(self.write_end, data)

    def read(self) -> bytes:
        ready, _, _ = select.select([self.read_end], [], [], 10)
        return os.read(self.read_end, 65536) if ready else b"nothing came"


@pytest.fixture
def passing() -> Iterator[Filter]:
    started = Filter(known(VALUE))
    yield started
    os.close(started.write_end)
    started.thread.join(10)
    os.close(started.read_end)


def test_the_filter_passes_on_what_came_before_it_waits_for_more(passing: Filter) -> None:
    passing.write(b"\x1b[32mPassword: ")
    assert passing.read() == b"\x1b[32mPassword: "
    passing.write(b"10%\r")
    assert passing.read() == b"10%\r"
    passing.write(VALUE.encode()[:7] + b"")
    passing.write(VALUE.encode()[7:])
    assert passing.read() == b"***"


def test_the_filter_ends_with_what_it_held_back() -> None:
    started = Filter(known(VALUE))
    started.write(b"the end sk-li")
    os.close(started.write_end)
    started.thread.join(10)
    assert os.read(started.read_end, 99) + os.read(started.read_end, 99) in (b"the end sk-li", b"the end ")
    os.close(started.read_end)


def test_the_filter_ends_when_the_terminal_it_reads_hangs_up() -> None:
    ours, theirs = pty.openpty()
    read_end, write_end = os.pipe()
    os.write(theirs, b"value " + VALUE.encode())
    thread = threading.Thread(target=run_filter, args=(known(VALUE), ours, write_end))
    thread.start()
    assert os.read(read_end, 99) in (b"value ***", b"value ")
    os.close(theirs)
    thread.join(10)
    assert not thread.is_alive()
    for end in (ours, read_end, write_end):
        os.close(end)


def test_the_filter_says_when_nobody_reads_any_more() -> None:
    read, write_end = os.pipe()
    read_end, write = os.pipe()
    os.close(read_end)
    os.write(write_end, b"text")
    with pytest.raises(BrokenPipeError):
        run_filter(known(VALUE), read, write)
    for end in (read, write_end, write):
        os.close(end)


def test_our_own_streams_keep_what_programs_ask_of_them() -> None:
    program = f"""
import sys
from pixie_secrets import masking
from pixie_secrets.known_values import KNOWN
masking.install(streams=("stdout", "stderr"))
masking.install(streams=("stdout",))
KNOWN.add({VALUE!r}, key="K", tool="t")
assert (sys.stdout.encoding, sys.stdout.fileno(), sys.stdout.isatty()) == ("utf-8", 1, False)
assert sys.stdout.writable() and not sys.stdout.closed and sys.stdout.errors == sys.__stdout__.errors
print("half", {VALUE[:5]!r}, end="")
sys.stdout.buffer.write({VALUE[5:].encode()!r})
print()
sys.stdout.write("held sk-li")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, timeout=60, check=False, env={"PYTHONUTF8": "1"}
    )
    assert (done.stdout, done.stderr) == (b"half ***\nheld sk-li", b"")


def test_the_output_of_a_masker_needs_no_encoding_of_its_own() -> None:
    text = io.StringIO()
    masker = TextMasker(known(VALUE))
    text.write(masker.feed("\ud83d lone " + VALUE) + masker.finish())
    assert text.getvalue() == "\ud83d lone ***"
