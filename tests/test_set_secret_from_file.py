"""`set-secret --from`: the values that another `.env` has, and nothing else of it."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from dotenv import dotenv_values
from tests.conftest import add_tool
from tests.env_file.test_read_back import HARD_VALUES
from tests.layouts.shapes import VALUE, repository

from pixie_secrets.env_file import set_value
from pixie_secrets.errors import ValueRefused
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.secret.value import check_value

if TYPE_CHECKING:
    from pathlib import Path

OTHER = f'# moved\nexport STRIPE_KEY="{VALUE}"\nEMPTY_KEY=\nNOT_ASKED=pw-other-4f7Qm2Zx\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    template = "STRIPE_KEY=\nEMPTY_KEY=\nMAIL_KEY=\nPORT=3000\n"
    repository(tmp_path / "shop", {"web/.env.example": template, "web/.env": "MAIL_KEY=mk-4f7Qm2Zx9Lw1\n"})
    (tmp_path / "other.env").write_text(OTHER)
    return tmp_path / "shop"


def is_taken(value: str) -> bool:
    """Whether it is a value at all, as somebody would type one."""
    try:
        check_value("HARD_0_KEY", SecretStr(value), set())
    except ValueRefused:
        return False
    return bool(value.strip("="))


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pixie_secrets", "set-secret", *words],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_declared_and_not_set_is_taken_and_the_file_stays(root: Path) -> None:
    done = run(root, "web", "--from", "../other.env")
    assert (done.returncode, done.stdout) == (0, "saved STRIPE_KEY for web (web/.env, mode 600)\n"), done.stderr
    assert (root / "web/.env").read_text() == f"MAIL_KEY=mk-4f7Qm2Zx9Lw1\nSTRIPE_KEY={VALUE}\n"
    assert stat.S_IMODE((root / "web/.env").stat().st_mode) == 0o600
    assert (root.parent / "other.env").read_text() == OTHER
    assert VALUE not in done.stdout + done.stderr


def test_each_value_reads_back_as_it_did_from_the_other_file(root: Path) -> None:
    values = [value for value in HARD_VALUES if is_taken(value)]
    assert len(values) > 40
    keys = [f"HARD_{number}_KEY" for number in range(len(values))]
    text = ""
    for key, value in zip(keys, values, strict=True):
        text = set_value(text, key, value)
    (root.parent / "other.env").write_text(text, encoding="utf-8")
    before = dotenv_values(root.parent / "other.env")
    done = run(root, "web", *keys, "--from", "../other.env")
    assert done.returncode == 0, done.stderr
    assert {key: dotenv_values(root / "web/.env")[key] for key in keys} == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["web", "STRIPE_KEY", "EMPTY_KEY", "--from", "../other.env"], "has no value for EMPTY_KEY"),
        (["web", "MAIL_KEY", "--from", "../other.env"], "has no value for MAIL_KEY"),
        (["web", "STRIPE_KEY", "--from", "../nothing"], "there is no ../nothing"),
        (["web", "STRIPE_KEY", "--from", "../linked"], "is a symbolic link"),
        (["web", "STRIPE_KEY", "--from", "../pipe"], "is a named pipe"),
        (["web", "STRIPE_KEY", "--from", "../binary"], "UTF-8"),
        (["web", "STRIPE_KEY", "--from", "../other.env", "--stdin"], "two ways"),
    ],
)
def test_a_refusal_leaves_the_app_as_it_was(root: Path, words: list[str], said: str) -> None:
    (root.parent / "linked").symlink_to("other.env")
    os.mkfifo(root.parent / "pipe")
    (root.parent / "binary").write_bytes(b"STRIPE_KEY=\xff\xfe\n")
    done = run(root, *words)
    assert done.returncode in {1, 2}
    assert said in done.stderr
    assert VALUE not in done.stderr
    assert (root / "web/.env").read_text() == "MAIL_KEY=mk-4f7Qm2Zx9Lw1\n"


@pytest.mark.parametrize("secret", [
    {"pattern": "sk.*"}, {"pattern": ".{7}"}, {"type": "json", "schema": {"pattern": "^sk"}},
    {"type": "json", "schema": {"const": "sk"}},
])  # fmt: skip
def test_no_declaration_spells_a_value_that_is_copied(root: Path, secret: dict[str, object]) -> None:
    """An agent may write tool.json and need not know what the file has: refused or not must say nothing of it."""
    folder = add_tool(root, "asks")
    document = {"id": "asks", "name": "Asks", "inputs": [], "outputs": [], "secrets": [{"key": "STRIPE_KEY", **secret}]}
    (folder / "tool.json").write_text(json.dumps(document))
    for value in ('"sk"', '"another-4f7Qm2Zx"'):
        (root.parent / "other.env").write_text(f"STRIPE_KEY='{value}'\n")
        done = run(root, "asks", "STRIPE_KEY", "--from", "../other.env")
        assert (done.returncode, done.stderr.count("pattern"), done.stderr.count("schema")) == (0, 0, 0), done.stderr
