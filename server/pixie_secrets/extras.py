"""What `pip install pixie-secrets` leaves out: which package comes with which extra, and one clear error without it.

The library alone needs next to nothing. Whatever needs more is imported when it is asked for, and where that fails
because of a package of an extra, this says which one to install.
"""

from __future__ import annotations

from importlib import import_module
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

from pixie_secrets.errors import MissingExtra

if TYPE_CHECKING:
    from types import ModuleType

# By extra, the modules that its packages are imported as. Those of `mcp` alone come last: `cli` is a part of it.
EXTRAS: dict[str, tuple[str, ...]] = {
    "oauth": ("httpx2",),
    "sealed": ("pyrage", "cryptography"),
    "cli": (
        "click", "deflate", "jsonschema", "pathspec", "prompt_toolkit", "pydantic", "pydantic_core", "re2",
        "referencing", "zlib_ng",
    ),
    "mcp": ("anyio", "jinja2", "markupsafe", "mcp", "mcp_types", "python_multipart", "starlette", "uvicorn"),
}  # fmt: skip
_OF_MODULE = {module: extra for extra, modules in EXTRAS.items() for module in modules}


def needed(module: str) -> Any:
    """The module of ours of that name, which may need a package of an extra.

    Raises:
        MissingExtra: that package is not installed.
    """
    found: ModuleType
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        if lacking := missing(error):
            raise lacking from None
        raise
    return found


def missing(error: ModuleNotFoundError) -> MissingExtra | None:
    """What to say of a package that is not there; None where it is of no extra."""
    name = (error.name or "").partition(".")[0]
    return _lacking(name, _OF_MODULE[name]) if name in _OF_MODULE else None


def lacking(extra: str) -> MissingExtra | None:
    """What to say where a package of `extra` is not installed; nothing is imported to find out."""
    absent = (name for name in EXTRAS[extra] if PathFinder.find_spec(name) is None)
    return next((_lacking(name, extra) for name in absent), None)


def _lacking(name: str, extra: str) -> MissingExtra:
    return MissingExtra(
        f"this needs {name}, which comes with the extra `{extra}` and is not installed",
        f"install it where pixie-secrets is, such as with: pip install 'pixie-secrets[{extra}]'",
    )
