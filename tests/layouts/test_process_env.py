"""`process-env.d.ts` and `app_secrets.py`: what TypeScript and Python are told of an app's environment."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from tests.layouts.shapes import repository

from pixie_secrets.errors import PixieError
from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.codegen import CodegenRequest, codegen
from pixie_secrets.operations.context import Context

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = "# The shop */ (required)\nSTRIPE_KEY=not-taken-4f7Q\nPORT=3000\n"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    repository(tmp_path, {"web/package.json": "{}", "web/.env.example": TEMPLATE, "api/.env.example": "A_KEY=\n"})
    return Context(Project(tmp_path))


def test_it_declares_each_key_and_holds_no_value_and_is_written_once(context: Context, tmp_path: Path) -> None:
    assert codegen(context, CodegenRequest("web", check=True)).changed
    assert not (tmp_path / "web/process-env.d.ts").exists()
    assert codegen(context, CodegenRequest("web")).path == "web/process-env.d.ts"
    text = (tmp_path / "web/process-env.d.ts").read_text()
    assert "    /** The shop * / */\n    readonly STRIPE_KEY: string;\n    readonly PORT?: string;\n" in text
    assert "4f7Q" not in text
    assert not codegen(context, CodegenRequest("web")).changed


def test_a_file_of_somebodys_own_stays_and_an_app_in_another_language_is_told(context: Context, tmp_path: Path) -> None:
    (tmp_path / "web/process-env.d.ts").write_text("mine\n")
    with pytest.raises(PixieError, match="was not generated"):
        codegen(context, CodegenRequest("web"))
    assert (tmp_path / "web/process-env.d.ts").read_text() == "mine\n"
    with pytest.raises(PixieError, match=r"only process-env\.d\.ts is generated") as caught:
        codegen(context, CodegenRequest("api"))
    assert "new-tool" in caught.value.hint


def test_an_app_in_python_has_its_secrets_as_a_class_that_reads_the_environment(tmp_path: Path) -> None:
    template = '# Signs """ sessions (required)\nSECRET_KEY=\nDEBUG=true\nCLASS=\n'
    repository(tmp_path / "shop", {".env.example": template, "manage.py": "", "app/x y/.env.example": "A=\n"})
    context = Context(Project(tmp_path / "shop"))
    assert codegen(context, CodegenRequest("")).path == "app_secrets.py"
    assert not codegen(context, CodegenRequest(".", check=True)).changed
    code = "from app_secrets import load; s = load(); print(s, s.secret_key, s.class_, hasattr(s, 'debug'))"
    words = [sys.executable, "-c", code]
    done = subprocess.run(
        words, cwd=tmp_path / "shop", env={"SECRET_KEY": "k"}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "Secrets(secret_key=***, class_=None) k None False\n"
    failed = subprocess.run(words, cwd=tmp_path / "shop", env={}, capture_output=True, text=True, check=False)
    assert "SECRET_KEY is not set - set them: pixie-secrets set-secret ." in failed.stderr
    (tmp_path / "shop/app_secrets.py").write_text("mine = 1\n")
    with pytest.raises(PixieError, match="was not generated"):
        codegen(context, CodegenRequest("."))
