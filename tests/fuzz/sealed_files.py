"""Sealed files with some of their bytes changed: opened with the right key, and changed where they open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyrage
from tests.fuzz.kind import VALUE, Broken, Kind, damaged, text

from pixie_secrets.errors import FileRefused, ValueRefused
from pixie_secrets.sealed.about import About
from pixie_secrets.sealed.sealed_file import Setting, new_sealed, open_sealed

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

VALUES = {"K": VALUE, "LINES": f"-----BEGIN\n{VALUE}\n-----END\n", "DOCUMENT": '{"a": [1, null]}', "EMPTY": ""}
FULL = {key: value for key, value in VALUES.items() if value}


class SealedFiles(Kind):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        key = pyrage.x25519.Identity.generate()
        self._environment = {"SOPS_AGE_KEY": str(key), "HOME": str(folder)}
        about = About("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "page", {"owner": "payments"})
        settings = {name: Setting(value, about) for name, value in VALUES.items()}
        self._whole = new_sealed(settings, [str(key.to_public())])

    def attempt(self, random: Random) -> str:
        data = damaged(random, self._whole)
        try:
            opened = open_sealed(data, "secrets.enc.json", self._environment)
        except FileRefused as refused:
            return f"{type(refused).__name__} {refused.message} {refused.hint}"
        if {key: value for key, value in opened.values.items() if value} != FULL:  # the format says nothing of others
            raise Broken("it opens, with other values")
        new = text(random, 20)
        try:
            after = opened.changed({"NEW": Setting(new, About())}, ["DOCUMENT"])
        except ValueRefused as refused:
            return refused.message
        found = open_sealed(after, "secrets.enc.json", self._environment).values
        if {key: value for key, value in found.items() if value} != {
            key: value for key, value in {**FULL, "NEW": new}.items() if value and key != "DOCUMENT"
        }:
            raise Broken("changed, and read back as something else")
        return repr(opened)
