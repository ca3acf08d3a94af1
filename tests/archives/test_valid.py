"""Good archives are accepted, whoever packed them: Python, Info-ZIP, 7zip, bsdtar, and what macOS writes."""

from __future__ import annotations

import io
import os
import re
import struct
import subprocess
import zipfile
import zlib
from typing import TYPE_CHECKING, NamedTuple

import pytest
from tests.archives.building import FOLDER, STORED, Member, archive, extra, members, tool_archive, tool_files
from tests.archives.trees import files, tree
from tests.conftest import require_program

from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pixie_secrets.operations.importing.result import ToolImported

MORE = {
    "README.md": b"# Guest\n" * 200,
    "pkg/__init__.py": b"",
    "pkg/deep/er/module.py": b"x = 1\n" * 500,
    "pkg/names with spaces, and (brackets).txt": b"hi\n",
    "pkg/gr\u00fc\u00dfe-\u65e5\u672c.txt": "grüße 日本\n".encode(),
    "image.png": b"\x89PNG\r\n\x1a\n" + os.urandom(3000),
    "empty.txt": b"",
    ".env.example": b"# The guest's key (required)\nGUEST_API_KEY=\nPORT=8000\n",
    ".gitignore": b"*.log\n.env\n.env.*\n!.env.example\n",
    "random.bin": os.urandom(70_000),
}
TOOL = {**tool_files(), **MORE}


@pytest.fixture
def home(tmp_path: Path) -> Project:
    (tmp_path / "project/tools").mkdir(parents=True)
    return Project(tmp_path / "project")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The tool as a folder to pack, with an empty folder in it."""
    root = tmp_path / "sender/guest"
    for name, data in TOOL.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root / "main.py").chmod(0o755)
    return root


def accepted(home: Project, path: Path) -> ToolImported:
    imported = import_tool(Context(home), ImportToolRequest(path=str(path)))
    assert files(home.root / "tools/guest") == TOOL
    assert sorted(path.name for path in (home.root / "tools").iterdir()) == ["guest"]
    modes = {mode & 0o777 for mode, _ in tree(home.root / "tools/guest").values()}  # type: ignore[misc, has-type]  # a link has a text there
    assert modes <= {0o644, 0o755}
    assert not os.access(home.root / "tools/guest/main.py", os.X_OK) or os.geteuid() == 0
    return imported


def _zipfile(**how: object) -> Callable[[Path, Path], None]:
    def pack(folder: Path, out: Path) -> None:
        with zipfile.ZipFile(out, "w", **how) as zipped:  # type: ignore[call-overload]  # any option
            for path in sorted(folder.rglob("*")):
                zipped.write(path, path.relative_to(folder.parent))

    return pack


def _streamed(folder: Path, out: Path) -> None:
    """Python writing where it cannot seek: descriptors behind each file."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]  # only bytes come here
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                zipped.write(path, path.relative_to(folder.parent))
    out.write_bytes(pipe.data)


def _zip64(folder: Path, out: Path) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                with zipped.open(str(path.relative_to(folder.parent)), "w", force_zip64=True) as member:
                    member.write(path.read_bytes())


def _commented(folder: Path, out: Path) -> None:
    _zipfile(compression=zipfile.ZIP_DEFLATED)(folder, out)
    with zipfile.ZipFile(out, "a") as zipped:
        zipped.comment = "Made with ❤".encode()


def _appended(folder: Path, out: Path) -> None:
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    for path in names:
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as zipped:
            zipped.write(path, path.relative_to(folder.parent))


def _jar(top: str) -> Callable[[Path, Path], None]:
    """As `jar cf` packs: a manifest of its own first, with a mark in the extra field."""

    def pack(folder: Path, out: Path) -> None:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
            marked = zipfile.ZipInfo("META-INF/")
            marked.extra = b"\xfe\xca\x00\x00"
            zipped.writestr(marked, b"")
            zipped.writestr("META-INF/MANIFEST.MF", b"Manifest-Version: 1.0\r\nCreated-By: 17.0.1\r\n\r\n")
            for path in sorted(folder.rglob("*")):
                zipped.write(path, f"{top}{path.relative_to(folder).as_posix()}")

    return pack


