"""What is shared is imported: whatever an import would refuse, the share has refused, or left out, or put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.archives.building import archive, manifest, members, tool_files
from tests.archives.test_share import packed, put, share
from tests.archives.test_share import root as root  # noqa: PLC0414  a fixture

from pixie_secrets.archives import limits
from pixie_secrets.archives.refusals import ArchiveRefused, ShareRefused
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def imported(root: Path) -> dict[str, bytes]:
    """Share the tool and import that elsewhere; what was in the archive."""
    shared = share(root)
    (root.parent / "elsewhere/tools").mkdir(parents=True)
    import_tool(Context(Project(root.parent / "elsewhere")), ImportToolRequest(path=shared.path))
    return packed(shared)


TAKEN: dict[str, tuple[dict[str, str], set[str], set[str]]] = {
    "a template spelled another way": ({".env.Example": "GUEST_API_KEY=\n"}, {".env.Example"}, {".env.example"}),
    "a folder called as a template": ({".env.example/x": "x"}, {".env.example/x"}, {".env.example"}),
    "another share's manifest, spelled another way": (
        {"Pixie-Share.JSON": "{}"},
        {"pixie-share.json"},
        {"Pixie-Share.JSON"},
    ),
    "a .gitignore with a line that git passes over": (
        {".gitignore": "a\\\n[z-a]\nb*\n", "bx": "", "a": ""},
        {"a"},
        {"bx"},
    ),
    "a .gitignore with a class": ({".gitignore": "x[[:digit:]]\n", "x1": "", "xy": ""}, {"xy"}, {"x1"}),
}


@pytest.mark.parametrize(("added", "inside", "outside"), TAKEN.values(), ids=TAKEN.keys())
def test_what_could_have_clashed_is_shared_and_imported(
    root: Path, added: dict[str, str], inside: set[str], outside: set[str]
) -> None:
    for name, text in added.items():
        put(root, name, text)
    names = set(imported(root))
    assert inside <= names
    assert not outside & names


def _entrypoint(root: Path) -> None:
    put(root, "tool.json", manifest(entrypoint="src/server.py"))
    put(root, "src/server.py")
    put(root, ".gitignore", "*.py\n!main.py\n")


def _files(files: dict[str, bytes]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        for name, data in files.items():
            put(root, name, data)

    return make


def _zip(files: dict[str, bytes]) -> bytes:
    return archive(members(files, ""))


LARGE = b"# far too much\n" * (limits.WHOLE_MAX // 15 + 1)
REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "too deep, once it lies in the tool's folder": (_files({"/".join(["d"] * 31) + "/x": b""}), "32 folders deep"),
    "too long, once it lies in the tool's folder": (
        _files({"/".join(["d" * 248] * 3) + "/" + "x" * 249: b""}),
        "more than 1000 bytes",
    ),
    "what starts it is ignored": (_entrypoint, "src/server.py would not be in the archive: it is ignored"),
    "a .gitignore that shows .env": (_files({"sub/.gitignore": b"*\n!.*\n"}), "sub/.gitignore makes git see the .env"),
    "a .gitignore that shows .env in an archive within": (
        _files({"a.zip": _zip({".gitignore": b"!.env\n"})}),
        r"a.zip!.gitignore makes git see the .env, and no import",
    ),
    "a template with a value in an archive within": (
        _files({"a.zip": _zip({"pkg/.env.sample": b"GUEST_API_KEY=blue\n"})}),
        "a.zip!pkg/.env.sample has a value for GUEST_API_KEY",
    ),
    "a .gitignore of too many patterns": (_files({".gitignore": b"a*b\n" * 6000}), "patterns that cannot be read"),
    "a .gitignore of endless patterns": (_files({".gitignore": b"*a" * 50_000}), "patterns that cannot be read"),
    "a .gitignore of megabytes": (_files({".gitignore": b"\n" * (limits.MIB + 1)}), "patterns that cannot be read"),
    **{
        f"a {name} of 16 MiB": (_files({name: LARGE}), f"{name} is larger than 16 MiB")
        for name in ("pyproject.toml", "uv.lock", ".env.example", "sub/.env.sample")
    },
}


@pytest.mark.parametrize(("make", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_no_import_would_take_is_refused_by_the_share(
    root: Path, make: Callable[[Path], None], reason: str
) -> None:
    make(root)
    for dry_run in (True, False):
        with pytest.raises(ShareRefused, match=reason.replace("(", r"\(")):
            share(root, dry_run=dry_run)
    assert not list(root.glob("*.zip"))


def test_an_archive_larger_than_any_import_takes_is_not_made(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files are few enough, their headers are what is too much."""
    whole = share(root, output=str(root / "whole.zip")).size
    monkeypatch.setattr(limits, "ARCHIVE_MAX", whole - 1)
    for dry_run in (True, False):
        with pytest.raises(ShareRefused, match="the archive would be larger"):
            share(root, dry_run=dry_run)
    assert not list(root.glob("guest*.zip"))
    monkeypatch.setattr(limits, "ARCHIVE_MAX", whole)
    assert share(root).size == whole


def test_a_list_of_what_stays_that_no_import_would_read_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(root, ".gitignore", "*.log\n")
    for number in range(100):
        put(root, f"logs/{number}.log")
    monkeypatch.setattr(limits, "WHOLE_MAX", 5000)
    with pytest.raises(ShareRefused, match=r"say of itself \(pixie-share.json\) is too large") as refused:
        share(root)
    assert "whole folders" in refused.value.hint
    put(root, ".gitignore", "logs/\n")
    assert "pixie-share.json" in imported(root)


@pytest.mark.parametrize("gitignore", [b"!a*b\n" * 6000, b"!" + b"*a" * 50_000])
def test_an_import_refuses_a_gitignore_that_nobody_could_read(root: Path, gitignore: bytes) -> None:
    path = root.parent / "g.zip"
    path.write_bytes(archive(members({**tool_files("other"), ".gitignore": gitignore}, "other")))
    with pytest.raises(ArchiveRefused, match="patterns that cannot be read"):
        import_tool(Context(Project(root)), ImportToolRequest(path=str(path)))
