"""A generated file that no longer says what its manifest says."""

from __future__ import annotations

from pixie_secrets.frozen import Frozen


class Drift(Frozen):
    """path: the file, from the tool's folder. message, hint: as in an error."""

    path: str
    message: str
    hint: str
