"""What was shared is what is imported, byte for byte, and every reader of zip files sees the same in it."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests.archives.building import PYPROJECT
from tests.archives.trees import files
from tests.conftest import require, require_program

from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.operations.share_tool import ShareToolRequest, share_tool

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples/tools").iterdir())
GALLERY = sorted((ROOT / "tests/gallery").glob("*.json"))


def project_of(folder: Path, tools: list[Path]) -> Path:
    for tool in tools:
        shutil.copytree(
            tool, folder / "tools" / tool.name, ignore=shutil.ignore_patterns(".venv", "__pycache__", ".env")
        )
    return folder


def from_gallery(path: Path, folder: Path) -> Path:
    """A tool around a real manifest: code, a package, a picture, text in many scripts, all from the tool's own name."""
    tool = folder / "tools" / path.stem
    rng = random.Random(path.stem)
    words = ["alpha", "größe", "日本語", "данные", "result", "x = 1", "# note", "\U0001f680"]
    made: dict[str, bytes] = {
        "tool.json": path.read_bytes(),
        "main.py": b"from tool import run\n\nprint(run())\n",
        "tool.py": "".join(f"# {rng.choice(words)}\nvalue_{n} = {rng.random()}\n" for n in range(300)).encode(),
        "pyproject.toml": PYPROJECT,
        "pkg/__init__.py": b"",
        "pkg/text.txt": " ".join(rng.choice(words) for _ in range(2000)).encode(),
        "pkg/windows.txt": b"one\r\ntwo\r\n",
        "assets/logo.png": b"\x89PNG\r\n\x1a\n" + rng.randbytes(5000),
        f"assets/{path.stem}-größe.bin": rng.randbytes(rng.randrange(1, 40_000)),
        "no-newline": b"end",
    }
    for name, data in made.items():
        (tool / name).parent.mkdir(parents=True, exist_ok=True)
        (tool / name).write_bytes(data)
    return folder


