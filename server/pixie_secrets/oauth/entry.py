"""The place of one token in its tool's store, and the lock of whoever renews it.

The lock is taken on the tool's `tool.json`, which is never written by us while it is held: the lock of the store is
for moments, a server may take seconds. It goes with its process, however that ends.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pixie_secrets.errors import FileRefused
from pixie_secrets.files import open_plain
from pixie_secrets.oauth.endpoint import SECONDS
from pixie_secrets.oauth.errors import AppSecretMissing
from pixie_secrets.oauth.registration import registration
from pixie_secrets.oauth.token import kept_token
from pixie_secrets.stores.store import store_of

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.oauth.registration import Registration
    from pixie_secrets.oauth.token import Token
    from pixie_secrets.secret.text import SecretStr

LOCK_SECONDS = 3 * SECONDS  # for others that ask a server which takes its time
LOOK_EVERY = 0.02  # seconds between two looks at the lock; a look asks the system and reads nothing


class TokenEntry:
    """The token `key` of `owner`, a tool. shown: the registration that a person was shown; else as it is declared now.

    Raises:
        KeyRefused: the tool declares no token of that name.
    """

    def __init__(self, owner: Owner, key: str, shown: Registration | None = None) -> None:
        self.owner = owner
        self.registration = shown or registration(owner, key)

    def read(self) -> Token | None:
        """What the store has now; None where it has none, or something else.

        Raises:
            FileRefused: it cannot be read.
        """
        value = store_of(self.owner).values().get(self.registration.key)
        return kept_token(value) if value else None

    def write(self, token: Token) -> None:
        """Keep `token`, in the place of the one before, which is there until this one is on the disk.

        Raises:
            FileRefused: it cannot be written.
        """
        store_of(self.owner).set_values({self.registration.key: token.document()})

    def replace(self, token: Token) -> None:
        """Keep a token that a person just agreed to, once nobody renews the one before.

        Raises:
            FileRefused: as `write` and `turn`.
        """
        while True:
            with self.turn() as ours:
                if ours:
                    self.write(token)
                    return

    def app_secret(self) -> SecretStr | None:
        """The app's own secret; None for an app that has none.

        Raises:
            AppSecretMissing: it is declared and not set.
        """
        key, tool_id = self.registration.client_secret, self.registration.tool_id
        if key is None:
            return None
        value = store_of(self.owner).values().get(key)
        if value is None or not value.get_secret_value():
            raise AppSecretMissing(
                f"{key}, the secret of the app at {self.registration.title}, is not set",
                f"set it first: call set-secret for {tool_id}, or run pixie-secrets set-secret {tool_id} {key}",
            )
        return value

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Wait until nobody else renews; whether it is our turn now, or only the one who did has ended.

        Those who wait wake together and read what was written, instead of one after the other.

        Raises:
            FileRefused: somebody does not come to an end.
        """
        descriptor = open_plain(self.owner.folder / "tool.json").descriptor
        try:
            if _taken(descriptor, alone=True):
                yield True
                return
            deadline = time.monotonic() + LOCK_SECONDS
            while not _taken(descriptor, alone=False):
                if time.monotonic() > deadline:
                    raise FileRefused(
                        f"another process has been renewing {self.registration.key} for {LOCK_SECONDS:.0f} seconds",
                        "see whether another pixie-secrets hangs, and end it",
                    )
                time.sleep(LOOK_EVERY)
            yield False
        finally:
            os.close(descriptor)


def _taken(descriptor: int, *, alone: bool) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
