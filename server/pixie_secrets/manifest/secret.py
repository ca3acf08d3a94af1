"""How a tool declares a secret: its name, what it is for, and as much more as helps a person to type the right thing.

Only `key` is required. Whatever is said beyond `key`, `description` and `required` is for people and for checks when a
value is typed (`secret.type`); the tool reads an environment variable all the same.
"""

# No `from __future__ import annotations`: pydantic would evaluate every annotation from its text, at each start.

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from pixie_secrets.manifest.checks import secret_key, usable_pattern, web_address, wrong
from pixie_secrets.manifest.parts import Line, Part, Text
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


class Secret(Part):
    """A credential the tool needs. What it is called, is for and looks like; never its value.

    type: what a value must be; `file` is the path of an existing file, absolute or from the tool's folder. pattern:
    an RE2 expression that the whole value must match. example: what one looks like, invented. metadata: anything the
    project wants to keep with it. schema: a JSON Schema, for the type `json` only.
    """

    key: Annotated[str, AfterValidator(secret_key)]
    description: Text | None = None
    required: bool = False
    type: TypeName = "string"
    pattern: Annotated[str, AfterValidator(usable_pattern)] | None = None
    example: Line | None = None
    obtain: Obtain | None = None
    metadata: dict[str, Any] | None = None
    schema_: dict[str, Any] | None = Field(default=None, alias="schema")

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
