"""What leaves as a document: our own words and keys of secrets stay, every other text is masked."""

from __future__ import annotations

import json
import subprocess
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from tests.conftest import add_tool
from tests.mcp.client import Client

from pixie_secrets.frozen import Frozen
from pixie_secrets.known_values import KnownValues
from pixie_secrets.known_values.json_documents import keys_in, masked, masked_result, masked_text
from pixie_secrets.secret.key import KeyName

if TYPE_CHECKING:
    from pathlib import Path

    from pixie_secrets.layouts.project import Project


class Weather(StrEnum):
    DRIZZLE = "drizzle"


class Part(NamedTuple):
    key: KeyName
    state: Weather
    note: str


class Whole(Frozen):
    drizzle: str
    parts: tuple[Part, ...]
    names: tuple[KeyName, ...]
    foreign: dict[str, Any]
    counts: dict[str, int]
    number: int = 4711


@pytest.fixture
def known() -> KnownValues:
    """Values that are a word, a key and a number of the document."""
    found = KnownValues()
    for value in ("drizzle", "REGION_NAME", "REGION", "4711"):
        found.add(value, key="K", tool="t")
    return found


def test_our_own_words_and_keys_stay_and_free_text_does_not(known: KnownValues) -> None:
    whole = Whole(
        drizzle="a drizzle",
        parts=(Part("REGION_NAME", Weather.DRIZZLE, "drizzle in REGION_NAME"),),
        names=("REGION_NAME", "OTHER"),
        foreign={"key": "REGION_NAME", "state": "drizzle", "drizzle": 4711, "true": True, "deep": [None, "REGION"]},
        counts={"drizzle": 4711},
    )
    assert masked_result(whole, known) == {
        "drizzle": "a ***",
        "parts": [{"key": "REGION_NAME", "state": "drizzle", "note": "*** in ***"}],
        "names": ["REGION_NAME", "OTHER"],
        "foreign": {"key": "***", "state": "***", "***": "***", "true": True, "deep": [None, "***"]},
        "counts": {"drizzle": 4711},
        "number": 4711,
    }
    assert list(keys_in(whole)) == ["REGION_NAME", "REGION_NAME", "OTHER"]
    assert set(masked_result(whole, known, without=("parts", "foreign"))) == {"drizzle", "names", "counts", "number"}


def test_keys_that_become_equal_are_told_apart(known: KnownValues) -> None:
    assert masked({"drizzle": 1, "REGION": 2}, known) == {"***": 1, "*** (2)": 2}


def test_in_text_a_key_stays_as_a_word_and_nothing_else_does(known: KnownValues) -> None:
    known.add("one REGION_NAME two", key="L", tool="t")
    text = "REGION_NAME  set\nREGION x_REGION_NAME one REGION_NAME two drizzle REGION_NAME"
    assert masked_text(text, ["REGION_NAME"], known) == "REGION_NAME  set\n*** x_*** *** *** REGION_NAME"
    assert masked_text(text, ["OTHER"], known) == known.mask(text)


@pytest.fixture
def root(project: Project) -> Path:
    """Values that are an outcome's word, a severity and the name of their own key."""
    root = project.root
    (root / "tools/whisper-transcription/.env").write_text(
        "OPENAI_API_KEY=unchanged\nWEBHOOK_URL=WEBHOOK_URL\nMOOD=pending\nOTHER=warning\n"
    )
    return root


def run(root: Path, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pixie_secrets", *words], cwd=root, capture_output=True, text=True, check=False
    )
    return done.stdout


def test_an_outcome_is_no_value_even_where_one_is_spelled_like_it(root: Path) -> None:
    add_tool(root, "unchanged", description="pending and unchanged")
    [unchanged, whisper] = json.loads(run(root, "migrate-tool-format", "--json"))["tools"]
    assert whisper["outcome"] == unchanged["outcome"] == "unchanged"
    assert unchanged["folder"] == "***"  # a folder's name is a free text


def test_a_key_is_shown_even_where_its_value_is_its_name(root: Path) -> None:
    [tool] = json.loads(run(root, "list-secrets", "--json"))["tools"]
    assert {secret["key"]: secret["status"] for secret in tool["secrets"]}["WEBHOOK_URL"] == "set"
    assert "  WEBHOOK_URL     set" in run(root, "list-secrets")


def test_a_model_sees_the_same_in_both_parts_of_an_answer(root: Path) -> None:
    with Client(root) as client:
        result = client.call("preview-migration")
        [tool] = result["structuredContent"]["tools"]
        assert tool["outcome"] == "unchanged"
        assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
        [listed] = client.call("list-secrets")["structuredContent"]["tools"]
        assert "WEBHOOK_URL" in [secret["key"] for secret in listed["secrets"]]
