"""What every program here begins with: VALUE is known and masking installed, unless PLANTED_BARE asks for neither.

The same program with PLANTED_BARE must print the value: a program that would not is no test of anything.
"""

from __future__ import annotations

import os

VALUE = os.environ["PLANTED_VALUE"]
LINES = os.environ["PLANTED_LINES"]
BARE = "PLANTED_BARE" in os.environ


def learn(value: str) -> None:
    if not BARE:
        from pixie_secrets.known_values import KNOWN

        KNOWN.add(value, key="PLANTED", tool="programs")


def cover_output() -> None:
    """As a program does that owns its standard output."""
    if not BARE:
        from pixie_secrets import masking

        masking.install(streams=("stdout", "stderr"))


if not BARE:
    from pixie_secrets import masking

    masking.install()
learn(VALUE)
learn(LINES)
