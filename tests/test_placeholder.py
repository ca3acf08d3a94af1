"""What stands where a value should: questioned while a person is there, told afterwards where nobody is."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pixie_secrets.errors import ValueRefused
from pixie_secrets.operations.set_secret import check_answer
from pixie_secrets.secret.placeholder import entry_of_a_store, placeholder_kind
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.secret.value import check_value

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

TOOL, KEY = "whisper-transcription", "WEBHOOK_URL"
STAND_INS = [
    *("<your-token>", "<API KEY HERE>", "[your token]", "{api_key}", "changeme", "CHANGE-ME", "your-secret-token"),
    *("YOUR_API_KEY_HERE", "insert_password_here", "xxxxx", "${DB_PASSWORD}", "$STRIPE_KEY", "{{ secrets.KEY }}"),
    *("%API_KEY%", "op://work/stripe/credential", "vault://kv/data", "**********", "sk-…".replace("…", "****9Qz")),
    *("•••••••••", "http://127.0.0.1:40123/open?token=8fJ", "http://localhost:40123/tool/a/settings"),
    *("***", "[masked]", "sk-...", "sk-proj-7Q...nL", "sk-proj-7Q\u2026", "sk-xxxxxxxx", "ghp_xxxx", "null", "TBD"),
    *("Bearer 8fJq2Lm", "Authorization: Bearer 8fJq2Lm", " changeme \n"),
]
REAL = [
    *("sk-proj-7Qm4xW9tB2nL", "https://hooks.example.com/open/7Qm4", "Pa$$w0rd{7}", "correct horse battery staple"),
    *("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc", "$2b$12$KIXQ4", "http://127.0.0.1:9000/hook", "<>", "a*b*c*d"),
    *("wait...for it, Zq7", "v1.2.3", "it ends in .. 7Qm4", "7Qm4***9tB2nL", "Nonesuch", "maxxx", "sk-7Qxxx4xW9tB2nL"),
    *("postgres://u:p@db/x", "bearer", "x" * 5000),
]
ENTRY = "7Qm4xW9tB2nL\nlogin: me@example.com\nurl: https://example.com\n"


@pytest.mark.parametrize("text", STAND_INS)
def test_a_stand_in_is_seen(text: str) -> None:
    assert placeholder_kind(text)


@pytest.mark.parametrize("text", REAL)
def test_a_value_is_none(text: str) -> None:
    assert not placeholder_kind(text)


@pytest.mark.parametrize(
    ("text", "is_entry"),
    [
        (ENTRY, True),
        ("7Qm4xW9tB2nL\notpauth://totp/x?secret=ABC", True),
        ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", False),
        ('{\n  "a": "b"\n}', False),
        ("host: db\nuser: me", False),
        ("one line", False),
        ("two\nlines", False),
        ("", False),
    ],
)
def test_an_entry_of_a_password_store_is_told_from_other_lines(text: str, is_entry: bool) -> None:
    assert entry_of_a_store(text) == is_entry


@pytest.mark.parametrize("text", ["<your-token>", ENTRY])
def test_whoever_is_there_is_asked_once(project: Project, text: str) -> None:
    value = SecretStr(text)
    with pytest.raises(ValueRefused) as caught:
        check_answer(project, TOOL, (KEY,), KEY, value)
    assert "once more" in caught.value.hint
    assert text not in caught.value.message
    check_answer(project, TOOL, (KEY,), KEY, value)  # given again: it is meant
    with pytest.raises(ValueRefused):
        check_answer(project, TOOL, (KEY,), KEY, SecretStr(text.replace("n", "m")))


@pytest.mark.parametrize(
    ("text", "said"), [("op://work/hook/url", "looks like a reference"), (ENTRY, "entry of a password store")]
)
def test_a_pipe_is_told_afterwards_and_what_came_is_kept(project: Project, text: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "set-secret", TOOL, KEY, "--stdin"],
        cwd=project.root, input=text, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said in done.stderr
    assert "7Qm4" not in done.stdout + done.stderr
    assert text.strip().splitlines()[0] in (project.root / "tools" / TOOL / ".env").read_text()


def test_the_final_line_end_of_a_file_is_no_accident() -> None:
    key_file = "-----BEGIN KEY-----\nQm4xW9\n-----END KEY-----\n"
    assert check_value(KEY, SecretStr(key_file)) == check_value(KEY, SecretStr(key_file.replace("\n", "\r\n"))) == ()
    for edge in (key_file + "\n", " " + key_file, "Qm4xW9tB\n"):
        (warning,) = check_value(KEY, SecretStr(edge))
        assert "white space" in warning
