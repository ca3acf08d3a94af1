"""What frameworks with typed secrets of their own offer (pikku.dev, "Secrets"), a test for each.

OAuth2 clients are in `tests/oauth`; what a tool sees of them is in `test_tokens`.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import UserDict
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from tests.conftest import add_tool
from tests.tool.test_secrets import VALUE, write
from tests.tool.test_stub import mypy, revealed

from pixie_secrets.errors import ValueRefused
from pixie_secrets.generated import metadata, stub
from pixie_secrets.layouts.project import Project
from pixie_secrets.manage import AskedSecret, Secrets, SecretStr
from pixie_secrets.operations.codegen import CodegenRequest, codegen
from pixie_secrets.operations.context import Context
from pixie_secrets.tool import load

if TYPE_CHECKING:
    from pathlib import Path

STRIPE = {
    "key": "STRIPE_CREDENTIALS",
    "description": "API keys for Stripe payment processing",
    "type": "json",
    "required": True,
    "schema": {
        "type": "object",
        "required": ["apiKey", "webhookSecret"],
        "properties": {"apiKey": {"type": "string"}, "webhookSecret": {"type": "string"}},
    },
}
CREDENTIALS = json.dumps({"apiKey": VALUE, "webhookSecret": f"whsec-{VALUE}"})
CHARGE = """
from pixie_secrets.tool import secrets


def charge_card(amount: int) -> str:
    stripe = secrets.STRIPE_CREDENTIALS
    reveal_type(stripe.apiKey)
    reveal_type(stripe.webhookSecret)
    return stripe.apiKey.get_secret_value()
"""


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    return add_tool(tmp_path / "project", "payments", secrets=[STRIPE])


def generate(tool: Path, **more: Any) -> None:
    codegen(Context(Project(tool.parents[1])), CodegenRequest("payments", **more))


def test_a_secret_is_declared_with_its_schema_and_a_value_that_does_not_fit_is_refused(tool: Path) -> None:
    secrets = Secrets(tool.parents[1])
    with pytest.raises(ValueRefused, match="breaks a rule of its schema, required: apiKey, webhookSecret"):
        secrets.set("payments", ask=lambda _: SecretStr(json.dumps({"apiKey": VALUE})))
    secrets.set("payments", ask=lambda _: SecretStr(CREDENTIALS))
    assert load(tool, {}).STRIPE_CREDENTIALS.apiKey == SecretStr(VALUE)


def test_a_declaration_has_a_name_and_a_description_for_whoever_is_asked(tool: Path) -> None:
    asked: list[tuple[str, str | None]] = []

    def ask(secret: Any) -> SecretStr:
        asked.append((secret.key, secret.description))
        return SecretStr(CREDENTIALS)

    Secrets(tool.parents[1]).set("payments", ask=ask)
    assert asked == [("STRIPE_CREDENTIALS", "API keys for Stripe payment processing")]


def test_the_declared_key_is_what_is_looked_up_in_the_store_and_in_the_environment(tool: Path) -> None:
    write(tool, STRIPE_CREDENTIALS=CREDENTIALS)
    other = json.dumps({"apiKey": "from-environment", "webhookSecret": "x"})
    assert load(tool, {}).STRIPE_CREDENTIALS.apiKey == SecretStr(VALUE)
    assert load(tool, {"STRIPE_CREDENTIALS": other}).STRIPE_CREDENTIALS.apiKey == SecretStr("from-environment")


def test_reading_a_json_secret_in_a_function_is_typed_at_check_time(tool: Path) -> None:
    generate(tool, stub=True)
    (tool / "main.py").write_text(CHARGE)
    status, output = mypy(tool, "main.py")
    assert (status, revealed(output)) == (0, ["SecretStr", "SecretStr"]), output
    (tool / "main.py").write_text(CHARGE.replace("stripe.apiKey.get", "stripe.api_key.get"))
    assert 'has no attribute "api_key"' in mypy(tool, "main.py")[1]


def test_typed_access_wraps_whatever_store_one_has(tool: Path) -> None:
    class Vault(UserDict[str, str]):
        """A service that is asked for each key."""

        def __getitem__(self, key: str) -> str:
            return {"STRIPE_CREDENTIALS": CREDENTIALS}[key]

        def __contains__(self, key: object) -> bool:
            return key == "STRIPE_CREDENTIALS"

    assert load(tool, Vault()).STRIPE_CREDENTIALS.webhookSecret == SecretStr(f"whsec-{VALUE}")


def _answer(typed: SecretStr, _asked: AskedSecret) -> SecretStr:
    return typed


def test_values_are_viewed_set_and_updated_for_each_environment_without_touching_code(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".env.example").write_text("STRIPE_KEY= # required\n")
    secrets = Secrets(tmp_path)
    for file in (".env", ".env.production"):
        for value in ("first", "second"):
            typed = SecretStr(f"{value}{file}-{VALUE}")
            secrets.set("", "STRIPE_KEY", ask=partial(_answer, typed), file=file)
    (app,) = secrets.list().apps
    assert [(one.key, one.status, one.files) for one in app.secrets] == [
        ("STRIPE_KEY", "set", (".env", ".env.production"))
    ]
    assert (tmp_path / ".env.production").read_text() == f"STRIPE_KEY=second.env.production-{VALUE}\n"


def test_a_file_of_types_is_generated(tool: Path) -> None:
    generate(tool, stub=True)
    names = {node.name for node in ast.parse((tool / stub.NAME).read_text()).body if isinstance(node, ast.ClassDef)}
    assert names == {"Secrets", "_STRIPE_CREDENTIALS"}


def test_a_typed_wrapper_without_dependencies_is_generated(tool: Path) -> None:
    generate(tool)
    code = "import tool_secrets; print(tool_secrets.load().stripe_credentials['apiKey'], tool_secrets.load())"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tool)!r}); {code}"],
        env={"STRIPE_CREDENTIALS": CREDENTIALS}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == f"{VALUE} Secrets(stripe_credentials=***)\n"


def test_metadata_for_consoles_and_deployments_are_generated(tool: Path) -> None:
    generate(tool, metadata=True)
    assert json.loads((tool / metadata.NAME).read_text())["secrets"] == [
        {
            "key": "STRIPE_CREDENTIALS", "type": "json", "required": True,
            "description": "API keys for Stripe payment processing",
        }
    ]  # fmt: skip
