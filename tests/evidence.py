"""Everything a run leaves behind, and the search of all of it for something that must not be there.

A value is looked for as it is and in every form it commonly takes on the way: JSON, URL and HTML escapes, hex, UTF-16,
and base64 in each of its three alignments, so that it is also found in the middle of something longer.
"""

from __future__ import annotations

import base64
import html
import json
import os
import threading
import urllib.parse
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

_LOOK_EVERY = 0.02


class Evidence:
    """Named pieces of bytes. Add whatever there is, then ask where something stands."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, bytes]] = []

    def add(self, name: str, content: str | bytes) -> None:
        self._pieces.append((name, content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content))

    def add_tree(self, root: Path, *, without: Iterable[Path] = ()) -> None:
        """Every regular file below `root`, and the names of all."""
        left_out = {path.resolve() for path in without}
        for folder, folders, files in os.walk(root):
            for name in (*folders, *files):
                path = Path(folder, name)
                self.add(f"name of {path}", str(path))
                with suppress(FileNotFoundError):  # an installer at work in the background takes its own files away
                    if path.is_file() and not path.is_symlink() and path.resolve() not in left_out:
                        self.add(str(path), path.read_bytes())

    def places(self, needle: str) -> list[str]:
        """The names of the pieces that hold `needle` in any form."""
        forms = forms_of(needle)
        return sorted(
            {f"{name} ({how})" for name, content in self._pieces for how, form in forms.items() if form in content}
        )

    def assert_nowhere(self, needle: str) -> None:
        assert self._pieces, "there is no evidence to search"
        assert not (places := self.places(needle)), places


def forms_of(needle: str) -> dict[str, bytes]:
    """The forms a text takes on its way, by name."""
    raw = needle.encode()
    forms = {
        "raw": raw,
        "JSON": json.dumps(needle)[1:-1].encode(),
        "JSON in UTF-8": json.dumps(needle, ensure_ascii=False)[1:-1].encode(),
        "URL": urllib.parse.quote(needle, safe="").encode(),
        "URL path": urllib.parse.quote(needle).encode(),
        "form": urllib.parse.quote_plus(needle).encode(),
        "HTML": html.escape(needle).encode(),
        "hex": raw.hex().encode(),
        "UTF-16": needle.encode("utf-16-le"),
    }
    for shift in range(3):
        # What stands before the text shifts it in base64; only the characters it alone decides are looked for.
        encoded = base64.b64encode(b"\0" * shift + raw)
        inner = encoded[(8 * shift + 5) // 6 :].rstrip(b"=")
        inner = inner[: (8 * (shift + len(raw))) // 6 - (8 * shift + 5) // 6]
        forms[f"base64+{shift}"] = inner
        forms[f"base64url+{shift}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return forms


class ProcessWatch:
    """Notes the command line of every process, and the environment of every descendant, while it is open."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, bytes]] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        assert self.seen, "no process was seen"

    def add_to(self, evidence: Evidence) -> None:
        for name, content in self.seen:
            evidence.add(name, content)

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_EVERY):
            parents: dict[int, int] = {}
            for folder in Path("/proc").iterdir():
                if folder.name.isdecimal():
                    self._note(folder, "cmdline")
                    parents[int(folder.name)] = _parent(folder)
            for pid in parents:
                if _descends(pid, os.getpid(), parents):
                    self._note(Path(f"/proc/{pid}"), "environ")

    def _note(self, folder: Path, what: str) -> None:
        try:
            content = (folder / what).read_bytes()
        except OSError:
            return
        if content:
            self.seen.add((f"{what} of process {folder.name}", content))


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _descends(pid: int, ancestor: int, parents: dict[int, int]) -> bool:
    while pid := parents.get(pid, 0):
        if pid == ancestor:
            return True
    return False
