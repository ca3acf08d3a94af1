"""How short a value may be and still be masked, and what stands in its place; everything here is built on these."""

from __future__ import annotations

SHORTEST = 4  # characters of a value that is masked: a mask is shorter than what it hides
MASK = b"***"
OTHER_MASKS = (b"[masked]", b"<masked>", b"{masked}", "█████".encode(), "■".encode())  # see masks.py
