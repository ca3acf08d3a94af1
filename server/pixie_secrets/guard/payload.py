"""What the client writes to a hook and reads from it: one JSON document each way, read without importing `json`.

`json` imports `re`, and both together take as long as the whole decision. The scanner beneath it is all that is needed
for a document that a client wrote; where an interpreter has none, or the document is odd, `json` itself judges it.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Scanning:
    """What the scanner asks its decoder for."""

    strict = False
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}  # noqa: RUF012  the scanner fills and clears it


def read(data: bytes) -> dict[str, Any]:
    """The document; {} when it is no JSON object."""
    text = data.decode("utf-8", "replace").lstrip("\ufeff").strip()
    try:
        from _json import make_scanner

        document, end = make_scanner(_Scanning)(text, 0)  # type: ignore[arg-type]  # any object with these attributes
        if end == len(text):
            return document if isinstance(document, dict) else {}
    except Exception:  # noqa: S110  no scanner, or one that raises what it pleases without its decoder
        pass
    import json

    try:
        document = json.loads(text, strict=False)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def written(document: dict[str, Any]) -> str:
    import json

    return json.dumps(document)  # ASCII: no locale can break it
