"""Every reading: what each family of programs makes of a line is given, and what would hide ordinary text is not.

What real programs make of the same kinds of line is in `tests/readers/`; here stand the rules.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.env_file.programs import CURRENT, OLDER, release_module
from tests.env_file.test_editing import env_texts
from tests.env_file.test_grammar import DOTENV_TEXT, as_opened, quiet_dotenv

from pixie_secrets.env_file import grammar, set_value
from pixie_secrets.env_file.escapes import EXPANSION_MAX, LONG
from pixie_secrets.env_file.readings import GROWTH_MAX, OTHERS_MAX, SHORTEST, readings
from pixie_secrets.errors import FileRefused

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = st.from_regex(r"[A-Z_][A-Z0-9_]{0,8}", fullmatch=True)
WORDS = st.text("abcdefGHIJ0123456789-_+/", min_size=SHORTEST, max_size=20).map(lambda text: f"q7{text}")

quiet = pytest.fixture(autouse=True, scope="module")(quiet_dotenv)


def values(text: str) -> set[str]:
    return {reading.value for reading in readings(text)}


def others(text: str) -> set[str]:
    return {reading.value for reading in readings(text) if not reading.own}


@pytest.mark.parametrize(
    ("line", "reading", "who"),
    [
        ("K='mW3vTq8Zr';", "mW3vTq8Zr", "shells"),
        ("K='mW3vTq'8ZrPe", "mW3vTq8ZrPe", "shells"),
        ("K='mW3vTq'8ZrPe", "mW3vTq", "Node"),
        ("K='mW3vTq'\"8Zr Pe\"", "mW3vTq8Zr Pe", "shells"),
        ("K='mW3vTq8Zr", "mW3vTq8Zr", "who drops a quote that nothing closes"),
        ("K: mW3vTq8Zr", "mW3vTq8Zr", "npm dotenv"),
        ("K:mW3vTq8Zr", "mW3vTq8Zr", "godotenv"),
        ("K: mW3vT=q8ZrPe", "mW3vT=q8ZrPe", "npm dotenv"),
        ("K='mW3vTq8Zr\\'", "mW3vTq8Zr\\", "python-dotenv 1.2.2"),
        ("K= #mW3vTq8Zr", "#mW3vTq8Zr", "python-dotenv 1.2.2"),
        ("K=mW3vTq#8ZrPe", "mW3vTq", "npm dotenv"),
        ("K=mW3vTq #8ZrPe", "mW3vTq #8ZrPe", "decouple"),
        ("K=`mW3vTq8Zr`", "mW3vTq8Zr", "Node"),
        ('K="mW3v\\$Tq8Zr"', "mW3v$Tq8Zr", "shells"),
        ("K=mW3v\\ Tq8Zr", "mW3v Tq8Zr", "shells"),
        ("K=mW3vTq8Zr;PeLs", "mW3vTq8Zr", "shells"),
        ("export K=mW3vTq8 Zr", "mW3vTq8", "shells"),
        ("export K=mW3vTq8 L=Zr4nBy6", "Zr4nBy6", "shells"),
        ("K='mW3vTq8$ZrPe'", "mW3vTq8", "vite"),
        ("K='mW3vTq8${ZrPe:-Ls9}'", "mW3vTq8Ls9", "dotenv-expand"),
        ("L=Ls9\nK='mW3v$L'", "mW3vLs9", "dotenv-expand"),
        ('K="mW3v$$Tq8"', "mW3v$Tq8", "docker compose"),
        ("K='mW3v\\nTq8'", "mW3v\nTq8", "honcho"),
        ('K="mW3v\\\\nTq8"', "mW3v\\\nTq8", "npm dotenv"),
        ('K="mW3v\\d+Tq8"', "mW3vd+Tq8", "django-environ"),
        ("K=$'mW3v\\x54q8'", "mW3vTq8", "bash"),
        ("K=$'mW3v\\n\\'q8'", "mW3v\n'q8", "bash"),
        ("K=mW3v\\\nTq8Zr", "mW3vTq8Zr", "shells"),
        ('K="mW3v\\\nTq8Zr"', "mW3vTq8Zr", "shells"),
        ("K=`mW3v\nTq8Zr`", "mW3v\nTq8Zr", "npm dotenv"),
        ("K='mW3vTq8Zr\nPeLs'", "mW3vTq8Zr", "who reads line by line"),
        ("K='mW3v\r\nTq8Zr'", "mW3v\nTq8Zr", "python-dotenv"),
        ('K="it\'s-mW3v${9999:-$}Tq8"', "it's-mW3v${9999:-$}Tq8", "Node"),
        ("\ufeffK='mW3vTq8Zr';", "mW3vTq8Zr", "who survives a byte order mark"),
    ],
)
def test_a_line_has_the_reading_that_a_program_gives_it(line: str, reading: str, who: str) -> None:
    assert reading in values(f"OTHER=1\n{line}\nLAST=2\n"), who


@pytest.mark.parametrize(
    "line",
    [
        "GREETING=welcome # to our service",
        "GREETING=welcome#home",
        "DEBUG=1 # don't set this to 0 in production",
        "DEBUG='1'   # it's for me; nobody else",
        "API_URL=https://api.example.com/v1/#top",
        "SEARCH=/usr/local/bin;/usr/bin",
        "export GREETING=Hello world",
        "API_KEY= # get one at console.example.com",
        "# API_KEY=mW3vTq8Zr is what it was",
        "API_KEY='mW3vTq8Zr'",
        'API_KEY="mW3v Tq8Zr"',
        "API_KEY=mW3vTq8Zr",
        "API_KEY='-----BEGIN RSA KEY-----\nProc-Type: 4,ENCRYPTED\nMIIEvQIBADANBgkqhkiG\n-----END RSA KEY-----'",
        "URL=postgres://${USER}:${PASSWORD}@${HOST}/db",
        "HOME_DIRECTORY=${HOME}",
        "SHORT=a#b;c",
        "SHORT='a'b",
        "NOTHING=",
    ],
)
def test_ordinary_text_is_no_reading(line: str) -> None:
    assert others(f"{line}\n") == set()


@pytest.mark.parametrize("release", [OLDER[0], CURRENT[-1]])
def test_whatever_a_released_python_dotenv_reads_is_a_reading(release: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(env_texts() | DOTENV_TEXT)
    def check(text: str) -> None:
        read = release_module(release).dotenv_values(stream=as_opened(text))
        given_ = list(readings(text))
        own = {(reading.key, reading.value) for reading in given_ if reading.own}
        loose = {reading.value for reading in given_}
        for key, value in read.items():
            if value and not value.startswith("#"):  # a note in the place of a value, up to 1.2.3
                assert (key, value) in own or (len(value) >= SHORTEST and value in loose)

    check()


@settings(max_examples=150, deadline=None)
@given(env_texts() | DOTENV_TEXT)
def test_readings_are_distinct_and_those_of_others_are_six_characters_and_longer(text: str) -> None:
    found = list(readings(text))
    assert len(set(found)) == len(found)
    loose = [reading.value for reading in found if not reading.own]
    assert len(set(loose)) == len(loose)
    assert all(len(value) >= SHORTEST for value in loose)
    assert all(reading.value for reading in found)
    assert sum(map(len, loose)) <= (GROWTH_MAX + EXPANSION_MAX * 4) * len(text) + 65_536 + LONG


@settings(max_examples=150, deadline=None)
@given(KEYS, st.text(st.characters(exclude_characters="\0\r\n'", exclude_categories=["Cs"]), min_size=SHORTEST))
def test_what_stands_between_single_quotes_is_read_whatever_follows_them(key: str, inside: str) -> None:
    for behind in ("", ";", " # note", "x", '"y"'):
        found = values(f"{key}='{inside}'{behind}\n")
        assert inside in found or inside.strip(" \t'\"`;") in found or not inside.strip(" \t'\"`;")


@settings(max_examples=200, deadline=None)
@given(KEYS, st.lists(st.tuples(st.sampled_from(["'{}'", '"{}"', "{}"]), WORDS), min_size=1, max_size=5))
def test_parts_that_touch_are_one_word_to_a_shell(key: str, parts: list[tuple[str, str]]) -> None:
    line = "".join(quotes.format(word) for quotes, word in parts)
    assert "".join(word for _, word in parts) in values(f"export {key}={line}\n")


@settings(max_examples=200, deadline=None)
@given(st.text("ab'\"$ {}:-x9\\`#;", min_size=8, max_size=30))
def test_what_we_write_is_known_as_it_stands_in_the_file(value: str) -> None:
    written = set_value("", "KEY", value).removeprefix("KEY=").removesuffix("\n")
    inside = written[1:-1] if written[0] in "'\"" else written
    around = " '\"`;"  # nothing of these says anything
    found = {each.strip(around) for each in values(f"KEY={written}\n")}
    assert inside.strip(around) in found or len(inside.strip(around)) < SHORTEST or inside.strip(around).isalpha()


def rising(piece: str, times: int) -> Iterator[str]:
    yield from (f"K='{piece * times}'\n", f'K="{piece * times}\n', f"K={piece * times}\n", f"K='x{piece}\n" * times)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece", ["a", "'", '"', "\\", "$", "${", "${a:", "${a:-", " #", "\\'", "$'", "a b\\n$X;`", "K='"]
)
def test_bait_is_bounded(piece: str) -> None:
    for text in rising(piece, 2_000):
        made = sum(len(reading.value) for reading in readings(text))
        assert made <= (GROWTH_MAX + EXPANSION_MAX) * len(text) + 65_536 + LONG


def test_a_file_of_more_assignments_than_can_be_edited_is_read_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "ASSIGNMENTS_MAX", 100)
    text = "".join(f"KEY_{number}=value-{number:03}\n" for number in range(101))
    with pytest.raises(FileRefused):
        set_value(text, "KEY", "new")
    assert {f"value-{number:03}" for number in range(101)} <= values(text)


def test_the_guard_pays_next_to_nothing_for_the_import() -> None:
    code = (
        "import sys, re, typing, functools\nbefore = set(sys.modules)\nimport pixie_secrets.env_file.readings\n"
        "ours = ('pixie_secrets', '__future__')\n"
        "print([name for name in set(sys.modules) - before if not name.startswith(ours)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_file_of_lines_that_are_read_in_many_ways_is_said_to_be_too_much_and_every_value_of_it_is_known() -> None:
    count = OTHERS_MAX // 10
    lines = "".join(f"""KEY_{number}="a{number}Zq7k'$x8 \\"Lm4n\\\\R2#s ${{Q}};T5" # v\n""" for number in range(count))
    text = lines + "LAST: 'x4fGh7Jk2'\n"
    said: list[FileRefused] = []
    found = list(readings(text, said.append))
    assert [error.message for error in said] == [
        f"this .env has lines that programs read in more than {OTHERS_MAX} ways"
    ]
    own = {(reading.key, reading.value) for reading in found if reading.own}
    assert own >= {(f"KEY_{number}", f"a{number}Zq7k'$x8 \"Lm4n\\R2#s ;T5") for number in range(count)}
    assert len(found) < count + OTHERS_MAX + 200  # no more than one line's readings beyond what is counted
    # what python-dotenv does not read is known as it is written, also behind all of these
    assert any("x4fGh7Jk2" in reading.value for reading in found)
    fewer = "".join(lines.splitlines(keepends=True)[:100])
    assert list(readings(fewer, said.append))
    assert len(said) == 1
