"""Each form that docs/masking.md lists, and the ordinary text that is left alone."""

from __future__ import annotations

import html
import json
import re
import subprocess
from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import markupsafe
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import require_program

from pixie_secrets.known_values import KnownValues
from pixie_secrets.known_values.forms import forms

if TYPE_CHECKING:
    from collections.abc import Callable

HARD = "p@ss/w+rd\"'&<>\\ %41\té😀=="
SERVICE_ACCOUNT = {
    "type": "service_account",
    "project_id": "my-project",
    "private_key_id": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "private_key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\n",
    "client_email": "robot-1@my-project.iam.gserviceaccount.com",
    "token_uri": "https://oauth2.googleapis.com/token",
    "nested": [{"password": "horse", "pin": "ab1", "note": "see the wiki"}],
}


def mask(text: str, *values: str) -> str:
    known = KnownValues()
    for value in values:
        known.add(value, key="K", tool="t")
    return known.mask(text)


@pytest.mark.parametrize(
    "form",
    [
        HARD,
        json.dumps(HARD)[1:-1],
        json.dumps(HARD, ensure_ascii=False)[1:-1],
        json.dumps(HARD)[1:-1].replace("/", "\\/"),
        repr(HARD)[1:-1],
        repr(HARD.encode())[2:-1],
        ascii(HARD)[1:-1],
        HARD.encode("ascii", "backslashreplace").decode(),
        html.escape(HARD),
        html.escape(HARD, quote=False),
        str(markupsafe.escape(HARD)),
        quote(HARD),
        quote(HARD, safe=""),
        quote_plus(HARD),
        quote(HARD, safe="!*'()"),
        re.sub("%..", lambda match: match[0].lower(), quote_plus(HARD)),
        HARD.encode().hex(),
        HARD.encode().hex().upper(),
        b64encode(HARD.encode()).decode(),
        b64encode(HARD.encode()).decode().rstrip("="),
        urlsafe_b64encode(HARD.encode()).decode(),
    ],
)  # fmt: skip
def test_a_value_is_masked_in_every_way_it_is_written(form: str) -> None:
    assert mask(f"[{form}]", HARD) == "[***]"


@pytest.mark.parametrize("before", [b"", b"a", b"ab", b"abc", b"user:"])
@pytest.mark.parametrize("behind", [b"", b"a", b"ab", b"abc"])
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_base64_is_found_at_every_alignment(before: bytes, behind: bytes, encode: Callable[[bytes], bytes]) -> None:
    value = "k?>~S3cr3t-Value??>>"
    shown = mask(encode(before + value.encode() + behind).decode(), value)
    left = shown.replace("***", "")
    assert "***" in shown
    assert len(left) <= len(b64encode(before)) + len(b64encode(behind)) + 4
    for start in range(len(value) - 3):
        assert b64encode(value[start : start + 3].encode()).decode() not in left


def test_what_the_base64_command_prints_is_masked() -> None:
    value = "0123456789abcdef" * 8 + "tail"
    printed = subprocess.run(
        [require_program("base64")], input=value.encode(), capture_output=True, check=True
    ).stdout.decode()
    assert "\n" in printed[:-1]
    assert mask(printed, value) == "***\n"


def test_white_space_around_a_value_does_not_hide_it() -> None:
    assert mask("[s3cret-value]", "  s3cret-value\n") == "[***]"


def test_a_key_of_several_lines_is_masked_whole_and_line_by_line() -> None:
    value = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\nshort\n-----END KEY-----\n"
    assert mask(f"[{value}]", value) == "[***]"
    assert mask(value.replace("\n", "\r\n"), value) == "***"
    assert mask(json.dumps({"k": value}), value) == '{"k": "***"}'
    assert mask("1: hkiG9w0BAQEFAASC\n2: short", value) == "1: ***\n2: short"


def test_the_banner_of_a_key_stays_readable() -> None:
    value = "-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----\n"
    assert mask("no -----BEGIN KEY----- found", value) == "no -----BEGIN KEY----- found"


@pytest.mark.parametrize("indent", [None, 2])
def test_the_strings_of_a_json_document_are_masked(indent: int | None) -> None:
    value = json.dumps(SERVICE_ACCOUNT, indent=indent)
    assert mask(f"[{value}]", value) == "[***]"
    for secret in (
        SERVICE_ACCOUNT["private_key"], SERVICE_ACCOUNT["private_key_id"], SERVICE_ACCOUNT["client_email"],
        "MIIEvQIBADANBgkq", "horse", json.dumps(SERVICE_ACCOUNT["private_key"])[1:-1],
    ):  # fmt: skip
        assert mask(f"[{secret}]", value) == "[***]", secret


def test_the_plain_words_of_a_json_document_are_left_alone() -> None:
    text = '{ } [ ] "type" service_account my-project https://oauth2.googleapis.com/token ab1 see the wiki'
    assert mask(text, json.dumps(SERVICE_ACCOUNT)) == text


@pytest.mark.parametrize("value", ["{", "{not json}", "[" * 100_000 + "]", '{"a": NaN}', "[1, 2]", '"text"'])
def test_a_value_that_only_looks_like_json_is_an_ordinary_one(value: str) -> None:
    assert mask(f"x{value}x", value) == ("x***x" if len(value) >= 4 else f"x{value}x")


def test_user_and_password_of_a_url_are_masked() -> None:
    value = "postgres://svc-4711:p%40ss%2Fw0rd@db.example.com:5432/app"
    assert mask(value, value) == "***"
    assert mask("login svc-4711 with p%40ss%2Fw0rd", value) == "login *** with ***"
    assert mask("login with p@ss/w0rd", value) == "login with ***"
    assert mask("at db.example.com:5432/app", value) == "at db.example.com:5432/app"


def test_default_logins_are_left_alone() -> None:
    value = "postgres://postgres:postgres@localhost/postgres"
    text = "postgres on localhost, user postgres, password: none"
    assert mask(text, value) == text


def test_encodings_too_short_to_tell_from_text_are_left_out() -> None:
    exact, texts = forms("abcd")
    assert all(len(form) >= 4 for form in exact)
    assert not [form for form in exact if form in (b"FiY2", b"hYmN")]
    assert not texts


@given(st.text(min_size=4, max_size=60))
def test_the_ways_python_writes_text_are_all_masked(value: str) -> None:
    if "*" in value or value.strip() != value:
        return
    known = KnownValues()
    known.add(value, key="K", tool="t")
    for form in (
        value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], repr(value)[1:-1],
        ascii(value)[1:-1], html.escape(value), quote(value), quote(value, safe=""), quote_plus(value),
        repr(value.encode())[2:-1], value.encode().hex(), b64encode(value.encode()).decode(),
    ):  # fmt: skip
        assert known.mask(f"[{form}]") == "[***]", form