def _downloaded(folder: Path, out: Path) -> None:
    """As GitHub's "Download ZIP": the branch in the folder's name, the commit in the comment."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.comment = b"3f786850e387550fdab836ed7e6dc881de23001b"
        zipped.writestr("guest-fix-the-parser/", b"")
        for path in sorted(folder.rglob("*")):
            zipped.write(path, f"guest-fix-the-parser/{path.relative_to(folder).as_posix()}")


def _run(*command: str, inside: bool = False) -> Callable[[Path, Path], None]:
    """A packer; `OUT` is the archive, `-` in its place means that it writes to its stdout. inside: the folder itself is
    where it is started.
    """

    def pack(folder: Path, out: Path) -> None:
        program = require_program(command[0])
        arguments = [str(out) if word == "OUT" else word for word in command[1:]]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        if "OUT" in command:
            where = folder if inside else folder.parent
            subprocess.run([program, *arguments], cwd=where, check=True, capture_output=True, env=environment)
        else:
            packed = subprocess.run(
                ["sh", "-c", '"$@" | cat', "sh", program, *arguments],  # a pipe cannot be sought in
                cwd=folder.parent, check=True, capture_output=True, env=environment,
            )  # fmt: skip
            out.write_bytes(packed.stdout)

    return pack


class Packer(NamedTuple):
    name: str
    pack: Callable[[Path, Path], None]


PACKERS = (
    Packer("python deflated", _zipfile(compression=zipfile.ZIP_DEFLATED)),
    Packer("python stored", _zipfile()),
    Packer("python level 9", _zipfile(compression=zipfile.ZIP_DEFLATED, compresslevel=9)),
    Packer("python level 1", _zipfile(compression=zipfile.ZIP_DEFLATED, compresslevel=1)),
    Packer("python without seeking", _streamed),
    Packer("python with zip64 fields", _zip64),
    Packer("python with a comment", _commented),
    Packer("python appending", _appended),
    Packer("zip", _run("zip", "-q", "-r", "OUT", "guest")),
    Packer("zip -9", _run("zip", "-q", "-9", "-r", "OUT", "guest")),
    Packer("zip -0", _run("zip", "-q", "-0", "-r", "OUT", "guest")),
    Packer("zip -X", _run("zip", "-q", "-X", "-r", "OUT", "guest")),
    Packer("zip -D", _run("zip", "-q", "-D", "-r", "OUT", "guest")),
    Packer("zip to a pipe", _run("zip", "-q", "-r", "-", "guest")),
    Packer("zip -0 to a pipe", _run("zip", "-q", "-0", "-r", "-", "guest")),
    Packer("zip -fz", _run("zip", "-q", "-fz", "-r", "OUT", "guest")),
    Packer("zip -fd", _run("zip", "-q", "-fd", "-r", "OUT", "guest")),
    Packer("7z", _run("7z", "a", "-bd", "-tzip", "OUT", "guest")),
    Packer("7z -mx9", _run("7z", "a", "-bd", "-tzip", "-mx=9", "OUT", "guest")),
    Packer("7z copying", _run("7z", "a", "-bd", "-tzip", "-mm=Copy", "OUT", "guest")),
    Packer("7z -mcu", _run("7z", "a", "-bd", "-tzip", "-mcu=on", "OUT", "guest")),
    Packer("bsdtar", _run("bsdtar", "--format", "zip", "-cf", "OUT", "guest")),
    Packer(
        "bsdtar storing", _run("bsdtar", "--format", "zip", "--options", "zip:compression=store", "-cf", "OUT", "guest")
    ),
    Packer("bsdtar with zip64", _run("bsdtar", "--format", "zip", "--options", "zip:zip64", "-cf", "OUT", "guest")),
    Packer("bsdtar from inside", _run("bsdtar", "--format", "zip", "-cf", "OUT", ".", inside=True)),
    Packer("zip from inside", _run("zip", "-q", "-r", "OUT", ".", inside=True)),
    Packer("7z from inside", _run("7z", "a", "-bd", "-tzip", "OUT", ".", inside=True)),
    Packer("jar", _jar("guest/")),
    Packer("jar from inside", _jar("")),
    Packer("GitHub's download", _downloaded),
    Packer("bsdtar to a pipe", _run("bsdtar", "--format", "zip", "-cf", "-", "guest")),
)


@pytest.mark.parametrize("packer", PACKERS, ids=lambda packer: packer.name)
def test_what_common_programs_pack_is_accepted_byte_for_byte(
    home: Project, folder: Path, tmp_path: Path, packer: Packer
) -> None:
    packer.pack(folder, tmp_path / "guest.zip")
    imported = accepted(home, tmp_path / "guest.zip")
    assert imported.sender is None
    assert any("says nothing of itself" in warning for warning in imported.warnings)


def _macos(*, flagged: bool) -> bytes:
    """As Finder packs: descriptors, resource forks beside, .DS_Store, folders listed, names in UTF-8."""
    made = []
    for name, data in TOOL.items():
        member = Member(f"guest/{name}", data, attributes=0o100644 << 16, extra=extra(0x5855, bytes(8)))
        member.flags = 8 | (0x800 if flagged and not member.raw.isascii() else 0)
        if not data:
            member.flags &= ~8
        else:
            fields = member.fields()
            member.local = {"crc": 0, "packed": 0, "size": 0, "extra": extra(0x5855, bytes(12))}
            member.descriptor = struct.pack("<4sLLL", b"PK\x07\x08", zlib.crc32(data), fields["packed"], len(data))
        made.append(member)
        made.append(Member("__MACOSX/guest/" + re.sub(r"([^/]+)$", r"._\1", name), b"\0\5\x16\7"))
    folders = [
        Member("guest/", attributes=FOLDER, method=STORED),
        Member("__MACOSX/", attributes=FOLDER, method=STORED),
    ]
    litter = [Member("guest/.DS_Store", b"\0\0\0\1Bud1"), Member("guest/pkg/.DS_Store", b"\0")]
    return archive([*folders, *made, *litter])


@pytest.mark.parametrize("flagged", [True, False])
def test_what_macos_packs_is_accepted_and_its_litter_dropped(home: Project, tmp_path: Path, flagged: bool) -> None:
    (tmp_path / "guest.zip").write_bytes(_macos(flagged=flagged))
    imported = accepted(home, tmp_path / "guest.zip")
    assert "guest/.DS_Store" in imported.dropped


LITTER = (
    "__pycache__/main.cpython-311.pyc", "pkg/__pycache__/x.pyc", ".DS_Store", "Thumbs.db", "desktop.ini", "main.py~",
    ".main.py.swp", "#main.py#", ".idea/workspace.xml", ".vscode/tasks.json", ".mypy_cache/x.json", "._main.py",
    ".pytest_cache/README.md", "guest.egg-info/PKG-INFO",
)  # fmt: skip


@pytest.mark.parametrize("name", LITTER)
def test_litter_of_editors_systems_and_caches_is_dropped(home: Project, tmp_path: Path, name: str) -> None:
    (tmp_path / "guest.zip").write_bytes(tool_archive({**MORE, name: b"\x7fELF whatever"}))
    assert accepted(home, tmp_path / "guest.zip").dropped == (f"guest/{name}",)


def _wheel() -> bytes:
    return archive([Member("pkg/__init__.py", b"x = 1\n"), Member("pkg-1.dist-info/RECORD", b"pkg/__init__.py,,\n")])


ODD = {
    "a pure wheel": {"vendor/pkg-1-py3-none-any.whl": _wheel()},
    "an empty zip": {"fixtures/empty.zip": archive([])},
    "text that begins like a program": {"notes.txt": b"MZ is how programs for Windows begin\n"},
    "a name that only looks like a device": {"console.py": b"", "aux_.py": b"", "com10.txt": b"", "nulls.py": b""},
    "names that only look like a .env": {"env.py": b"", "environment.yml": b"", "dotenv.md": b"", "my_env.py": b""},
    "a .env.example whose values are stand-ins": {".env.example": b"GUEST_API_KEY=your-api-key-here\nDEBUG=true\n"},
    "dots and dashes": {"a..b.txt": b"1", "-x.txt": b"2"},
    "emoji": {"rocket-\U0001f680.txt": b"go"},
    "emoji of several code points": {
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 family.txt": b"1",
        "\U0001f937\U0001f3fd\u200d\u2640\ufe0f.txt": b"2",
        "\u2764\ufe0f\u200d\U0001f525.txt": b"3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f.txt": b"4",
        "7\ufe0f\u20e3 \U0001f1eb\U0001f1f7.txt": b"5",
    },
    "a table that packs 400 times": {"table.csv": b"2026-01-01,0.0,0.0,0.0,0.0,station 7\n" * 60_000},
    "a gzipped table": {"table.csv.gz": __import__("gzip").compress(b"a,b\n1,2\n")},
    "well compressible data": {"zeros.txt": b"0" * 900_000},
}


@pytest.mark.parametrize("added", ODD.values(), ids=ODD.keys())
def test_what_only_looks_bad_is_accepted(home: Project, tmp_path: Path, added: dict[str, bytes]) -> None:
    (tmp_path / "guest.zip").write_bytes(tool_archive(added))
    imported = import_tool(Context(home), ImportToolRequest(path=str(tmp_path / "guest.zip")))
    assert files(home.root / "tools/guest") == {**tool_files(), **added}
    assert imported.file_count == len(tool_files() | added)


def test_members_in_any_order_of_list_and_file_are_accepted(home: Project, tmp_path: Path) -> None:
    made = members(TOOL)
    data = archive(made)
    start = data.index(b"PK\x01\x02")
    end = data.rindex(b"PK\x05\x06")
    headers = [b"PK\x01\x02" + one for one in data[start:end].split(b"PK\x01\x02")[1:]]
    (tmp_path / "guest.zip").write_bytes(data[:start] + b"".join(reversed(headers)) + data[end:])
    accepted(home, tmp_path / "guest.zip")
