"""What a share carries, what it leaves out and why, and when it is refused. No scenario lets a value out."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.archives.building import tool_files
from tests.archives.hostile import ELF
from tests.archives.trees import files, tree
from tests.conftest import add_tool

from pixie_secrets.archives import limits
from pixie_secrets.archives.packing import Packing
from pixie_secrets.archives.refusals import ShareRefused
from pixie_secrets.errors import FileRefused, UnknownTool
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context, Progress
from pixie_secrets.operations.import_tool import ImportToolRequest, import_tool
from pixie_secrets.operations.share_tool import ShareToolRequest, ToolShared, share_tool

if TYPE_CHECKING:
    from collections.abc import Callable

VALUE = "zq7-Known.Value/4711+x"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose tool `guest` has a value."""
    folder = add_tool(tmp_path / "project", "guest", version="1.2.0", secrets=[{"key": "GUEST_API_KEY"}])
    for name, data in tool_files().items():
        if name != "tool.json":
            (folder / name).write_bytes(data)
    (folder / ".env").write_text(f"GUEST_API_KEY={VALUE}\nDEBUG=true\nPORT=8000\n")
    return tmp_path / "project"


def share(root: Path, **how: object) -> ToolShared:
    allow = how.pop("allow", None)
    return share_tool(Context(Project(root)), ShareToolRequest(tool_id="guest", **how), allow)  # type: ignore[arg-type]  # any field


def put(root: Path, name: str, data: bytes | str = b"x") -> Path:
    path = root / "tools/guest" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def packed(shared: ToolShared) -> dict[str, bytes]:
    with zipfile.ZipFile(shared.path) as zipped:
        assert zipped.testzip() is None
        return {name.removeprefix("guest/"): zipped.read(name) for name in zipped.namelist()}


def test_it_goes_into_the_project_under_id_and_version_with_one_folder(root: Path) -> None:
    shared = share(root)
    assert shared.path == str(root / "guest-1.2.0.zip")
    assert set(packed(shared)) == {"tool.json", "main.py", "pyproject.toml", ".env.example", "pixie-share.json"}
    assert shared.generated == (".env.example", "pixie-share.json")
    assert Path(shared.path).stat().st_size == shared.size


STAYS = (
    ".env", ".env.local", ".ENV.production", "prod.env", ".env.bak", ".env~", "sub/.env", "sub/.Env.Old", ".envrc",
    ".venv/lib/x.py", "venv/bin/python", "sub/.venv/x", ".git/config", "sub/.git", ".hg/x",
    "__pycache__/main.cpython-311.pyc", "sub/__pycache__/x.pyc", "x.pyc", ".mypy_cache/x", ".pytest_cache/x",
    "node_modules/x/index.js", ".DS_Store", "Thumbs.db", "main.py~", ".main.py.swp", ".idea/x.xml",
    ".vscode/settings.json", "server.pem", "id_rsa", "id_ed25519", "keys/tls.key", "cert.p12", "client_secret_1.json",
    ".netrc", ".ssh/config", ".aws/credentials", "data/big.csv", "DATA/x.csv", ".pixie-import-1/x", ".env.pixie-new",
    "conftest.py", "tests/conftest.py", "x.pth", "sitecustomize.py", ".claude/settings.json", ".mcp.json",
    "guest.egg-info/PKG-INFO", "pixie-share.json", "odd-env/pyvenv.cfg",
)  # fmt: skip


@pytest.mark.parametrize("name", STAYS)
def test_what_does_not_belong_stays_out_and_is_named_with_the_reason(root: Path, name: str) -> None:
    put(root, name, f"A={VALUE}\n")
    shared = share(root)
    inside = packed(shared)
    if name != "pixie-share.json":
        assert name not in inside
    assert VALUE not in "".join(inside) + b"".join(inside.values()).decode("utf-8", "replace")
    found = [one for one in shared.left_out if name == one.path or name.startswith(one.path.rstrip("/") + "/")]
    assert len(found) == 1
    assert found[0].reason


