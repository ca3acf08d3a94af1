"""A tool's or an app's own secrets, typed, where its code needs them: `from pixie_secrets.tool import secrets`.

    from pixie_secrets.tool import secrets

    client = OpenAI(api_key=secrets.OPENAI_API_KEY.get_secret_value())

`secrets` is what the nearest `tool.json` above the importing file declares, or the nearest `.env` template where there
is no `tool.json`; a value comes from the environment, else from where the tool keeps its values. Nothing is read before
the first secret is. From then on logging, tracebacks and warnings of this process are masked.

Public are the names in `__all__`, and they follow semantic versioning (semver.org): a name, an argument or an error
that is documented in `docs/library.md` stays as it is until the next major version. Every other module of this package
may change with any release, but for `pixie_secrets.manage`.

Importing this costs hardly more than the interpreter: whatever reads, masks or converts is imported at first use.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pixie_secrets.errors import (
    ManifestError,
    MissingExtra,
    MissingSecrets,
    PixieError,
    UndeclaredSecret,
    ValueRefused,
)
from pixie_secrets.secret.text import SecretStr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike
    from typing import Any

    from pixie_secrets.oauth.client import AsyncOAuth2Client, OAuth2Auth, OAuth2Client, OAuth2Secret
    from pixie_secrets.oauth.errors import AuthorizeAgain
    from pixie_secrets.tool.declared_secrets import AnySecrets, DeclaredSecrets
    from pixie_secrets.tool.json_secret import JsonSecret

    secrets: AnySecrets
else:

    def __getattr__(name: str) -> Any:
        """Each file that asks for `secrets` has those of its own tool, so two tools in one process stay apart."""
        if name == "secrets":
            from pixie_secrets.tool import whose

            return whose.secrets_of_file(_asking_file())
        if name in _LATE:
            from pixie_secrets.extras import needed

            return getattr(needed(_LATE[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_LATE = {
    "DeclaredSecrets": "pixie_secrets.tool.declared_secrets",
    "JsonSecret": "pixie_secrets.tool.json_secret",
    "AuthorizeAgain": "pixie_secrets.oauth.errors",
    **dict.fromkeys(("AsyncOAuth2Client", "OAuth2Auth", "OAuth2Client", "OAuth2Secret"), "pixie_secrets.oauth.client"),
}

__all__ = [
    "AsyncOAuth2Client",
    "AuthorizeAgain",
    "DeclaredSecrets",
    "JsonSecret",
    "ManifestError",
    "MissingExtra",
    "MissingSecrets",
    "OAuth2Auth",
    "OAuth2Client",
    "OAuth2Secret",
    "PixieError",
    "SecretStr",
    "UndeclaredSecret",
    "ValueRefused",
    "load",
    "secrets",
]


def load(folder: str | PathLike[str] | None = None, environment: Mapping[str, str] | None = None) -> AnySecrets:
    """The secrets of the tool or app that `folder` is in; for a test, a script, or several tools in one process.

    folder: any folder of it; None: the one that holds the calling file. environment: what comes before the tool's own
    store, by key; None: `os.environ`. Any mapping does, such as one that asks a vault; it is read at each access and
    nothing is written to it.

    Nothing is read, so nothing is raised, before the first secret is (see `DeclaredSecrets`).
    """
    from pixie_secrets.tool import whose

    return (
        whose.secrets_of_folder(folder, environment) if folder else whose.secrets_of_file(_asking_file(), environment)
    )


def __dir__() -> list[str]:
    return sorted(__all__)


def _asking_file() -> str:
    """The file whose code asked this module for something; "" for what has none, such as a prompt."""
    frame = sys._getframe(2)  # as warnings and logging find their callers
    while frame.f_back and frame.f_code.co_filename.startswith("<frozen importlib"):
        frame = frame.f_back
    name = frame.f_globals.get("__file__")
    return name if isinstance(name, str) else ""
