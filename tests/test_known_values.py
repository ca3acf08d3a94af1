from __future__ import annotations

import copy
import os
import pickle
import pprint
import secrets
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from inspect import getmembers

import pytest
from rich.pretty import pretty_repr

from pixie_secrets.known_values import KnownValues, Span


def known(*values: str) -> KnownValues:
    found = KnownValues()
    for number, value in enumerate(values):
        found.add(value, key=f"KEY_{number}", tool="whisper")
    return found


def test_with_nothing_known_text_comes_back_as_it_is() -> None:
    text = "nothing to hide"
    assert known().mask(text) is text
    assert known().mask_bytes(b"nothing") == b"nothing"
    assert known().find(text) == []


def test_a_value_becomes_three_asterisks() -> None:
    assert known("s3cret-value").mask("a s3cret-value b") == "a *** b"
    assert known("s3cret-value").mask_bytes(b"a s3cret-value b") == b"a *** b"


@pytest.mark.parametrize("value", ["", "a", "ab", "abc"])
def test_values_of_fewer_than_four_characters_are_not_masked(value: str) -> None:
    assert known(value).mask(f"x{value}x") == f"x{value}x"
    assert len(known(value)) == 0


@pytest.mark.parametrize(
    ("values", "text", "masked"),
    [
        (("abcd", "abcdefgh"), "abcdefgh", "***"),
        (("abcd", "abcdefgh"), "abcdefgX", "***efgX"),
        (("abcdef", "cdefgh"), "-abcdefgh-", "-***-"),
        (("abcd", "efgh"), "-abcdefgh-", "-***-"),
        (("abcd", "efgh"), "-abcd-efgh-", "-***-***-"),
        (("bcde",), "abcdefabcde", "a***fa***"),
        (("abcabc",), "abcabcabcab", "***ab"),
        (("token-1", "token-12", "token-123"), "token-12 token-1234 token-1", "*** ***4 ***"),
        (("aaaa",), "aaa aaaa aaaaaaa", "aaa *** ***"),
        ((".*.*", "[a-z]+", "^$^$"), "abc .*.* [a-z]+ ^$^$ xyzw", "abc *** *** *** xyzw"),
        (("pässwörd", "🔑🔑🔑🔑"), "ä pässwörd 🔑 🔑🔑🔑🔑!", "ä *** 🔑 ***!"),
    ],
)  # fmt: skip
def test_every_occurrence_is_found_and_what_touches_becomes_one_mask(
    values: tuple[str, ...], text: str, masked: str
) -> None:
    assert known(*values).mask(text) == masked
    assert known(*values).mask_bytes(text.encode()) == masked.encode()


@pytest.mark.parametrize(
    ("values", "text", "masked"),
    [
        (("pass***word",), "x pass***word y", "x *** y"),
        (("****",), "x **** y", "x *** y"),
        (("****",), "x *** y", "x *** y"),
        (("*a*b*",), "*a*b*", "***"),
        (("SECRET", "a***b"), "aSECRETb", "a[masked]b"),
        (("SECRET", "***b"), "SECRETb", "[masked]b"),
        (("SECRET", "a***b"), "a***b SECRET", "*** ***"),
        (("SECRET", "a***b", "[masked]"), "aSECRETb", "a<masked>b"),
    ],
)
def test_a_mask_never_spells_another_known_value(values: tuple[str, ...], text: str, masked: str) -> None:
    assert known(*values).mask(text) == masked
    assert known(*values).mask(masked) == masked


def test_a_lone_surrogate_in_the_text_is_no_obstacle() -> None:
    assert known("s3cret-value").mask("\udc80 s3cret-value \ud83d") == "\udc80 *** \ud83d"


def test_find_tells_whose_value_it_is_and_counts_characters() -> None:
    values = known("first-value", "second-välue")
    assert values.find("ä first-value 🔑 second-välue") == [
        Span(2, 13, "KEY_0", "whisper"),
        Span(16, 28, "KEY_1", "whisper"),
    ]


def test_find_in_bytes_counts_bytes() -> None:
    assert known("first-value").find("ä first-value".encode()) == [Span(3, 14, "KEY_0", "whisper")]


def test_find_names_every_owner_and_no_occurrence_within_another() -> None:
    values = known("abcd", "abcdefgh")
    values.add("abcdefgh", key="OTHER", tool="other")
    assert values.find("abcdefgh") == [Span(0, 8, "KEY_1", "whisper"), Span(0, 8, "OTHER", "other")]


