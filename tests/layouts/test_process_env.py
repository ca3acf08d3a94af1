"""`process-env.d.ts`: what TypeScript is told of an app's environment."""

from __future__ import annotations

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
