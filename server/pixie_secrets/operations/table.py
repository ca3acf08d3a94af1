"""The table of operations: what can be done, by the name that all surfaces use, and where it is imported.

An operation is a function of a context and a request that returns a result; its module is imported once it is asked
for, so that a server answers before anybody runs a tool or lints.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Loaded(NamedTuple):
    """An operation ready to be called. request, result: the classes of its argument and of what it returns."""

    run: Callable[..., Any] | None
    request: type
    result: type


class Operation(NamedTuple):
    """Where an operation is. All three names are of its module; no `run` where it is more than a function."""

    module: str
    run: str
    request: str
    result: str

    def load(self) -> Loaded:
        module = import_module(self.module)
        return Loaded(getattr(module, self.run, None), getattr(module, self.request), getattr(module, self.result))


def _in(name: str, request: str, result: str) -> Operation:
    return Operation(f"pixie_secrets.operations.{name}", name, request, result)


OPERATIONS = {
    "codegen": _in("codegen", "CodegenRequest", "Generated"),
    "doctor": _in("doctor", "DoctorRequest", "Examined"),
    "exec": _in("exec_command", "ExecRequest", "Executed"),
    "import-tool": _in("import_tool", "ImportToolRequest", "ToolImported"),
    "lint-tool": _in("lint_tool", "LintToolRequest", "ToolLinted"),
    "list-secrets": _in("list_secrets", "ListSecretsRequest", "SecretsListed"),
    "migrate-tool-format": _in("migrate_tool_format", "MigrateToolFormatRequest", "ToolsMigrated"),
    "run-tool": _in("run_tool", "RunToolRequest", "ToolRun"),
    "set-secret": _in("set_secret", "SetSecretRequest", "SecretSaved"),
    "share-tool": _in("share_tool", "ShareToolRequest", "ToolShared"),
    "unset-secret": _in("unset_secret", "UnsetSecretRequest", "SecretUnset"),
}