def test_find_sees_encoded_forms() -> None:
    assert known("s3cret value").find("x=s3cret%20value&") == [Span(2, 16, "KEY_0", "whisper")]


def test_a_value_added_later_is_known_from_then_on() -> None:
    values = known("first-value")
    assert values.mask("first-value second-value") == "*** second-value"
    values.add("second-value", key="B", tool="t")
    assert values.mask("first-value second-value") == "*** ***"


def test_ten_thousand_values_are_all_found() -> None:
    many = [f"sk-{secrets.token_urlsafe(24)}" for _ in range(10_000)]
    values = known(*many)
    assert values.mask("\n".join(many)) == "\n".join(["***"] * 10_000)
    assert [span.key for span in values.find("\n".join(many))] == [f"KEY_{number}" for number in range(10_000)]


def test_a_megabyte_is_a_value_like_any_other() -> None:
    value = secrets.token_hex(500_000)
    values = known(value)
    assert values.mask(f"a {value} b {value[:-1]}") == f"a *** b {value[:-1]}"


def test_a_megabyte_of_one_character_takes_no_time_out_of_proportion() -> None:
    values = known("x" * 1_000_000)
    assert values.mask("x" * 2_500_000) == "***"
    assert values.mask("x" * 999_999 + " ") == "x" * 999_999 + " "


def test_hundreds_of_repetitions_of_one_character_cost_no_more_than_one() -> None:
    values = known(*("a" * length for length in range(4, 400)))
    assert values.mask("aaa " + "a" * 100_000) == "aaa ***"


def test_values_with_a_long_beginning_in_common_are_told_apart() -> None:
    many = ["h" * 500 + secrets.token_hex(8) for _ in range(500)]
    assert known(*many).mask(" ".join(many)) == " ".join(["***"] * 500)


@dataclass
class Holder:
    values: KnownValues


def test_no_view_of_it_shows_a_value() -> None:
    value = "s3cret-value-that-nobody-sees"
    values = known(value)
    values.mask(value)
    values.find(value)
    views = [
        repr(values), str(values), f"{values}", pprint.pformat(values), pretty_repr(values), repr([values]),
        repr(Holder(values)), repr(asdict(Holder(values))), repr(getmembers(values)), repr(dir(values)),
        repr([repr(getattr(values, name)) for name in KnownValues.__slots__]),
        repr(getmembers(values.index())[:0]), repr(values.index()), repr(copy.deepcopy(values)),
    ]  # fmt: skip
    assert not [view for view in views if "s3cret" in view]
    assert "1 value" in repr(values)
    with pytest.raises(TypeError):
        vars(values)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_cannot_be_pickled(protocol: int) -> None:
    values = known("s3cret-value")
    for thing in (values, values.index(), Holder(values)):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(thing, protocol)


def test_threads_may_add_and_mask_at_once() -> None:
    values = known("first-value")
    wrong: list[str] = []

    def work(number: int) -> None:
        for each in range(20):
            mine = f"value-{number}-{each}-xyz"
            values.add(mine, key="K", tool="t")
            if values.mask(f"first-value {mine}") != "*** ***":
                wrong.append(mine)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is what is tested")
def test_a_forked_child_can_mask_and_add_while_the_parent_builds() -> None:
    program = """
import os, threading
from pixie_secrets.known_values import KNOWN
stop = threading.Event()
def busy():
    number = 0
    while not stop.is_set():
        KNOWN.add(f"value-{(number := number + 1)}-xyz", key="K", tool="t")
        KNOWN.mask("text")
thread = threading.Thread(target=busy)
thread.start()
codes = []
for number in range(30):
    if (child := os.fork()) == 0:
        KNOWN.add(f"child-{number}-xyz", key="K", tool="t")
        os._exit(KNOWN.mask(f"child-{number}-xyz") != "***")
    codes.append(os.waitpid(child, 0)[1])
stop.set()
thread.join()
print(codes.count(0))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("30\n", "")


def test_nothing_heavy_is_imported_before_a_value_is_known() -> None:
    program = """
import sys
from pixie_secrets import masking, known_values
masking.install()
known_values.KNOWN.mask("text")
heavy = {"ahocorasick_rs", "json", "asyncio", "pydantic", "urllib.parse", "logging.config", "logging.handlers"}
print(sorted(heavy & set(sys.modules)))
"""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True, env=environment
    )
    assert done.stdout == "[]\n"
