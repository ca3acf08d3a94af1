"""What lint reads and what it leaves alone: encodings, binaries, links, pipes, folders of other programs."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.lint.bench import HOME, clean_project, known_value, lint, password, run_git, token

from pixie_secrets.lint.files import walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_clean_tool_has_no_findings(tmp_path: Path) -> None:
    clean_project(tmp_path)
    ran = lint(tmp_path)
    assert (ran.status, ran.out) == (0, "no findings in 4 files\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_every_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    folder = clean_project(tmp_path)
    (folder / "notes.txt").write_bytes(
        f"für später\ntoken is here\n\nDB_PASSWORD={password()}\n{token()}\n".encode(encoding)
    )
    found = sorted((one["line"], one["column"], one["code"]) for one in lint(tmp_path, "--json").findings)
    assert found == [(4, 13, "HS006"), (5, 1, "HS001")]


@pytest.mark.parametrize(
    "form",
    [
        lambda value: value,
        lambda value: json.dumps({"cells": [value]}),
        lambda value: value.encode().hex(),
        lambda value: value.replace(" ", "%20"),
    ],
)
def test_a_known_value_is_found_in_any_file_and_form(tmp_path: Path, form: Callable[[str], str]) -> None:
    folder = clean_project(tmp_path)
    (folder / "data").mkdir()
    (folder / "data/out.log").write_text(f"a\nb\nc {form(known_value())}\n", encoding="utf-8")
    ran = lint(tmp_path, "--json")
    [finding] = ran.findings
    assert (finding["code"], finding["file"], finding["line"]) == ("KV001", f"{HOME}/data/out.log", 3)
    assert "SERVICE_TOKEN" in finding["message"]
    assert known_value() not in ran.out + ran.err


def test_a_value_of_another_tool_is_known_too(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    other = folder.parent / "other-tool"
    other.mkdir()
    (other / "tool.json").write_text(json.dumps({"id": "other-tool", "name": "Other", "inputs": [], "outputs": []}))
    (other / "cache.txt").write_text(f"left over: {known_value()}\n")
    assert "KV001" in lint(tmp_path, "other-tool", "--json").codes


def test_what_cannot_be_read_is_counted_and_never_blocks(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    os.mkfifo(folder / "pipe")
    (folder / "secret.bin").write_bytes(b"\0\1\2" + token().encode())
    outside = tmp_path / "outside.txt"
    outside.write_text(token())
    (folder / "link.txt").symlink_to(outside)
    (folder / "linked").symlink_to(tmp_path)
    with (folder / "huge.txt").open("wb") as huge:
        huge.truncate(17 << 20)
    ran = lint(tmp_path, "--json")
    assert ran.findings == []
    assert json.loads(ran.out)["skipped"] == {"binary": 1, "huge": 1, "link": 2, "not regular": 1}


@pytest.mark.parametrize(("links", "said"), [(0, ""), (1, "; not read: 1 link"), (2, "; not read: 2 links")])
def test_what_was_not_read_is_said_where_there_is_any(tmp_path: Path, links: int, said: str) -> None:
    run_git(tmp_path, "init", "--quiet")
    (tmp_path / ".env.example").write_text("ALPHA_KEY=\n")
    (tmp_path / "app.py").write_text("import os\n\nos.environ['ALPHA_KEY']\n")
    for number in range(links):
        (tmp_path / f"link{number}.py").symlink_to("app.py")
    assert lint(tmp_path).out == f"no findings in 2 files{said}\n"


def test_an_unreadable_file_is_counted(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "closed.txt").write_text(token())
    (folder / "closed.txt").chmod(0)
    skipped = json.loads(lint(tmp_path, "--json").out)["skipped"]
    assert skipped == ({} if os.geteuid() == 0 else {"unreadable": 1})


def test_folders_that_programs_make_are_not_entered(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    for name in (".venv", "node_modules", "__pycache__", ".git"):
        (folder / name).mkdir()
        (folder / name / "x.py").write_text(f'KEY = "{token()}"\n')
    if (folder / ".git").exists():
        (folder / ".git/x.py").unlink()
        (folder / ".git").rmdir()
    assert lint(tmp_path, "--json").codes == []


def test_values_in_env_files_are_where_they_belong(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / ".env.local").touch(mode=0o600)
    (folder / ".env.local").write_text(f"DB_PASSWORD={password()}\n")
    (tmp_path / ".gitignore").write_text("tools/*/.env*\n")
    assert lint(tmp_path, "--json").codes == []


def test_a_file_named_after_a_token_does_not_show_it(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / f"{token()}.py").write_text(f'DB_PASSWORD = "{password()}"\n')
    for how in ("text", "json", "sarif", "github"):
        ran = lint(tmp_path, "--format", how)
        assert "HS006" in ran.out
        assert token() not in ran.out + ran.err


@pytest.mark.parametrize("how", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize("name", ["{}.pem", ".env.{}", "{}/server.key", "{}/.env.local", "id-{}.p12", "backup_{}.txt"])
def test_no_message_shows_what_a_file_is_named_after(tmp_path: Path, name: str, how: str) -> None:
    folder = clean_project(tmp_path)
    for secret in (token(), known_value()):
        path = folder / name.format(secret)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"DB_PASSWORD={password()}\n")
    run_git(tmp_path, "add", "--all", "--force", HOME)
    for what in ((), ("--staged",), ("--write-baseline",)):
        ran = lint(tmp_path, *what, "--format", how if what != ("--write-baseline",) else "text")
        assert "***" in ran.out.replace("%2A", "*") or what == ("--write-baseline",)
        assert token() not in ran.out + ran.err
        assert known_value() not in ran.out + ran.err
    baseline = (tmp_path / ".pixie-lint-baseline.json").read_text()
    assert token() not in baseline
    assert known_value() not in baseline


def test_no_message_shows_a_variable_named_after_a_token(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    lines = [f'print(os.environ["{before}{token()}"])' for before in ("", "SERVICE_TOKEN_", "api-key-")]
    (folder / "names.py").write_text("import os\n\n" + "\n".join(lines) + "\n")
    for how in ("text", "json"):
        ran = lint(tmp_path, "--format", how)
        assert {"DC002", "DC007"} <= {word for word in ran.out.replace('"', " ").split() if word.startswith("DC")}
        assert token() not in ran.out


def test_a_notebook_is_told_by_its_lines(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    cells = [
        {
            "cell_type": "code",
            "source": ["import os\n", f'db_password = "{password("cell")}"\n', "%env X_TOKEN=" + password("magic")],
            "outputs": [{"output_type": "stream", "text": [f"Authorization: Bearer {token('out')}\n", known_value()]}],
        },
    ]
    text = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    (folder / "try.ipynb").write_text(text)
    found = {(one["code"], one["line"]) for one in lint(tmp_path, "--json").findings}
    lines = text.split("\n")

    def line_of(part: str) -> int:
        return next(number for number, line in enumerate(lines, 1) if part in line)

    assert ("HS006", line_of("db_password")) in found
    assert ("HS006", line_of("%env")) in found
    assert ("HS001", line_of("Bearer")) in found
    assert ("KV001", line_of(known_value())) in found


def test_a_broken_tool_is_still_read_for_secrets(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "tool.json").write_text('{"id": 3}')
    (folder / "main.py").write_text(f'KEY = "{token()}"\n')
    assert lint(tmp_path, "--json").codes == ["CV001", "HS001"]


def test_a_large_tree_is_read_by_several_processes_and_says_the_same(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    (folder / "data").mkdir()
    for number in range(30):
        filler = f"line {number} of nothing in particular\n" * 26_000
        (folder / f"data/{number:02}.txt").write_text(f"{filler}DB_PASSWORD={password(str(number))}\n")
    (folder / "data/known.txt").write_text(known_value())
    found = [(one["code"], one["file"].rsplit("/", 1)[1], one["line"]) for one in lint(tmp_path, "--json").findings]
    assert found == [*(("HS006", f"{number:02}.txt", 26_001) for number in range(30)), ("KV001", "known.txt", 1)]


@pytest.mark.parametrize("what", ["link/secret.txt", "link/below", "link/below/secret.txt", "link"])
def test_no_path_leads_through_a_link(tmp_path: Path, what: str) -> None:
    folder = clean_project(tmp_path / "project")
    outside = tmp_path / "outside"
    (outside / "below").mkdir(parents=True)
    for path in (outside / "secret.txt", outside / "below/secret.txt"):
        path.write_text(token())
    (folder / "link").symlink_to(outside)
    ran = lint(tmp_path / "project", f"{HOME}/{what}", "--json")
    assert (ran.findings, json.loads(ran.out)["skipped"], json.loads(ran.out)["files"]) == ([], {"link": 1}, 0)


def test_what_is_not_read_below_a_folder_is_counted(tmp_path: Path) -> None:
    folder = clean_project(tmp_path)
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to("pipe")
    assert json.loads(lint(tmp_path, HOME, "--json").out)["skipped"] == {"link": 1, "not regular": 1}


def test_a_folder_that_may_be_listed_and_not_entered_is_no_reason_to_fail(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root enters every folder")
    folder = clean_project(tmp_path)
    (folder / "closed").mkdir()
    (folder / "closed/a.txt").write_text(token())
    (folder / "closed").chmod(0o400)
    try:
        assert json.loads(lint(tmp_path, "--json").out)["skipped"] == {"unreadable": 1}
    finally:
        (folder / "closed").chmod(0o700)


@pytest.mark.parametrize("programs", ["bin", "Scripts"])
def test_a_virtual_environment_of_any_name_is_not_entered(tmp_path: Path, programs: str) -> None:
    for name in ("py311/lib", f"py311/{programs}", "kept"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("py311/lib/a.py", "py311/pyvenv.cfg", "kept/b.py", "kept/pyvenv.cfg", "pyvenv.cfg"):
        (tmp_path / name).write_text("")
    (tmp_path / programs).mkdir(exist_ok=True)
    assert {listed.shown for listed in walk(tmp_path, "", Counter())} == {"kept/b.py", "kept/pyvenv.cfg", "pyvenv.cfg"}
