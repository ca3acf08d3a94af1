"""The one base of every pydantic model here: frozen, closed, and silent about the input it refused."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """Values in, values out: immutable, unknown fields refused, the offending input never in the error text.

    `hide_input_in_errors` matters: pydantic's messages otherwise echo `input_value=…`, and an error is shown,
    logged and sent to the model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
