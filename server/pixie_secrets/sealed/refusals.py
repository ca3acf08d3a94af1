"""Why a sealed file is not opened: a class for each reason, because what to do about each is another thing."""

from __future__ import annotations

from pixie_secrets.errors import FileRefused

OLDER_VERSION = "take an older version of it from git or a backup"


class WrongKey(FileRefused):
    """It is whole, as far as one can tell, and sealed for others: no key of this machine opens it."""


class NoKey(FileRefused):
    """There is no key on this machine that could open anything, or the place where it is kept is closed."""


class SealedDamaged(FileRefused):
    """It is no JSON, no sealed file, or something in it that a key fits does not open."""


class SealedTruncated(SealedDamaged):
    """It ends in the middle."""


class SealedTampered(SealedDamaged):
    """Every value opens, and together they are not those that were sealed: one was removed, moved or put back."""


class HalfMerged(FileRefused):
    """git left its conflict markers in it."""


class NewerVersion(FileRefused):
    """It was written by a sops whose format is not known here."""


class UnknownKind(FileRefused):
    """It uses something of sops that is not handled here: other kinds of keys, parts of a key, rules about comments."""


class RecipientRefused(FileRefused):
    """A text or file that is no public key that one can seal for."""


class StrangerRefused(FileRefused):
    """A merge would seal for somebody whom one side alone names."""
