"""What a program that we start is given of a tool's tokens: an access token that is good now, under the token's key.

Not the document that the store keeps: what knows of refresh tokens is this program and the library, and a tool that
reads `os.environ["GITHUB"]` wants something to put behind `Bearer`. It is good for as long as its provider says, often
an hour; a tool that runs longer takes it from the library, which renews it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import PixieError
from pixie_secrets.oauth.entry import TokenEntry
from pixie_secrets.oauth.refresh import fresh_token  # noqa: TID253  this module comes late itself

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.secret.text import SecretStr


class ProgramValues(NamedTuple):
    """values: what the program's environment gets. warnings: which optional tokens are left out, and why."""

    values: dict[str, SecretStr]
    warnings: tuple[str, ...] = ()


def with_access_tokens(owner: Owner, values: Mapping[str, SecretStr]) -> ProgramValues:
    """`values` of a tool, each token among them as an access token that is good now.

    Raises:
        PixieError: a required token cannot be had; as `refresh.fresh_token`.
    """
    ready, warnings = dict(values), []
    for secret in owner.secrets:
        if secret.oauth2 is None or secret.key not in values or not values[secret.key].get_secret_value():
            continue
        try:
            ready[secret.key] = fresh_token(TokenEntry(owner, secret.key)).access
        except PixieError as error:
            if secret.required:
                raise
            del ready[secret.key]
            warnings.append(f"{secret.key} is left out: {error.message}")
    return ProgramValues(ready, tuple(warnings))