GOES = (
    "data.py",
    "sub/data/x.csv",
    "env.py",
    "environment.yml",
    "id_rsa.pub",
    "keyboard.py",
    "README.md",
    "tests/test_x.py",
    "dist/x.js",
)


@pytest.mark.parametrize("name", GOES)
def test_what_only_looks_like_it_goes_in(root: Path, name: str) -> None:
    put(root, name)
    assert name in packed(share(root))


def test_the_tools_own_gitignore_decides_like_git(root: Path) -> None:
    put(root, ".gitignore", "*.log\n!keep.log\n/out/\ncache*/\n")
    put(root, "sub/.gitignore", "!special.log\nlocal.txt\n")
    for name in (
        "a.log",
        "keep.log",
        "out/x",
        "sub/out/x",
        "cache1/x",
        "sub/special.log",
        "sub/local.txt",
        "local.txt",
    ):
        put(root, name)
    inside = packed(share(root))
    assert {"keep.log", "sub/out/x", "sub/special.log", "local.txt"} <= set(inside)
    assert not {"a.log", "out/x", "cache1/x", "sub/local.txt"} & set(inside)


def test_links_pipes_and_sockets_are_named_and_nothing_outside_is_read(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "private.txt").write_text(VALUE)
    (root / "tools/guest/link.txt").symlink_to(outside / "private.txt")
    (root / "tools/guest/linked").symlink_to(outside)
    (root / "tools/guest/up").symlink_to("..")
    os.mkfifo(root / "tools/guest/pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(root / "tools/guest")
        bound.bind("sock")
        os.chdir(here)
        shared = share(root)
    reasons = {one.path: one.reason for one in shared.left_out}
    assert {"link.txt", "linked", "up", "pipe", "sock"} <= set(reasons)
    assert "link" in reasons["link.txt"]
    assert not {"link.txt", "linked", "pipe", "sock"} & set(packed(shared))


def _forms() -> dict[str, bytes]:
    raw = VALUE.encode()
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", raw)
    return {
        "as it is": b"token = '" + raw + b"'\n",
        "in base64": base64.b64encode(b"user:" + raw),
        "in hex": raw.hex().encode(),
        "in a URL": b"https://x.test/?k=zq7-Known.Value%2F4711%2Bx",
        "in JSON": json.dumps({"a": VALUE}).encode(),
        "in UTF-16": VALUE.encode("utf-16"),
        "in UTF-16 with an odd byte behind": VALUE.encode("utf-16") + b"\n",
        "in UTF-16 with half a character": VALUE.encode("utf-16") + b"\0\xd8\n\0",
        "in UTF-16 of many megabytes, a character across the cut": "".join(
            ("\ufeff", VALUE, "x" * (limits.MIB - 2 - len(VALUE)), "\U0001f600", "y" * 8 * limits.MIB)
        ).encode("utf-16-le"),
        "in UTF-32 with an odd byte behind": VALUE.encode("utf-32") + b"\n",
        "in binary": bytes(100) + raw + bytes(100),
        "in a zip": zipped.getvalue(),
        "in a gzip": gzip.compress(raw * 3),
        "far into a large file": b"x" * (limits.WHOLE_MAX + 700_000) + raw + b"y" * 100,
        "across pieces of a large file": b"x" * (17 * limits.MIB - 9) + raw + b"y" * limits.MIB,
    }


@pytest.mark.parametrize("form", _forms().values(), ids=_forms().keys())
def test_a_known_value_in_any_form_refuses_the_share_and_cannot_be_overridden(root: Path, form: bytes) -> None:
    put(root, "sub/notes.bin", form)
    before = tree(root)
    for dry_run in (True, False):
        with pytest.raises(ShareRefused) as refused:
            share(root, dry_run=dry_run, allow={"HS006": "because"})
        assert "values of secrets" in refused.value.message
        assert "sub/notes.bin" in refused.value.message
        assert VALUE not in str(refused.value) + refused.value.hint
    with pytest.raises(ShareRefused, match="never shared"):
        share(root, allow={"KV001": "because"})
    assert tree(root) == before


def test_a_known_value_in_a_files_name_refuses_it_without_the_name(root: Path) -> None:
    (root / "tools/guest/.env").write_text("GUEST_API_KEY=hush-hush-4711\n")
    put(root, "hush-hush-4711.txt")
    with pytest.raises(ShareRefused) as refused:
        share(root)
    assert "hush" not in refused.value.message + refused.value.hint


def test_values_of_other_tools_and_of_other_env_files_are_known_too(root: Path) -> None:
    other = add_tool(root, "other", secrets=[{"key": "OTHER_TOKEN"}])
    (other / ".env").write_text("OTHER_TOKEN=of-another-tool-99\n")
    put(root, ".env.local", "LOCAL_TOKEN=of-the-local-file-77\n")
    for value in ("of-another-tool-99", "of-the-local-file-77"):
        path = put(root, "notes.txt", value)
        with pytest.raises(ShareRefused, match=r"notes\.txt:1"):
            share(root)
        path.unlink()


def test_plain_settings_of_the_env_do_not_refuse_it(root: Path) -> None:
    put(root, "settings.py", "DEBUG = 'true'\nPORT = 8000\n")
    assert "settings.py" in packed(share(root))


def test_a_file_of_values_that_cannot_be_read_refuses_it(root: Path) -> None:
    (root / "tools/guest/.env").write_bytes(b"A=\xff\n")
    with pytest.raises(FileRefused, match="UTF-8"):
        share(root)


HARD_CODED = 'API_TOKEN = "ghp_' + "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY1zA2"[:36] + '"\n'


def test_a_finding_of_lint_refuses_it_unless_a_person_gives_a_reason(root: Path) -> None:
    put(root, "x.py", "\n\n" + HARD_CODED)
    with pytest.raises(ShareRefused) as refused:
        share(root)
    assert "x.py:3" in refused.value.message
    assert "ghp_" not in refused.value.message + refused.value.hint
    code = refused.value.message.rpartition("(")[2].rstrip(")")
    with pytest.raises(ShareRefused, match="reason"):
        share(root, allow={code: "  "})
    with pytest.raises(ShareRefused, match="no such code"):
        share(root, allow={"XX999": "why not"})
    shared = share(root, allow={code: "the example of the documentation"})
    assert shared.allowed == (code,)
    said = json.loads(packed(shared)["pixie-share.json"])
    assert said["allowed"] == [{"code": code, "reason": "the example of the documentation"}]
    imported = import_tool(Context(Project(_empty(root))), ImportToolRequest(path=shared.path))
    assert imported.sender is not None
    assert imported.sender.allowed == (f"{code}: the example of the documentation",)
    assert any(finding.file == "tools/guest/x.py" and finding.line == 3 for finding in imported.findings)


def _empty(root: Path) -> Path:
    other = root.parent / "other-project"
    (other / "tools").mkdir(parents=True, exist_ok=True)
    return other


def test_the_share_manifest_says_what_is_in_it(root: Path) -> None:
    put(
        root,
        "net.py",
        "# https://comment.test\nA = 'https://api.one.test/x'\nB = f\"wss://two.test:8443/{A}\"\nC = 'postgres://u:p@db.test'\n",
    )
    put(root, "up.txt", "https://text.test")
    put(root, "id_rsa")
    put(root, "__pycache__/x.pyc")
    inside = packed(share(root))
    said = json.loads(inside.pop("pixie-share.json"))
    assert set(said["files"]) == set(inside)
    assert said["hosts"] == ["api.one.test", "db.test", "two.test"]
    assert said["tool"] == {"id": "guest", "name": "Guest", "version": "1.2.0"}
    assert [secret["key"] for secret in said["secrets"]] == ["GUEST_API_KEY"]
    assert [one["path"] for one in said["left_out"]] == ["id_rsa"]
    assert str(root) not in json.dumps(said)


def test_the_same_tool_gives_the_same_bytes_whoever_shares_it_when(root: Path, tmp_path: Path) -> None:
    put(root, "z.py", "x = 1\n")
    put(root, "b/a.txt", "1" * 5000)
    first = Path(share(root, output=str(tmp_path / "1.zip")).path).read_bytes()
    clone = tmp_path / "elsewhere"
    subprocess.run(["cp", "-r", str(root), str(clone)], check=True)
    for path in sorted((clone / "tools/guest").rglob("*"), reverse=True):
        os.utime(path, (1, 1))
        if path.is_file() and path.name != ".env":
            path.chmod(0o755)
    put(clone, "__pycache__/z.pyc")
    put(clone, ".venv/pyvenv.cfg")
    (clone / "tools/guest/.env").write_text("GUEST_API_KEY=quite-another-value-12\n")
    second = Path(share(clone, output=str(tmp_path / "2.zip")).path).read_bytes()
    assert first == second


def test_a_dry_run_says_the_same_and_writes_nothing(root: Path) -> None:
    put(root, "big.bin", os.urandom(limits.WHOLE_MAX + 5))
    before = tree(root)
    dry = share(root, dry_run=True)
    assert tree(root) == before
    real = share(root)
    same = {"files", "file_count", "total", "left_out", "generated", "secrets", "hosts", "path"}
    assert dry.model_dump(include=same) == real.model_dump(include=same)
    assert dry.sha256 is None
    assert real.sha256 is not None


OUTPUTS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a file": (lambda root: put(root, "../../x.zip"), "exists already"),
    "a folder": (lambda root: root, "is a folder"),
    "in a folder that is not there": (lambda root: root / "no/x.zip", "does not exist"),
    "in the tool": (lambda root: root / "tools/guest/x.zip", "lie in the tool itself"),
    "deep in the tool": (lambda root: put(root, "sub/y").with_name("x.zip"), "lie in the tool itself"),
}


