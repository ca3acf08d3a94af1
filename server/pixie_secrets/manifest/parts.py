"""What all models of `tool.json` are made of: one strict base and the texts and numbers they share."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict

from pixie_secrets.frozen import Frozen
from pixie_secrets.manifest.checks import one_line, showable, whole

Text = Annotated[str, AfterValidator(showable)]
Line = Annotated[str, AfterValidator(one_line)]
Whole = Annotated[int, BeforeValidator(whole)]


class Part(Frozen):
    """Strict: a number is not a string and 1 is not true, as in the JSON Schema of the same format."""

    # Deferred: parts are built once, within the manifest, and not a second time on their own at each start.
    model_config = ConfigDict(strict=True, defer_build=True)
