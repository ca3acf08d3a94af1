"""A sealed file in an archive: taken in where one of this person's keys opens it, left out where none does.

One that is no whole sealed file is refused with the archive: values may stand in it in clear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.archives.refusals import ArchiveRefused
from pixie_secrets.errors import FileRefused
from pixie_secrets.filenames import SEALED_NAME
from pixie_secrets.sealed.refusals import NoKey, WrongKey
from pixie_secrets.sealed.sealed_file import open_sealed
from pixie_secrets.secret.key import PATTERN
from pixie_secrets.stores.learn import learn_sealed
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

BYTES_MAX = 1 << 22


class SealedValues(NamedTuple):
    """keys: those that come with a value. opens: whether it may come in. note: what to tell the person."""

    keys: frozenset[str] = frozenset()
    opens: bool = True
    note: str = ""


def judged(texts: Mapping[str, bytes], tool_id: str) -> SealedValues:
    """What becomes of the sealed file among the files that were read; its values are known from here on.

    Raises:
        ArchiveRefused: there is one, and it is damaged, or of a kind that is not handled here.
    """
    data = texts.get(SEALED_NAME)
    if data is None:
        return SealedValues()
    refused: FileRefused | None = None
    try:
        found = open_sealed(data, SEALED_NAME)
    except (WrongKey, NoKey):
        return SealedValues(opens=False, note=f"{SEALED_NAME} is sealed for others, so it was left out")
    except FileRefused as error:
        refused = error
    else:
        learn_sealed(found, tool=tool_id)
        keys = frozenset(key for key, value in found.values.items() if value and PATTERN.fullmatch(key))
        others = f", and for {len(found.recipients) - 1} more" if len(found.recipients) > 1 else ""
        named = ", ".join(map(shown, sorted(keys))) or "no key"
        return SealedValues(keys, note=f"it brings values that are sealed for you{others}: {named}")
    raise ArchiveRefused(refused.message, "ask the sender to pack it again")
