"""The last resort: masks the values and their commonest forms with nothing but `str.replace`.

For a Python too old for the real index, or one that failed. Fewer forms than `known_values.forms`, and no overlaps.
"""

from __future__ import annotations

SHORTEST = 4
MASK = "***"


class Found:
    """Where a value occurs and whose it is."""

    def __init__(self, start: int, end: int, key: str, tool: str) -> None:
        self.start, self.end, self.key, self.tool = start, end, key, tool


class PlainMasking:
    """Looks like KnownValues, as far as the guard uses it."""

    def __init__(self, texts: list[tuple[str, str]]) -> None:
        self._owners: dict[str, tuple[str, str]] = {}
        for text, tool in texts:
            for key, value in _pairs(text):
                for form in _forms(value):
                    self._owners.setdefault(form, (key, tool))
        self._forms = sorted(self._owners, key=len, reverse=True)

    def __len__(self) -> int:
        return len(self._forms)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def mask(self, text: str) -> str:
        """`text` with every form replaced, longest first."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return text

    def mask_bytes(self, data: bytes) -> bytes:
        return self.mask(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def find(self, text: str) -> list[Found]:
        """The first occurrence of each form."""
        places = ((text.find(form), form) for form in self._forms)
        return sorted((Found(at, at + len(form), *self._owners[form]) for at, form in places if at >= 0), key=_start)


def _start(found: Found) -> int:
    return found.start


def _pairs(text: str) -> list[tuple[str, str]]:
    """Keys and values, line by line; of a value over several lines, each line."""
    found, inside, key = [], "", ""
    for raw in text.splitlines():
        line = raw.strip()
        if inside:
            inside = "" if line.endswith(inside) else inside
            found.append((key, line.rstrip("'\"")))
            continue
        key, equals, value = line.partition("=")
        if not equals or key.startswith("#"):
            continue
        key, value = key.replace("export ", "").strip(), value.strip()
        quote = value[:1] if value[:1] in {"'", '"'} else ""
        if quote and value.count(quote) == 1:
            inside, value = quote, value[1:]
        elif quote:
            value = value[1 : value.rindex(quote)]
        else:
            value = value.split(" #")[0].rstrip()
        found.append((key, value))
        found.append((key, value.replace('\\"', '"').replace("\\\\", "\\").replace("\\n", "\n")))
    return found


def _forms(value: str) -> list[str]:
    if len(value) < SHORTEST:
        return []
    import base64  # noqa: PLC0415  the last resort
    import json  # noqa: PLC0415  as above
    from urllib.parse import quote  # noqa: PLC0415  as above

    data = value.encode("utf-8", "surrogateescape")
    forms = [value, json.dumps(value)[1:-1], repr(value)[1:-1], quote(value, safe="", errors="replace"), data.hex()]
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        first, last = (0, 2, 3)[shift], (shift + len(data)) * 8 // 6
        forms += [text[first:last], text[first:last].replace("+", "-").replace("/", "_")]
    return [form for form in dict.fromkeys(forms) if len(form) >= SHORTEST]
