"""Texts of a `.env`: read, set, unset, and masked; in memory, and now and then through the store and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fuzz.kind import VALUE, Broken, Kind, damaged, text
from tests.known_index import forget_known_values

from pixie_secrets import env_file
from pixie_secrets.errors import PixieError
from pixie_secrets.known_values import KNOWN
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.dotenv import DotenvStore
from pixie_secrets.stores.learn import learn_text

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

LINES = (
    "K=v", "export K='v'", 'A="x\\n${K}"', "B=`id`", "# K=old", "K = spaced # why", "'Q'=1", "M='one\ntwo'", "N=",
    "=x",
    "K", "A=$B", "B=${A}", "C='open", 'D="open', "E=${", "${F}=1", "G=a'b\"c`d", "H\t=\t1", "I: yaml", "J=\\",
    "\ufeffK=1",
    "export", "L=${M:-${N}}", "O=#x", "P='x'#y", f"S={VALUE}",
)  # fmt: skip
ENDS = ("\n", "\n", "\n", "\r\n", "\r", "", "\n\n", "\u2028", "\x0c")
KEYS = ("K", "A", "B", "NEW", "M", "S")


class EnvTexts(Kind):
    def __init__(self, folder: Path) -> None:
        self._path = folder / ".env"

    def attempt(self, random: Random) -> str:
        forget_known_values()  # what one input made known must not make the next slow
        KNOWN.add(VALUE, key="S", tool="a")
        before = _text(random)
        key, value = random.choice(KEYS), text(random, random.choice([1, 4, 40]))
        said = [_edited(before, key, value), _unset(before, key), KNOWN.mask(before)]
        if random.random() < 0.2:
            said.append(self._stored(before.encode("utf-8", "surrogatepass"), key, value))
        refused = learn_text(before, tool="a")
        return "\n".join([*said, refused.message + refused.hint if refused else ""])

    def _stored(self, before: bytes, key: str, value: str) -> str:
        """The same through the store: a refusal leaves every byte; what is saved is read back."""
        self._path.write_bytes(before)
        store = DotenvStore(self._path, "a")
        try:
            store.set_values({key: SecretStr(value)})
        except PixieError as refused:
            if self._path.read_bytes() != before:
                raise Broken("refused, and the file is another") from refused
            return refused.message + refused.hint
        if store.values().get(key, SecretStr("")).get_secret_value() != value and value.strip("="):
            raise Broken("saved, and read back as something else")
        return ""


def _text(random: Random) -> str:
    if random.random() < 0.02:  # a large one: one line again and again
        line = random.choice(LINES) + random.choice(ENDS)
        return line * (random.choice([2_000, 20_000]) // len(line))
    lines = [random.choice(LINES) if random.random() < 0.7 else text(random) for _ in range(random.randrange(12))]
    made = "".join(line + random.choice(ENDS) for line in lines)
    if random.random() < 0.2:
        made = damaged(random, made.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogateescape")
    return made


def _edited(before: str, key: str, value: str) -> str:
    try:
        after = env_file.set_value(before, key, value)
    except PixieError as refused:
        return refused.message + refused.hint
    was, now = env_file.read_values(before), env_file.read_values(after)
    if now.get(key) != value:
        raise Broken(f"{key} was set and reads as something else")
    if after == before and was.get(key) != value:
        raise Broken("nothing was written")
    return ""


def _unset(before: str, key: str) -> str:
    try:
        after = env_file.unset_value(before, key)
    except PixieError as refused:
        return refused.message + refused.hint
    if key in env_file.read_values(after):
        raise Broken(f"{key} was removed and is still there")
    return ""
