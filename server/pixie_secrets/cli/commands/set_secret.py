"""`set-secret`: asks at the terminal or reads a pipe, stores, and says what the person should know."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pixie_secrets import masking
from pixie_secrets.audit.entry import Way
from pixie_secrets.cli import surface
from pixie_secrets.cli.command import ANY_TOOL, JSON, Operand, Option, command
from pixie_secrets.cli.owners import owner_and_keys
from pixie_secrets.cli.standard_input import read_value
from pixie_secrets.cli.usage import IF_VALUE, UsageRefused, check_keys
from pixie_secrets.errors import DONE, FileRefused, KeyRefused, PixieError
from pixie_secrets.filenames import SEALED_NAME
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.set_secret import SecretSaved, SetSecretRequest, asked_secrets, set_secret
from pixie_secrets.stores.dotenv import DotenvStore
from pixie_secrets.stores.learn import learn_value
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.cli.command import Invocation
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.set_secret import SecretsToAsk
    from pixie_secrets.secret.text import SecretStr

EXAMPLES = (
    "pixie-secrets set-secret whisper-transcription",
    "pixie-secrets set-secret whisper-transcription OPENAI_API_KEY",
    "pixie-secrets set-secret STRIPE_KEY",
    "pixie-secrets set-secret apps/web DATABASE_URL --file .env.production",
    "pixie-secrets set-secret apps/web --from ../old/.env",
    "pass show openai | pixie-secrets set-secret whisper-transcription OPENAI_API_KEY --stdin",
)


def run(
    invocation: Invocation, request: SetSecretRequest, *, from_stdin: bool, source: str | None, as_json: bool
) -> int:
    check_keys(request.keys)
    if from_stdin and source is not None:
        raise UsageRefused("--stdin and --from are two ways", "leave one of them out")
    masking.install()
    project = invocation.project()
    tool_id, keys = owner_and_keys(project, request.tool_id or "", request.keys)
    request = request._replace(tool_id=tool_id, keys=keys)
    try:
        asked = asked_secrets(project, request)
        request = request._replace(tool_id=asked.tool_id)
    except KeyRefused as refusal:
        if "did you mean" in refusal.hint:
            raise
        raise KeyRefused(refusal.message, f"{refusal.hint}; {IF_VALUE}") from None
    if from_stdin:
        values = _piped(asked)
    elif source is not None and asked.secrets:
        values = _of_file(asked, source, is_each_needed=bool(keys))
    elif asked.secrets:
        values = import_module("pixie_secrets.cli.typed").values(project, request, asked)
    else:
        return _nothing_to_ask(asked, as_json=as_json)
    for key, value in values.items():  # masked from the moment it was read, stored or not
        learn_value(value.get_secret_value(), key=key, tool=asked.tool_id)
    way = Way.POPUP if os.environ.get("PIXIE_SECRETS_POPUP") else Way.PROMPT
    way = Way.STDIN if from_stdin else way if source is None else Way.FILE
    saved = set_secret(Context(project, channel=way), request, values)
    surface.result(_saved_line(saved), saved, as_json=as_json, without=("value_warnings", "doubts"))
    if not from_stdin and source is None:
        _ask_services(project, saved)
    _warn(saved)
    return DONE


def _ask_services(project: Project, saved: SecretSaved) -> None:
    """Of what was just typed: whether it works, where its declaration says whom to ask and the person agrees."""
    owner = project.owner(saved.tool_id)
    declared = {secret.key for secret in owner.secrets if secret.probe is not None}
    for key in (secret.key for secret in saved.secrets if secret.key in declared):
        probing = import_module("pixie_secrets.cli.probing")
        probing.offer(project, owner, key)


def _piped(asked: SecretsToAsk) -> Mapping[str, SecretStr]:
    if len(asked.secrets) != 1:
        names = ", ".join(secret.key for secret in asked.secrets)
        raise UsageRefused(
            "--stdin takes one value, so name one secret", f"not set: {names}" if names else "all are set"
        )
    return {asked.secrets[0].key: read_value()}


def _of_file(asked: SecretsToAsk, source: str, *, is_each_needed: bool) -> Mapping[str, SecretStr]:
    """The values that another `.env` has, as `load_dotenv()` reads them; the file stays as it is.

    Raises:
        FileRefused: it is a link, no text or no file.
        PixieError: it has none of them, or not each that was named.
    """
    path = Path(source).expanduser()
    if not path.exists():
        raise FileRefused(f"there is no {shown(source)}", "name a file that is written as a .env")
    found = {key: value for key, value in DotenvStore(path, asked.tool_id).values().items() if value.get_secret_value()}
    wanted = [secret.key for secret in asked.secrets]
    missing = [key for key in wanted if key not in found]
    if missing and (is_each_needed or missing == wanted):
        raise PixieError(f"{shown(source)} has no value for {', '.join(missing)}", "see how it is called there")
    return {key: found[key] for key in wanted if key in found}


def _nothing_to_ask(asked: SecretsToAsk, *, as_json: bool) -> int:
    nothing = SecretSaved(tool_id=asked.tool_id, path=asked.path, secrets=())
    surface.result(
        f"{asked.tool_id} has no secret that is not set; name one to replace it",
        nothing,
        as_json=as_json,
        without=("value_warnings", "doubts"),
    )
    return DONE


def _saved_line(saved: SecretSaved) -> str:
    keys = ", ".join(secret.key for secret in saved.secrets)
    how = "encrypted" if saved.path.endswith(SEALED_NAME) else "mode 600"
    return f"saved {keys} for {saved.tool_id} ({saved.path}, {how})"


def _warn(saved: SecretSaved) -> None:
    if saved.ignored:
        surface.note(saved.ignored)
    for warning in saved.warnings if surface.before_a_person() else (*saved.doubts, *saved.file_warnings):
        surface.warn(warning)
    if (saved.warnings or saved.ignored) and os.environ.get("PIXIE_SECRETS_POPUP"):
        import_module("pixie_secrets.channels.prompt").pause("Press any key to close. ")


COMMAND = command(
    ANY_TOOL,
    Operand("keys", "[KEY]...", is_required=False, is_many=True),
    request=SetSecretRequest,
    metavars={"file": "FILE", "expires": "DAY"},
    options=(
        Option("--stdin", "take one value from a pipe, less one newline at its end", name="from_stdin"),
        Option("--from", "take the values that another .env has; it stays as it is", "source", metavar="FILE"),
        JSON,
    ),
    more="""\
TOOL is a tool of tools/, or an app: a folder with a .env or a template of one, by its path. It can be left out where
only one declares KEY, and for the one you stand in. Without KEY: every declared secret that is not set. What you type
or paste is not shown; all values are stored at the end, or none.""",
    examples=EXAMPLES,
)(run)