@pytest.mark.parametrize(("make", "reason"), OUTPUTS.values(), ids=OUTPUTS.keys())
def test_an_output_is_refused_when_it_is(root: Path, make: Callable[[Path], Path], reason: str) -> None:
    output = make(root)
    before = tree(root)
    for dry_run in (True, False):
        with pytest.raises(ShareRefused, match=reason):
            share(root, output=str(output), dry_run=dry_run)
    assert tree(root) == before


def test_a_link_as_output_is_refused_wherever_it_leads(root: Path) -> None:
    (root / "x.zip").symlink_to(root / "target.zip")
    with pytest.raises(ShareRefused, match="is a link"):
        share(root, output=str(root / "x.zip"))
    (root / "way").symlink_to(root / "tools/guest")
    with pytest.raises(ShareRefused, match="in the tool itself"):
        share(root, output=str(root / "way/x.zip"))


def test_an_output_that_comes_into_being_meanwhile_is_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unchanged = Packing.unchanged

    def meddle(self: Packing, *what: object) -> None:
        (root / "x.zip").write_text("mine")
        unchanged(self, *what)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Packing, "unchanged", meddle)
    with pytest.raises(ShareRefused, match="come into being"):
        share(root, output=str(root / "x.zip"))
    assert (root / "x.zip").read_text() == "mine"
    assert not [path for path in root.iterdir() if path.name.endswith(".pixie-new")]


