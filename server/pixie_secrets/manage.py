"""Managing secrets from a script, such as one that sets up a new machine: `from pixie_secrets.manage import Secrets`.

The operations are those of the command line, and so are their results. A value only ever goes in: it comes from the
person at the terminal or from a function that is given, and nothing here returns one, its length or its hash. A tool
that needs its own values reads them with `pixie_secrets.tool`.

Public are the names in `__all__`; as with `pixie_secrets.tool`, they follow semantic versioning. What results hold is
public, too; they may gain fields.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pixie_secrets import masking
from pixie_secrets.audit.entry import Way
from pixie_secrets.bare_refusals import refusing_bare
from pixie_secrets.errors import PixieError
from pixie_secrets.extras import needed
from pixie_secrets.generated.metadata import Metadata, metadata_of
from pixie_secrets.layouts.project import find_project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.list_secrets import ListSecretsRequest, SecretsListed, list_secrets
from pixie_secrets.operations.set_secret import (
    AskedSecret,
    SecretSaved,
    SetSecretRequest,
    asked_secrets,
    check_answer,
    set_secret,
)
from pixie_secrets.operations.unset_secret import SecretUnset, UnsetSecretRequest, unset_secret
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.learn import learn
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from pixie_secrets.layouts.project import Project

__all__ = ["AskedSecret", "PixieError", "SecretSaved", "SecretStr", "SecretUnset", "Secrets", "SecretsListed"]


class Secrets:
    """The secrets of a project's tools and apps, as a script sets and removes them.

    Every value of the project is known from here on, so logging and tracebacks of the script are masked. Each method
    looks at the files anew. A tool or an app is named by its id, its folder's name, or "" where only one can be meant.
    """

    @refusing_bare
    def __init__(self, project: str | PathLike[str] | None = None) -> None:
        """project: its folder; None: from `PIXIE_PROJECT`, else around the working directory.

        Raises:
            ProjectNotFound: there is none.
        """
        masking.install()
        self._root = find_project(None if project is None else str(project)).root
        learn(self._project())

    def __repr__(self) -> str:
        return f"Secrets({str(self._root)!r})"

    @refusing_bare
    def list(self, tool: str | None = None) -> SecretsListed:
        """Which secrets are declared and which are set, since when and until when, of one tool or app, or of all.

        Raises:
            UnknownTool, ManifestError, FileRefused: of the one that was named; of all, a bad one is in `unreadable`.
        """
        return list_secrets(Context(self._project()), ListSecretsRequest(tool))

    @refusing_bare
    def missing(self, tool: str) -> tuple[str, ...]:
        """The required keys that are not set, in the order of their declaration.

        Raises:
            UnknownTool, ManifestError, FileRefused: as `list`.
        """
        owner = self._project().owner(tool)
        values = store_of(owner).values()
        return tuple(
            secret.key
            for secret in owner.secrets
            if secret.required and not (secret.key in values and values[secret.key].get_secret_value())
        )

    @refusing_bare
    def set(
        self,
        tool: str,
        *keys: str,
        ask: Callable[[AskedSecret], SecretStr | None] | None = None,
        allow_undeclared: bool = False,
        file: str | None = None,
    ) -> SecretSaved:
        """Ask for secrets and store them where the tool reads them: all of them or, at the first refusal, none.

        keys: which; none: every declared one that is not set. ask: called once for each, with what is declared of it;
        returns the value, or None to leave it as it is. Without it, the person at the terminal is asked, and nothing
        they type is shown. allow_undeclared: accept a key that the tool does not declare. file: of an app, the file
        that it goes to, such as `.env.production`.

        Raises:
            UnknownTool, ManifestError: there is no such tool.
            KeyRefused: a key that is not declared.
            ValueRefused: a value that cannot be stored or is not of its type; what was stored before is untouched.
            FileRefused: the store is not one to write to.
            ChannelClosed: there is no terminal to ask at, or the person closed the question.
            PixieError: nothing is to be asked for, or no value was given.
        """
        project = self._project()
        learn(project)
        request = SetSecretRequest(tool, keys, allow_undeclared=allow_undeclared, file=file)
        asked = asked_secrets(project, request)
        if not asked.secrets:
            raise PixieError("every declared secret is set", "name the keys to set them anew")
        if ask is None:
            names = tuple(secret.key for secret in asked.secrets)
            prompt = needed("pixie_secrets.channels.prompt")
            values = prompt.ask(asked, partial(check_answer, project, asked.tool_id, names))
        else:
            answers = ((secret.key, ask(secret)) for secret in asked.secrets)
            values = {key: value for key, value in answers if value is not None}
        return set_secret(Context(project, channel=Way.LIBRARY), request, values)

    @refusing_bare
    def unset(self, tool: str, key: str, *, file: str | None = None) -> SecretUnset:
        """Remove a secret; every other line of the file stays. file: of an app, the only one to take it out of.

        Raises:
            UnknownTool, ManifestError: there is no such tool.
            KeyRefused: it neither declares nor has that key.
            FileRefused: the store is not one to write to.
        """
        project = self._project()
        learn(project)
        return unset_secret(Context(project, channel=Way.LIBRARY), UnsetSecretRequest(key, tool, file))

    @refusing_bare
    def metadata(self, tool: str) -> Metadata:
        """What is declared of each secret, as `codegen --metadata` writes it for deployments.

        Raises:
            UnknownTool, ManifestError: there is no such tool.
        """
        return metadata_of(self._project().owner(tool))

    def _project(self) -> Project:
        return find_project(str(self._root))
