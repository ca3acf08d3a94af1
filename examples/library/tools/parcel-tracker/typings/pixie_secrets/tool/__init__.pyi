# Made by `pixie-secrets codegen parcel-tracker --stub`; do not edit.
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any, overload

from pixie_secrets.errors import ManifestError as ManifestError
from pixie_secrets.errors import MissingExtra as MissingExtra
from pixie_secrets.errors import MissingSecrets as MissingSecrets
from pixie_secrets.errors import PixieError as PixieError
from pixie_secrets.errors import UndeclaredSecret as UndeclaredSecret
from pixie_secrets.errors import ValueRefused as ValueRefused
from pixie_secrets.oauth.client import AsyncOAuth2Client as AsyncOAuth2Client
from pixie_secrets.oauth.client import OAuth2Auth as OAuth2Auth
from pixie_secrets.oauth.client import OAuth2Client as OAuth2Client
from pixie_secrets.oauth.client import OAuth2Secret as OAuth2Secret
from pixie_secrets.oauth.errors import AuthorizeAgain as AuthorizeAgain
from pixie_secrets.secret.text import SecretStr as SecretStr
from pixie_secrets.tool.declared_secrets import AnySecrets
from pixie_secrets.tool.declared_secrets import DeclaredSecrets as DeclaredSecrets
from pixie_secrets.tool.json_secret import JsonSecret as JsonSecret

class Secrets(DeclaredSecrets):
    @property
    def PARCEL_API_KEY(self) -> SecretStr:
        "API key of the parcel service"
    @property
    def PARCEL_BASE_URL(self) -> SecretStr | None:
        "Address of the parcel service, where it is not the usual one"

secrets: Secrets

@overload
def load(folder: None = None, environment: Mapping[str, str] | None = None) -> Secrets: ...
@overload
def load(folder: str | PathLike[str], environment: Mapping[str, str] | None = None) -> AnySecrets: ...
