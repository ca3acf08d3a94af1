"""A new tool: it runs, it is what lint asks of one, and nothing that was there is touched."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest
from tests.layouts.shapes import repository

from pixie_secrets.errors import ManifestError, PixieError
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.lint_tool import LintToolRequest, lint_tool
from pixie_secrets.operations.new_tool import NewToolRequest, new_tool

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = "# Mail, see https://mail.example/keys\nMAIL_TOKEN=not-taken-4f7Q\nPORT=25\nDB=postgres://u:pw-4f7Qm2@h/x\n"


@pytest.mark.parametrize("template", [None, TEMPLATE])
def test_it_lints_clean_and_runs(tmp_path: Path, template: str | None) -> None:
    repository(tmp_path, {"README.md": "", ".gitignore": ""})
    path = tmp_path / "some.template"
    path.write_text(template or "")
    made = new_tool(Context(Project(tmp_path)), NewToolRequest("mail-it", str(path) if template else None))
    assert made.path == "tools/mail-it"
    assert lint_tool(Context(Project(tmp_path)), LintToolRequest(("mail-it",))).findings == ()
    folder = tmp_path / "tools/mail-it"
    secrets = json.loads((folder / "tool.json").read_text())["secrets"]
    assert [secret["key"] for secret in secrets] == (["MAIL_TOKEN", "DB"] if template else [])
    assert "4f7Q" not in "".join(file.read_text() for file in folder.iterdir())
    server = (
        "import runpy, sys; from http.server import ThreadingHTTPServer as S; own = S.server_activate\n"
        "S.server_activate = lambda self: (own(self), print(self.server_port, flush=True))\n"
        "sys.argv[1:] = ['--port', '0']; runpy.run_path('main.py', run_name='__main__')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", server], cwd=folder, stdout=subprocess.PIPE, env=dict(os.environ)
    ) as run:
        try:
            assert run.stdout
            port = int(run.stdout.readline())
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/run",
                data=b'{"inputs": {"text": "hello"}}',
                headers={"Content-Type": "application/json"},
            )
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked) as answer:
                assert json.load(answer) == {"result": "hello"}
        finally:
            run.terminate()


def test_what_is_there_stays_and_a_tool_is_not_made_twice(tmp_path: Path) -> None:
    folder = tmp_path / "tools/scraper"
    folder.mkdir(parents=True)
    (folder / "main.py").write_text("mine\n")
    assert "main.py" not in new_tool(Context(Project(tmp_path)), NewToolRequest("scraper")).files
    assert (folder / "main.py").read_text() == "mine\n"
    with pytest.raises(PixieError, match="there is such a tool already"):
        new_tool(Context(Project(tmp_path)), NewToolRequest("scraper"))


@pytest.mark.parametrize("tool_id", ["../x", "a/b", "", "con", "-x", "ä"])
def test_what_is_no_id_makes_nothing(tmp_path: Path, tool_id: str) -> None:
    with pytest.raises(ManifestError):
        new_tool(Context(Project(tmp_path)), NewToolRequest(tool_id))
    assert not any(tmp_path.iterdir())


def test_a_folder_that_leads_elsewhere_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "p/tools").mkdir(parents=True)
    (tmp_path / "p/tools/x").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PixieError):
        new_tool(Context(Project(tmp_path / "p")), NewToolRequest("x"))
    assert not any((tmp_path / "elsewhere").iterdir())


def test_a_template_without_secrets_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("PORT=25\n")
    with pytest.raises(PixieError, match="lists no secret") as caught:
        new_tool(Context(Project(tmp_path)), NewToolRequest("x", str(tmp_path / ".env.example")))
    assert re.search("KEY=", caught.value.hint)
