"""python-dotenv has the last word: what it would not read back is not written."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pixie_secrets import env_file
from pixie_secrets.errors import FileRefused
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.read_back import check_read_back
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from pixie_secrets.layouts.project import Project

VALUE = "it's-Wave$7-Qx2"


@pytest.mark.parametrize(
    "after", [b"A=1\n", b"A=1\nK=other\n", b"K=new\n", b"A=2\nK=new\n", b"A='1\nK=new'\n", b"A=1\nK='new\n"]
)
def test_what_is_read_otherwise_is_refused(after: bytes) -> None:
    with pytest.raises(FileRefused, match=r"python-dotenv was asked.* would be read differently"):
        check_read_back(b"A=1\n", after, {"K": "new"})


@pytest.mark.parametrize(
    ("before", "after", "values"),
    [
        (b"A=1\n", b"A=1\nK=new\n", {"K": "new"}),
        (b"A=1\nK=old\nB=${K}\n", b"A=1\nK=new\nB=${K}\n", {"K": "new"}),
        (b"K=x\nA=1\n", b"A=1\n", {"K": None}),
        (b"\xef\xbb\xbfK=old\r\nA=1\r\n", b"\xef\xbb\xbfK=new\r\nA=1\r\n", {"K": "new"}),
        (b"", b'K="it\'s ${9999:-$}5"\n', {"K": "it's $5"}),
        (b"A='x'y\n", b"A='x'y\nK=new\nL=2\n", {"K": "new", "L": "2"}),
    ],
)
def test_what_is_read_as_it_should_be_passes(before: bytes, after: bytes, values: dict[str, str | None]) -> None:
    check_read_back(before, after, values)


def test_a_key_that_is_still_there_is_refused() -> None:
    with pytest.raises(FileRefused, match="K would still be there"):
        check_read_back(b"K=1\n", b"K=1\n", {"K": None})


def test_a_refusal_leaves_the_file_as_it_was(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own grammar is made to err, as it would about a release that is not known yet."""
    tool = project.tool("whisper-transcription")
    tool.env_path.write_bytes(b"A=1\n")
    monkeypatch.setattr(env_file, "set_value", lambda text, key, value, _programs: f"{text}{key}='{value}\n")
    monkeypatch.setattr(env_file, "unset_value", lambda text, _key: f"{text}B=2\nA=3\n")
    with pytest.raises(FileRefused) as caught:
        store_of(tool).set_values({"OPENAI_API_KEY": SecretStr(VALUE)})
    assert VALUE not in caught.value.message + caught.value.hint
    with pytest.raises(FileRefused):
        store_of(tool).unset("OPENAI_API_KEY")
    assert tool.env_path.read_bytes() == b"A=1\n"
    assert not list(tool.folder.glob("*.pixie-new"))


def test_the_library_is_loaded_by_what_writes_alone(project: Project) -> None:
    tool = project.tools[0].id
    for words, loaded in ((["list-secrets"], False), (["set-secret", tool, "WEBHOOK_URL", "--stdin"], True)):
        done = subprocess.run(
            [sys.executable, "-v", "-m", "pixie_secrets", *words],
            cwd=project.root, input="https://x.example/7Qm4", capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert ("import 'dotenv.parser'" in done.stderr) == loaded
