"""`set-secret` as a call: what a model can ask for, and how asking the person ended. Neither could hold a value."""

# No `from __future__ import annotations`: the schemas are made of these classes as they are.

from typing import Annotated, NamedTuple

from pixie_secrets.channels.channel import Medium, Outcome
from pixie_secrets.operations.status import SecretStatus


class SetSecretArguments(NamedTuple):
    """What a model can ask for: one secret, or all that are missing. No field for a value, on purpose."""

    tool_id: Annotated[str, "left out: the only one that declares the key, else the nearest"] = ""
    key: Annotated[str | None, "left out: every declared secret that is not set yet, in one go"] = None
    allow_undeclared: Annotated[bool, "also accept a key that the tool's tool.json does not declare"] = False
    file: Annotated[
        str | None,
        "of an app: the file to store it in, such as .env.production; left out: where it is read in development",
    ] = None


class SecretAsked(NamedTuple):
    """How asking a person ended. There is no field that could hold a value."""

    tool_id: str
    secrets: Annotated[tuple[SecretStatus, ...], "what was asked for, as it is now"]
    outcome: Annotated[Outcome | None, "null: nobody was asked, because there was nothing to ask for"]
    channel: Annotated[Medium | None, "how the person was reached; null when nobody was"]
    warnings: Annotated[tuple[str, ...], "to pass on to the user"] = ()
    next_step: Annotated[str | None, "what to tell the user when it is not saved, or not all that is required"] = None
