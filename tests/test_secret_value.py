"""What may be a value: refusals that say why and repeat nothing, warnings, and everything real that must pass."""

from __future__ import annotations

import os
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pixie_secrets.env_file import read_values, set_value
from pixie_secrets.errors import ValueRefused
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.secret.value import check_value

KEY = "OPENAI_API_KEY"
OTHERS = ("DATABASE_URL", "WEBHOOK_URL")
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ==\nBKcwggSjAgEAAoIBAQ==\n-----END PRIVATE KEY-----"


def warnings(value: str, key: str = KEY, others: tuple[str, ...] = OTHERS) -> tuple[str, ...]:
    return check_value(key, SecretStr(value), others)


def refused(value: str, match: str, key: str = KEY) -> None:
    with pytest.raises(ValueRefused, match=match) as caught:
        warnings(value, key)
    shown = "".join(f"{error.message} {error.hint}" for error in [caught.value])
    assert caught.value.hint
    assert caught.value.__context__ is None
    if len(value) > 3:
        assert value not in shown
        assert value.partition("=")[2] in ("", "=") or value.partition("=")[2] not in shown


def test_an_empty_value_is_refused_and_the_hint_says_how_to_remove_one() -> None:
    refused("", "no value")


def test_what_no_environment_can_carry_is_refused() -> None:
    refused("sk-\0hidden", "NUL")
    refused("sk-hidden\ud800", "lone surrogate")


@pytest.mark.parametrize("character", ["x", "ü", "🔑"])
def test_the_limit_is_the_kernels(character: str) -> None:
    size = len(character.encode())
    most = (128 * 1024 - len(f"{KEY}=\0")) // size
    largest = character * most + "x" * (128 * 1024 - len(f"{KEY}=\0") - most * size)
    assert warnings(largest) == ()
    refused(largest + "x", "too large")
    subprocess.run(["true"], env={KEY: largest, "PATH": os.environ["PATH"]}, check=True)
    with pytest.raises(OSError, match="Argument list too long"):
        subprocess.run(["true"], env={KEY: largest + "x", "PATH": os.environ["PATH"]}, check=True)


@pytest.mark.parametrize(
    "value",
    [
        "OPENAI_API_KEY=sk-hidden",
        "  OPENAI_API_KEY = sk-hidden",
        "export OPENAI_API_KEY=sk-hidden",
        "OPENAI_API_KEY='sk-hidden'\n",
        'OPENAI_API_KEY="-----BEGIN KEY-----\nabc\n-----END KEY-----"',
        "DATABASE_URL=postgres://hidden",
        "export SOMETHING_ELSE=sk-hidden",
        "OPENAI_API_KEY=",
        "openai_api_key=sk-hidden",
        "set OPENAI_API_KEY=sk-hidden",
        '$env:OPENAI_API_KEY = "sk-hidden"',
        "OPENAI_API_KEY: sk-hidden",
        '"OPENAI_API_KEY": "sk-hidden",',
    ],
)
def test_a_line_of_a_dotenv_is_refused(value: str) -> None:
    refused(value, "that is a line of a .env")


@pytest.mark.parametrize(
    "value",
    [
        "AWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=hidden",
        "# mine\r\nA_KEY=hidden\r\n\r\nexport B_KEY='hidden'\r\n",
    ],
)
def test_several_lines_of_a_dotenv_are_refused(value: str) -> None:
    refused(value, "several lines of a .env")


REAL = {
    "base64": "c2VjcmV0LXZhbHVlLWluLWJhc2U2NA==",
    "base64 in capitals": "ABCDEFGH=",
    "base64 of several lines": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZn\naGlqa2xtbm9wcXJzdHV2d3h5eg==",
    "PEM": PEM,
    "JSON": '{"type": "service_account", "KEY": "a=b"}',
    "JSON with a field of that name": '{"openai_api_key": "x", "webhook_url": "y"}',
    "JSON of several lines": '{\n  "A": "B=c"\n}',
    "URL with a query": "https://hooks.example.com/x?token=abc&OPENAI_API_KEY=1",
    "libpq": "host=db.example port=5432 user=me password=secret",
    "libpq of several lines": "host=db.example\nuser=me\npassword=secret",
    "azure": "DefaultEndpointsProtocol=https;AccountName=me;AccountKey=c2VjcmV0==;EndpointSuffix=core.windows.net",
    "odbc": "Driver={ODBC};Server=db;Uid=me;Pwd=secret;",
    "cookie": "session=abcdef123456",
    "address whose scheme is a name": "WEBHOOK_URL://x:y",
    "name of a key without a value": "OPENAI_API_KEY",
    "key as a prefix": "OPENAI_API_KEY_2=x-not-declared"[:16] + "-suffix=",
    "sentence": "correct horse battery staple",
    "exported word": "exported=1;x=2",
    "jwt": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_def-ghi",
    "four characters": "x7Kq",
}


@pytest.mark.parametrize("value", REAL.values(), ids=REAL.keys())
def test_a_real_value_passes_without_a_word(value: str) -> None:
    assert warnings(value) == ()


def test_a_connection_string_passes_even_where_its_fields_are_declared_too() -> None:
    assert warnings("Server=db;Database=x", "DSN", ("SERVER", "DATABASE")) == ()


@pytest.mark.parametrize(
    "value", [" sk-abcdef", "sk-abcdef\n", "sk-abcdef\r\n", "sk-abcdef\t", "\u200bsk-abcdef", "\ufeffsk-abcdef", "    "]
)
def test_invisible_edges_are_warned_about(value: str) -> None:
    (warning,) = warnings(value)
    assert "white space" in warning
    assert "sk-abcdef" not in warning


@pytest.mark.parametrize("value", ["x", "abc", "🔑🔑🔑"])
def test_a_value_too_short_to_mask_is_warned_about(value: str) -> None:
    (warning,) = warnings(value)
    assert "cannot be masked" in warning


@pytest.mark.parametrize("value", ["true", "password", "localhost", "test", "ADMIN", "Changeme", "production"])
def test_an_everyday_word_is_warned_about(value: str) -> None:
    (warning,) = warnings(value)
    assert "everyday word" in warning
    assert value not in warning


def test_quotation_marks_that_came_along_are_warned_about() -> None:
    (warning,) = warnings('"sk-abcdef"')
    assert "quotation marks" in warning


def test_what_begins_like_a_line_for_an_unknown_key_is_warned_about() -> None:
    (warning,) = warnings("ANTHROPIC_API_KEY=sk-ant-abcdef")
    assert "begins like a line" in warning


@settings(max_examples=500, deadline=None)
@given(st.text() | st.text(st.characters(categories=["Cs", "Cc", "Zs", "Lu"])))
@example("=")
def test_whatever_is_not_refused_can_be_stored(value: str) -> None:
    try:
        found = warnings(value)
    except ValueRefused:
        return
    assert read_values(set_value("", KEY, value))[KEY] == value
    assert not any(len(value) > 8 and value in warning for warning in found)
