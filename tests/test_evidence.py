"""The search that other tests rely on finds what is there, in every form, and watches what it says it watches."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import urllib.parse
from functools import partial
from typing import TYPE_CHECKING

import pytest
from tests.evidence import Evidence, ProcessWatch
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NEEDLE = 'sk/7Qm4+xW9&tB2"é'


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("after", ["", "z", "zz"])
@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text,
        json.dumps,
        lambda text: json.dumps(text, ensure_ascii=False),
        urllib.parse.quote,
        urllib.parse.quote_plus,
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
        lambda text: text.encode().hex(),
    ],
)
def test_a_text_is_found_in_every_form_and_at_every_place(
    before: str, after: str, encode: Callable[[str], str]
) -> None:
    evidence = Evidence()
    evidence.add("piece", encode(before + NEEDLE + after))
    assert evidence.places(NEEDLE)
    with pytest.raises(AssertionError, match="piece"):
        evidence.assert_nowhere(NEEDLE)


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("sk/7Qm4+xW9&tB2")
    (tmp_path / "left out").write_text(NEEDLE)
    evidence = Evidence()
    evidence.add_tree(tmp_path, without=[tmp_path / "left out"])
    evidence.assert_nowhere(NEEDLE)
    evidence.add_tree(tmp_path)
    assert evidence.places(NEEDLE)


def test_a_search_without_evidence_fails() -> None:
    with pytest.raises(AssertionError, match="no evidence"):
        Evidence().assert_nowhere(NEEDLE)


def test_command_lines_and_environments_of_children_are_seen() -> None:
    script = "import sys; sys.stdin.read()"
    with ProcessWatch() as watch:
        child = subprocess.Popen(
            [sys.executable, "-c", script, "in-argv"], stdin=subprocess.PIPE, env={"NAME": "in-environment"}
        )
        for text in (b"in-argv", b"in-environment"):
            until(partial(_holds, watch, text))
        child.communicate()


def _holds(watch: ProcessWatch, text: bytes) -> bool:
    return any(text in content for _, content in watch.seen.copy())