def round_trip(sender: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The archive, and the imported tool beside the shared one."""
    [tool] = Project(sender).tools
    shared = share_tool(
        Context(Project(sender)), ShareToolRequest(tool_id=tool.id, output=str(tmp_path / "shared.zip"))
    )
    (tmp_path / "receiver/tools").mkdir(parents=True)
    imported = import_tool(Context(Project(tmp_path / "receiver")), ImportToolRequest(path=shared.path))
    assert imported.sender is not None
    assert not [one for one in imported.warnings if "pixie-share" in one]
    there, here = files(tool.folder), files(tmp_path / "receiver" / imported.folder)
    if ".env.example" not in there and tool.manifest.secrets:
        here.pop(".env.example")
    assert here == there
    return Path(shared.path), tmp_path / "receiver" / imported.folder


@pytest.mark.parametrize("tool", EXAMPLES, ids=lambda path: path.name)
def test_every_example_survives_the_round_trip(tmp_path: Path, tool: Path) -> None:
    round_trip(project_of(tmp_path / "sender", [tool]), tmp_path)


@pytest.mark.parametrize("manifest", GALLERY, ids=lambda path: path.stem)
def test_every_tool_of_the_gallery_survives_the_round_trip_and_a_second_one_is_the_same_archive(
    tmp_path: Path, manifest: Path
) -> None:
    first, received = round_trip(from_gallery(manifest, tmp_path / "sender"), tmp_path)
    again = tmp_path / "again"
    shutil.copytree(received, again / "tools" / received.name)
    second, _ = round_trip(again, again)
    assert first.read_bytes() == second.read_bytes()


def test_there_are_thirty_one_of_them() -> None:
    assert len(GALLERY) == 31


def listed_by(program: str, path: Path) -> list[str]:
    if program == "python":
        with zipfile.ZipFile(path) as zipped:
            return zipped.namelist()
    command = {"unzip": ["unzip", "-Z1", str(path)], "bsdtar": ["bsdtar", "-tf", str(path)]}[program]
    done = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    return done.stdout.decode().splitlines()


def extracted_by(program: str, path: Path, folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    if program == "python":
        with zipfile.ZipFile(path) as zipped:
            zipped.extractall(folder)
    elif program == "7z":
        subprocess.run(["7z", "x", "-bd", f"-o{folder}", str(path)], capture_output=True, check=True, env=environment)
    elif program == "unzip":
        subprocess.run(["unzip", "-q", str(path), "-d", str(folder)], check=True, env=environment)
    else:
        subprocess.run(["bsdtar", "-xf", str(path), "-C", str(folder)], check=True, env=environment)
    return files(folder)


def test_every_reader_lists_and_extracts_the_same(tmp_path: Path) -> None:
    for program in ("unzip", "bsdtar", "7z"):
        require_program(program)
    sender = from_gallery(ROOT / "tests/gallery/rag-with-citations.json", tmp_path / "sender")
    (sender / "tools/rag-with-citations/large.bin").write_bytes(os.urandom(17_000_000))
    (sender / "tools/rag-with-citations/zeros.bin").write_bytes(bytes(17_000_000))
    path, _ = round_trip(sender, tmp_path)
    names = listed_by("python", path)
    assert names[:-1] == sorted(names[:-1])
    assert names[-1].endswith("/pixie-share.json")
    assert listed_by("unzip", path) == listed_by("bsdtar", path) == names
    extracted = {
        program: extracted_by(program, path, tmp_path / program) for program in ("python", "unzip", "bsdtar", "7z")
    }
    for program, found in extracted.items():
        assert found == extracted["python"], program
    assert set(extracted["python"]) == set(names)
    assert subprocess.run(["unzip", "-tq", str(path)], capture_output=True, check=False).returncode == 0
    assert subprocess.run(["zip", "-T", str(path)], capture_output=True, check=False).returncode == 0


def test_the_share_manifest_holds_for_what_other_readers_extract(tmp_path: Path) -> None:
    path, _ = round_trip(project_of(tmp_path / "sender", EXAMPLES[:1]), tmp_path)
    found = extracted_by("python", path, tmp_path / "out")
    [manifest] = [name for name in found if name.endswith("pixie-share.json")]
    said = json.loads(found.pop(manifest))["files"]
    top = manifest.partition("/")[0]
    assert {f"{top}/{name}" for name in said} == set(found)
    for name, one in said.items():
        assert one == {
            "sha256": hashlib.sha256(found[f"{top}/{name}"]).hexdigest(),
            "size": len(found[f"{top}/{name}"]),
        }


def test_no_time_mode_user_or_path_is_in_the_archive(tmp_path: Path) -> None:
    path, _ = round_trip(project_of(tmp_path / "sender", EXAMPLES[:1]), tmp_path)
    with zipfile.ZipFile(path) as zipped:
        for info in zipped.infolist():
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.external_attr >> 16 == 0o100644
            assert (info.create_system, info.extra, info.comment) == (3, b"", b"")
    assert str(tmp_path).encode() not in path.read_bytes()


@pytest.mark.parametrize("command", ["share-tool", "import-tool"])
def test_neither_needs_a_network(tmp_path: Path, command: str) -> None:
    """In a network namespace without interfaces, where every connection fails at once."""
    program = require_program("unshare")
    alone = [program, "-n"] if os.geteuid() == 0 else [program, "-rn"]
    works = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    require("the right to make a network namespace", works)
    sender = project_of(tmp_path / "sender", EXAMPLES[:1])
    archive = tmp_path / "x.zip"
    share_tool(Context(Project(sender)), ShareToolRequest(tool_id=EXAMPLES[0].name, output=str(archive)))
    (tmp_path / "receiver/tools").mkdir(parents=True)
    arguments = {
        "share-tool": ["--project", str(sender), "share-tool", EXAMPLES[0].name, "--output", str(tmp_path / "y.zip")],
        "import-tool": ["--project", str(tmp_path / "receiver"), "import-tool", str(archive)],
    }[command]
    done = subprocess.run(
        [*alone, sys.executable, "-m", "pixie_secrets", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "y.zip").exists() or (tmp_path / "receiver/tools" / EXAMPLES[0].name / "main.py").exists()
