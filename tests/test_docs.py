"""The documents are a site that builds offline, lead nowhere that is not there, and quote what the program says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.conftest import add_tool

from pixie_secrets.audit.entry import Change, Way

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md") + sorted(DOCS.glob("*.md"))
PLANTED = "ghp_" + "Zr4yTq9LmWq7Xc2Vb8Nj5Hk3Gf6Ds1Pa0eRt"  # made up


def test_the_site_builds_without_a_warning_and_has_every_page(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "no_proxy": "",
        "https_proxy": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(DOCS), str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    for page in DOCS.glob("*.md"):
        assert page.stem == "index" or f'href="{page.stem}.html"' in index, f"{page.name} is in no table of contents"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_to_files_and_headings_that_are_there(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{page.name} leads to {target}"
        if anchor and there.suffix == ".md":
            assert anchor in _anchors(there), f"{page.name} leads to {target}"


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_audit_page_lists_every_change_and_way() -> None:
    rows = dict(
        re.findall(r"^\| (change|by) \| (.*) \|$", (DOCS / "audit.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert re.findall(r"`([a-z -]+)`", rows["change"]) == [*Change]
    assert set(re.findall(r"`([a-z -]+)`", rows["by"])) == {*Way}


def test_the_messages_of_the_troubleshooting_page_are_those_of_the_program() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "server").rglob("*.py"))
    said = re.sub(r'"\s*\n\s*f?"', "", sources)  # a text that stands over two lines
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    messages = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert len(messages) > 10
    for message in messages:
        for part in filter(None, (part.strip(" ;:,") for part in message.split("…"))):
            assert part in said, f"nothing says “{part}”"


def test_the_workflow_of_the_page_about_ci_finds_a_key(tmp_path: Path) -> None:
    """Its own line, with this program in the place of the one that it installs."""
    block = re.search(r"```yaml\n(.*?)```", (DOCS / "ci.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block
    [step] = [step["run"] for step in yaml.safe_load(block[1])["jobs"]["secrets"]["steps"] if "run" in step]
    words = shlex.split(step)
    arguments = words[words.index("pixie-secrets", words.index("--spec") + 2) + 1 :]
    add_tool(tmp_path, "scraper")
    for name in ("main.py", "pyproject.toml"):
        (tmp_path / "tools/scraper" / name).write_text("")
    (tmp_path / "tools/scraper/main.py").write_text(f'TOKEN = "{PLANTED}"\n')
    command = [sys.executable, "-m", "pixie_secrets", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "::error file=tools/scraper/main.py,line=1" in done.stdout
    assert PLANTED not in done.stdout