@pytest.mark.parametrize("change", ["write", "add", "remove", "replace by a link"])
def test_a_tool_that_changes_meanwhile_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    path = put(root, "moving.txt", "before")
    add = Packing.add

    def meddle(self: Packing, entries: object) -> object:
        if change == "write":
            path.write_text("after!")
        elif change == "add":
            put(root, "new.txt")
        elif change == "remove":
            path.unlink()
        else:
            path.unlink()
            path.symlink_to("/etc/hostname")
        return add(self, entries)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr(Packing, "add", meddle)
    with pytest.raises(ShareRefused, match=r"changed while|cannot be read"):
        share(root)
    assert not list(root.glob("*.zip"))


def test_a_writer_that_never_rests_gets_a_whole_file_in_or_a_refusal(root: Path) -> None:
    path = put(root, "busy.txt", "0" * 10_000)
    stop = threading.Event()

    def write() -> None:
        digit = 0
        while not stop.is_set():
            digit = (digit + 1) % 10
            path.write_text(str(digit) * 10_000)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        refusals: set[str] = set()
        for number in range(20):
            try:
                inside = packed(share(root, output=str(root / f"{number}.zip")))
            except ShareRefused as refused:
                refusals.add(refused.message)
            else:
                assert len(inside["busy.txt"]) in {0, 10_000}  # writing begins by emptying it
                assert len(set(inside["busy.txt"])) <= 1
    finally:
        stop.set()
        writer.join()
    assert refusals <= {"busy.txt changed while the tool was packed"}


