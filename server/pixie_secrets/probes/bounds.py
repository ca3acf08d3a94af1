"""How long it may take to try a key, how much of an answer is read, and the words for a try that came to nothing.

The same for a web service and for a database. Standard library only: a database is tried without httpx2.
"""

from __future__ import annotations

SECONDS = 10.0
BYTES_MAX = 64 << 10

UNREACHABLE = "it cannot be reached"
TOO_LATE = f"it did not answer within {SECONDS:.0f} seconds"
UNTRUSTED = "its certificate is not one for that host that is trusted here, so nothing was sent"
