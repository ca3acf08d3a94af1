"""The store that is a tool's `.env`.

Every value that passes here becomes known (`stores.learn`), and so is masked until the process ends: what was read,
what is written, and what is replaced or removed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixie_secrets import env_file
from pixie_secrets.errors import FileRefused
from pixie_secrets.files import edit_private, read_private
from pixie_secrets.secret.key import PATTERN
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.learn import learn_text, learn_value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    from pixie_secrets.env_file.unreadable import UnreadableLine
    from pixie_secrets.sealed.about import About


class PlainStore:
    """A store of plain text, in one file or several: nothing is encrypted, and nothing is kept beside a value."""

    @property
    def sealed_keys(self) -> tuple[str, ...]:
        return ()

    def abouts(self) -> dict[str, About]:
        return {}


class DotenvStore(PlainStore):
    """See `Store`. tool: its id, for what becomes known. is_app: it is an app's, and plain settings do not."""

    def __init__(self, path: Path, tool: str, *, is_app: bool = False) -> None:
        self.path = path
        self._tool = tool
        self._is_app = is_app

    def values(self) -> dict[str, SecretStr]:
        """What a plain `load_dotenv()` of the file would set, empty values too; nothing where there is no file.

        Keys are shown to agents. What stands before the equals sign of a line that was not meant as one (of a key file
        without quotes, of an address with a password) is a piece of a value, so it is left out.

        Raises:
            FileRefused: the file is not a regular UTF-8 file of ours.
        """
        text = self._known_text(read_private(self.path))
        return {key: SecretStr(value) for key, value in env_file.read_values(text).items() if _is_name(key, value)}

    def set_values(
        self,
        values: Mapping[str, SecretStr],
        programs: Collection[str] = (),
        abouts: Mapping[str, About] | None = None,  # noqa: ARG002  there is no place for them
    ) -> None:
        """Set all of `values`, or none of them, in one edit of the file.

        programs: those that read it besides python-dotenv; values are written so that most of them read them right.

        Raises:
            ValueRefused: a value that cannot be stored.
            FileRefused: the file is not a regular UTF-8 file of ours, or could not be written.
        """
        check_read_back = self._library()
        for key, value in values.items():
            learn_value(value.get_secret_value(), key=key, tool=self._tool)

        def edit(before: bytes | None) -> bytes:
            text = self._known_text(before)
            for key, value in values.items():
                text = env_file.set_value(text, key, value.get_secret_value(), programs)
            after = text.encode()
            check_read_back(before or b"", after, {key: value.get_secret_value() for key, value in values.items()})
            return after

        edit_private(self.path, edit)

    def unset(self, key: str) -> bool:
        """Remove `key`; whether it had a value. The file itself stays, even when nothing is left.

        An empty file is not the same as no file: without one, `load_dotenv()` would go on looking in the folders
        above.

        Raises:
            FileRefused: the file is not a regular UTF-8 file of ours, or could not be written.
        """
        check_read_back = self._library()
        was_set = False

        def edit(before: bytes | None) -> bytes | None:
            nonlocal was_set
            if before is None:
                return None
            text = self._known_text(before)
            was_set = bool(env_file.read_values(text).get(key)) or any(
                key in line.keys for line in env_file.unreadable_lines(text)
            )
            after = env_file.unset_value(text, key).encode()
            check_read_back(before, after, {key: None})
            return after

        edit_private(self.path, edit)
        return was_set

    def remove(self, values: Mapping[str, SecretStr]) -> tuple[str, ...]:
        """Remove those of `values` that the file has just so, in one edit; the keys that it has otherwise, and keeps.

        Raises:
            FileRefused: as `unset`.
        """
        check_read_back = self._library()
        kept: list[str] = []

        def edit(before: bytes | None) -> bytes | None:
            kept.clear()
            if before is None:
                return None
            text = self._known_text(before)
            there = env_file.read_values(text)
            gone: dict[str, str | None] = {}
            for key, value in values.items():
                if there.get(key, value.get_secret_value()) != value.get_secret_value():
                    kept.append(key)
                elif key in there:
                    text, gone[key] = env_file.unset_value(text, key), None
            after = text.encode()
            check_read_back(before, after, gone)
            return after

        edit_private(self.path, edit)
        return tuple(kept)

    def unreadable_lines(self) -> tuple[UnreadableLine, ...]:
        """The lines that `load_dotenv()` passes over without a word.

        Raises:
            FileRefused: the file is not a regular UTF-8 file of ours.
        """
        return env_file.unreadable_lines(self._known_text(read_private(self.path)))

    @staticmethod
    def _library() -> Callable[[bytes, bytes, Mapping[str, str | None]], None]:
        """python-dotenv, which has the last word; only what writes waits for its import."""
        from pixie_secrets.stores.read_back import check_read_back

        return check_read_back

    def _known_text(self, data: bytes | None) -> str:
        """The file as text, its values known; nothing is translated, line ends and a byte order mark stay."""
        try:
            text = (data or b"").decode()
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
        else:
            if "\0" not in text:
                if refused := learn_text(text, tool=self._tool, is_app=self._is_app):
                    raise refused
                return text
            line = text[: text.index("\0")].count("\n") + 1
        # raised out here: inside, the decoder's error, which holds the whole file, would hang on to this one
        raise FileRefused(
            f"{self.path} is not UTF-8 text, first in line {line}", "save it again as UTF-8, or move it away"
        )


def _is_name(key: str, value: str) -> bool:
    """Whether `key` is surely a name: base64 ends with equals signs, and its last line could pass for an assignment."""
    return bool(PATTERN.fullmatch(key) and (value.strip("=") or (not value and key.isupper())))
