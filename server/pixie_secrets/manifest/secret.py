"""How a tool declares a secret: its name, what it is for, and as much more as helps a person to type the right thing.

Only `key` is required. Whatever is said beyond `key`, `description` and `required` is for people and for checks when a
value is typed (`secret.type`); the tool reads an environment variable all the same.
"""

# No `from __future__ import annotations`: pydantic would evaluate every annotation from its text, at each start.

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pixie_secrets.manifest.checks import (
    client_id,
    endpoint,
    probe_parameter,
    probe_place,
    scope,
    secret_key,
    service_name,
    usable_duration,
    usable_pattern,
    web_address,
    wrong,
)
from pixie_secrets.manifest.parts import Line, Part, Text, Whole
from pixie_secrets.secret.providers import ProviderName
from pixie_secrets.secret.type import TypeName


class Obtain(Part):
    """How a person comes by the value: the page to go to, one line of what to do there, or both."""

    url: Annotated[str, AfterValidator(web_address)] | None = None
    text: Line | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.url is None and self.text is None:
            raise wrong("says nothing", 'write {"url": "https://…", "text": "one line"}, or one of the two')
        return self


Endpoint = Annotated[str, AfterValidator(endpoint)]
URLS = ("authorize_url", "token_url", "device_url", "revoke_url", "issuer")


class OAuth2(Part):
    """Where a token is issued and what for: a provider by name, or the addresses of any other authorization server.

    client_id: of the app that was registered there; it is no secret. client_secret: the key of the secret that is the
    app's own, if it has one. issuer: what the server says it is (RFC 9207), checked where it is given. client_auth: how
    the app proves itself (RFC 6749, section 2.3.1). redirect_port: the port of 127.0.0.1 that is registered, where
    the provider takes no other.
    """

    client_id: Annotated[str, AfterValidator(client_id)]
    provider: ProviderName | None = None
    authorize_url: Endpoint | None = None
    token_url: Endpoint | None = None
    device_url: Endpoint | None = None
    revoke_url: Endpoint | None = None
    issuer: Endpoint | None = None
    client_secret: Annotated[str, AfterValidator(secret_key)] | None = None
    client_auth: Literal["basic", "body"] | None = None
    scopes: tuple[Annotated[str, AfterValidator(scope)], ...] = ()
    redirect_port: Whole | None = None

    @model_validator(mode="after")
    def _one_server(self) -> Self:
        own = [name for name in URLS if getattr(self, name) is not None]
        if self.provider is not None and own:
            raise wrong(f"a provider by name has its own {own[0]}", "keep one of the two", path=(own[0],))
        if self.provider is None and (self.token_url is None or not (self.authorize_url or self.device_url)):
            raise wrong("names no server", "write a provider, or token_url with authorize_url or device_url")
        if self.redirect_port is not None and not 1024 <= self.redirect_port <= 65535:
            raise wrong("must be a port from 1024 to 65535", path=("redirect_port",))
        return self


class Probe(Part):
    """How to ask a service whether a value works: an address of its own, where the table of services has none.

    sends: how the value goes along; parameter: the name of the header or query, or the user of basic. prefix: before
    the value in a header. show: JSON pointers (RFC 6901), or `header:NAME`, of what may be shown of the answer; all
    else is dropped. expires: one of where it says until when the value is good.
    """

    url: Endpoint
    sends: Literal["bearer", "header", "basic", "query"] = "bearer"
    parameter: Annotated[str, AfterValidator(probe_parameter)] | None = None
    prefix: Line | None = None
    show: tuple[Annotated[str, AfterValidator(probe_place)], ...] = ()
    expires: Annotated[str, AfterValidator(probe_place)] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.sends in {"header", "query"} and self.parameter is None:
            raise wrong(f"needs the name of the {self.sends}", "such as X-Api-Key", path=("parameter",))
        if self.sends == "bearer" and self.parameter is not None:
            raise wrong("a bearer token has no name", 'leave it out, or write "sends": "header"', path=("parameter",))
        if self.prefix is not None and self.sends != "header":
            raise wrong("only a header has a prefix", 'write "sends": "header"', path=("prefix",))
        return self


class Secret(Part):
    """A credential the tool needs. What it is called, is for and looks like; never its value.

    type: what a value must be; `file` is the path of an existing file, absolute or from the tool's folder. pattern:
    an RE2 expression that the whole value must match. example: what one looks like, invented. metadata: anything the
    project wants to keep with it. rotate_after: how long a value is used before the key is due for a new one. schema: a
    JSON Schema, for the type `json` only. oauth2: where it is issued, for the type `oauth2` only. probe: whom to ask
    whether a value works, by a service's name or address.
    """

    key: Annotated[str, AfterValidator(secret_key)]
    description: Text | None = None
    required: bool = False
    type: TypeName = "string"
    pattern: Annotated[str, AfterValidator(usable_pattern)] | None = None
    example: Line | None = None
    obtain: Obtain | None = None
    probe: Annotated[str, AfterValidator(service_name)] | Probe | None = None
    metadata: dict[str, Any] | None = None
    rotate_after: Annotated[str, AfterValidator(usable_duration)] | None = None
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")
    oauth2: OAuth2 | None = None

    @model_validator(mode="after")
    def _issued_by(self) -> Self:
        if (self.type == "oauth2") != (self.oauth2 is not None):
            hint = 'write {"type": "oauth2", "oauth2": {"provider": "google", "client_id": "…", "scopes": ["…"]}}'
            raise wrong("the type oauth2 and the field oauth2 go together", hint)
        return self

    @model_validator(mode="after")
    def _schema_of_json(self) -> Self:
        if self.schema_ is None:
            return self
        if self.type != "json":
            raise wrong("only a secret of the type json has a schema", 'write "type": "json"', path=("schema",))
        from pixie_secrets.secret.value_schema import why_unusable

        if why := why_unusable(self.schema_):
            raise wrong(why, "see json-schema.org for how one is written", path=("schema",))
        return self