REFUSED = {
    "native code": ("lib.so", ELF, "no import would take it"),
    "a zip that cannot be opened": ("a.zip", b"PK\x03\x04" + bytes(60), "no import would take it"),
    "a .env in a wheel": ("w.whl", None, "no import would take it"),
    "a device's name": ("aux.py", b"", "keeps for a device"),
    "a control character": ("a\x1bb", b"", "control character"),
    "a name that is no text": ("a\udcffb", b"", "half a character"),
    "a colon": ("aa:b", b"", "a colon"),
}


@pytest.mark.parametrize(("name", "data", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_no_import_would_take_is_not_shared(root: Path, name: str, data: bytes | None, reason: str) -> None:
    if data is None:
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w") as archive:
            archive.writestr("pkg/.env", "A=1")
        data = zipped.getvalue()
    put(root, name, data)
    with pytest.raises(ShareRefused, match=reason):
        share(root)
    assert not list(root.glob("*.zip"))
    put(root, ".gitignore", "".join(f"{line}\n" for line in ("lib.so", "*.zip", "*.whl", "aux.py", "a?b", "aa:b")))
    assert name not in packed(share(root))


def test_names_that_differ_only_in_case_are_refused(root: Path) -> None:
    put(root, "lib/a.py")
    put(root, "Lib/b.py")
    with pytest.raises(ShareRefused, match="only in case"):
        share(root)


@pytest.mark.parametrize("missing", ["main.py", "pyproject.toml"])
def test_a_tool_without_its_parts_is_not_shared(root: Path, missing: str) -> None:
    (root / "tools/guest" / missing).unlink()
    with pytest.raises(ShareRefused, match="would not be in the archive"):
        share(root)
    put(root, missing)
    put(root, ".gitignore", missing)
    with pytest.raises(ShareRefused, match=r"ignored by the tool's \.gitignore"):
        share(root)


def test_an_unknown_tool_is_refused_by_name(root: Path) -> None:
    with pytest.raises(UnknownTool):
        share_tool(Context(Project(root)), ShareToolRequest(tool_id="gest"))


def test_a_template_of_the_tools_own_goes_in_as_it_is_and_a_filled_one_is_replaced(root: Path) -> None:
    own = "# mine\nGUEST_API_KEY=\nPORT=8000\n"
    put(root, ".env.example", own)
    put(root, "sub/.env.sample", "SMTP_PASSWORD=hj38-fk29-dk10\n")
    shared = share(root)
    inside = packed(shared)
    assert inside[".env.example"].decode() == own
    assert "sub/.env.sample" not in inside
    put(root, ".env.example", "GUEST_API_KEY=kf93-dk20-xm11-q\n")
    inside = packed(share(root, output=str(root / "2.zip")))
    assert inside[".env.example"] == b"GUEST_API_KEY=\n"


def test_a_file_that_packs_like_a_bomb_is_stored_so_that_it_imports(root: Path) -> None:
    put(root, "zeros.bin", bytes(3 * limits.MIB))
    put(root, "many-zeros.bin", bytes(limits.WHOLE_MAX + limits.MIB))
    put(root, "large.txt", b"some text that packs well enough\n" * 600_000)
    put(root, "noise.bin", os.urandom(limits.WHOLE_MAX + 7))
    for number in range(30):
        put(root, f"frames/{number}.raw", b"\x01" * 800_000)  # none of them large, all of them together are
        put(root, f"frames/{number}.mask", bytes(limits.STORED_FROM))
    shared = share(root)
    other = _empty(root)
    import_tool(Context(Project(other)), ImportToolRequest(path=shared.path))
    sent = files(root / "tools/guest")
    assert files(other / "tools/guest") == {name: data for name, data in sent.items() if name != ".env"} | {
        ".env.example": b"GUEST_API_KEY=\n"
    }


def test_no_temporary_file_is_left_and_none_holds_the_tool(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    share(root)
    assert not list((tmp_path / "tmp").iterdir())
    assert sorted(path.name for path in root.iterdir()) == ["guest-1.2.0.zip", "tools"]


def test_without_unnamed_files_a_dead_shares_leftover_is_taken_over(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_TMPFILE")
    (root / ".guest-1.2.0.zip.pixie-new").write_bytes(b"left over" * 10_000)
    inside = packed(share(root))
    assert "main.py" in inside
    assert sorted(path.name for path in root.iterdir()) == ["guest-1.2.0.zip", "tools"]


def test_a_full_disk_leaves_no_archive(root: Path) -> None:
    put(root, "big.bin", os.urandom(3 * limits.MIB))
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (10**6, 10**6))\n"
        "from pixie_secrets.__main__ import main; sys.argv[1:] = sys.argv[1:]; raise SystemExit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--project", str(root), "share-tool", "guest"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "could not be written" in done.stderr
    assert "internal" not in done.stderr
    assert sorted(path.name for path in root.iterdir()) == ["tools"]


def test_progress_counts_up_to_everything(root: Path) -> None:
    for number in range(50):
        put(root, f"{number}.txt", b"x" * 100_000)
    steps: list[Progress] = []
    share_tool(Context(Project(root), steps.append), ShareToolRequest(tool_id="guest"))
    done = [step.done for step in steps]
    assert len(done) > 1
    assert done == sorted(done)
    assert done[-1] == steps[-1].total
    assert done[-1] > 5_000_000


def test_a_line_is_named_only_where_it_is_the_files_own(root: Path) -> None:
    begin = f"\n{VALUE}\n".encode()
    put(root, "early.log", begin + b"y\n" * 9 * limits.MIB)
    put(root, "late.log", b"y\n" * 9 * limits.MIB + begin)  # the line is one of a later piece
    with pytest.raises(ShareRefused) as refused:
        share(root)
    assert "early.log:2" in refused.value.message
    assert re.search(r"late\.log(?!:)", refused.value.message)


def test_a_large_tool_is_linted_just_as_well(root: Path) -> None:
    for number in range(6):
        put(root, f"table_{number}.csv", b"1,2,3,4\n" * 600_000)
    put(root, "x.py", "\n\n" + HARD_CODED)
    with pytest.raises(ShareRefused, match=r"x\.py:3 \(HS"):
        share(root)
    put(root, "x.py", f"\nA = '{VALUE}'\n")
    with pytest.raises(ShareRefused, match=r"values of secrets .*x\.py:2"):
        share(root)
    put(root, "x.py", "A = 1\n")
    assert "x.py" in packed(share(root))
