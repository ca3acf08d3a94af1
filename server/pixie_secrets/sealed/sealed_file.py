"""A sealed file, opened: its values, what stands beside them, whom it is sealed for, and the texts that follow from it.

Every change gives a whole new text; a value that was not touched keeps its encrypted text byte for byte, so that a diff
shows the keys that changed and the two lines of the digest. Nothing here reads or writes a file.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import ValueRefused
from pixie_secrets.sealed.cipher import Cipher, NotSealedError, Plain
from pixie_secrets.sealed.data_key import Wrapped, new_data_key, unwrapped, wrapped_for, wrapped_keys
from pixie_secrets.sealed.digest import authenticated_time, digest_of
from pixie_secrets.sealed.document import METADATA, Number, parsed, written
from pixie_secrets.sealed.refusals import OLDER_VERSION, SealedTampered, UnknownKind
from pixie_secrets.sealed.rules import CLEAR_SUFFIX, VERSION, Rules, metadata_of, rules_of
from pixie_secrets.sealed.tree import as_text, decrypted, encrypted, plain_texts, shown_place, with_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from pixie_secrets.sealed.about import About
    from pixie_secrets.sealed.document import Tree


class Setting(NamedTuple):
    """A value to seal, and what is to stand beside it."""

    value: str
    about: About

    def __repr__(self) -> str:
        return "Setting(**********)"


class SealedFile:
    """An opened file. where: how it is called in what a user is told."""

    def __init__(self, where: str, sealed: Tree, plain: Mapping[str, object], metadata: Tree, data_key: bytes) -> None:
        self._where = where
        self._sealed = sealed  # without sops' metadata
        self._plain = plain  # the same, and a `Plain` in the place of each encrypted text
        self._metadata = metadata
        self._data_key = data_key
        self._rules = rules_of(metadata, where)

    def __repr__(self) -> str:
        return f"SealedFile({self._where!r})"

    @property
    def values(self) -> dict[str, str]:
        """The values that programs are given, by key: those on top, without what stands in clear beside them.

        A whole object or list is no value that a variable could have.
        """
        return {key: text for key, text in self._texts() if not self._is_about(key)}

    @property
    def text(self) -> bytes:
        """The whole of it, as it is."""
        return written({**self._sealed, METADATA: self._metadata})

    @property
    def keys(self) -> tuple[str, ...]:
        """Those on top, whatever is below them, without what stands in clear beside values."""
        from pixie_secrets.sealed.about import parsed_about

        return tuple(key for key in self._sealed if not (self._is_about(key) and parsed_about(self._sealed[key])))

    @property
    def nested(self) -> dict[str, object]:
        """The objects and lists on top, decrypted."""
        return {key: value for key, value in self._plain.items() if isinstance(value, (dict, list))}

    def reopened(self, text: bytes) -> SealedFile:
        """A text that followed from this file, opened with the same data key.

        Raises:
            SealedDamaged: it did not follow from it.
        """
        return _with_key(text, self._where, lambda _: self._data_key)

    @property
    def every_value(self) -> Iterator[tuple[str, str]]:
        """Each decrypted text wherever it stands, with the last key on the way to it."""
        yield from plain_texts(self._plain, "")

    @property
    def abouts(self) -> dict[str, About]:
        """What stands beside values, by their keys."""
        from pixie_secrets.sealed.about import parsed_about

        suffix = self._rules.clear_suffix
        found = {
            key.removesuffix(suffix): parsed_about(self._sealed[key]) for key in self._sealed if self._is_about(key)
        }
        return {key: about for key, about in found.items() if about and key in self._sealed}

    @property
    def recipients(self) -> tuple[str, ...]:
        """Whom it is sealed for, in its order."""
        return tuple(each.recipient for each in self.wrapped)

    def changed(self, settings: Mapping[str, Setting], unset: Collection[str] = ()) -> bytes:
        """The text with other values; the same keys keep their places, new ones come where they sort.

        Raises:
            UnknownKind: by the file's own rule a value would stand in clear.
            ValueRefused: a value that is no whole text.
        """
        cipher = Cipher(self._data_key)
        sealed: Tree = dict(self._sealed)
        plain: dict[str, object] = dict(self._plain)
        suffix = self._rules.clear_suffix
        for key in unset:
            for name in (key, *([key + suffix] if suffix else [])):
                sealed.pop(name, None)
                plain.pop(name, None)
        for key, setting in settings.items():
            if key == METADATA or not self._rules.is_encrypted((key,)):
                raise UnknownKind(
                    f"by the rules of {self._where} a value of that name would stand in clear", "give it another name"
                )
            value = Plain(_encoded(key, setting.value))
            sealed = with_entry(sealed, key, cipher.encrypt(value, (key,)))
            plain = with_entry(plain, key, value)
            if suffix:
                text = setting.about.text()
                sealed, plain = with_entry(sealed, key + suffix, text), with_entry(plain, key + suffix, text)
        return _text(sealed, plain, self._metadata, self._rules, self._data_key)

    def recipients_kept(self, other: SealedFile) -> tuple[str, ...]:
        """Whom this file, or `other` with the same data key, is sealed for."""
        return tuple(self._wrapped(other))

    def sealed_for(self, recipients: Collection[str], other: SealedFile | None = None) -> bytes:
        """The text for these recipients: who is new is given the data key, who was there keeps what they have.

        other: where they may have it from, too, if it has the same data key.

        Raises:
            RecipientRefused: one is no key that age takes.
        """
        there = self._wrapped(other)
        wrapped = [there.get(each) or wrapped_for(self._data_key, [each])[0] for each in recipients]
        metadata = _with_recipients(self._metadata, wrapped)
        return written({**self._sealed, METADATA: metadata})

    def sealed_anew(self, recipients: Collection[str]) -> bytes:
        """The text with another data key, for these recipients alone: who had the old one opens nothing of it.

        Raises:
            RecipientRefused: one is no key that age takes.
        """
        data_key = new_data_key()
        cipher = Cipher(data_key)
        metadata = _with_recipients(self._metadata, wrapped_for(data_key, recipients))
        sealed = {key: encrypted(value, (key,), cipher) for key, value in self._plain.items()}
        return _text(sealed, self._plain, metadata, self._rules, data_key)

    @property
    def wrapped(self) -> tuple[Wrapped, ...]:
        """The data key for each recipient, as it stands in the file."""
        return wrapped_keys(self._metadata, self._where)

    def has_data_key(self, data_key: bytes) -> bool:
        """Whether it is sealed with that one."""
        return self._data_key == data_key

    def _wrapped(self, other: SealedFile | None) -> dict[str, Wrapped]:
        theirs = other.wrapped if other and other.has_data_key(self._data_key) else ()
        return {each.recipient: each for each in (*theirs, *self.wrapped)}

    def _texts(self) -> Iterator[tuple[str, str]]:
        for key, value in self._plain.items():
            if isinstance(value, Plain):
                yield key, as_text(value)
            elif isinstance(value, str):
                yield key, value
            elif isinstance(value, bool):
                yield key, str(value).lower()
            elif isinstance(value, Number):
                yield key, value.text

    def _is_about(self, key: str) -> bool:
        suffix = self._rules.clear_suffix
        return bool(suffix) and key.endswith(suffix) and len(key) > len(suffix)


def import_packages() -> None:
    """Import what encrypts, for who has to know whether it is there.

    Raises:
        ImportError: it is not, or not for this Python.
    """
    for name in ("pyrage", "cryptography.hazmat.bindings._rust"):
        import_module(name)


def open_sealed(data: bytes, where: str, environment: Mapping[str, str] = os.environ) -> SealedFile:
    """Open the text of a sealed file with a key of this person.

    Raises:
        HalfMerged, SealedTruncated, SealedDamaged: it is not what a sealed file should be.
        NewerVersion, UnknownKind: it is sealed in a way that is not handled here.
        NoKey, WrongKey: it is not sealed for this person.
        SealedTampered: every value opens, and together they are not those that were sealed.
    """
    return _with_key(data, where, lambda metadata: unwrapped(wrapped_keys(metadata, where), where, environment))


def _with_key(data: bytes, where: str, key_of: Callable[[Tree], bytes]) -> SealedFile:
    document = parsed(data, where)
    metadata = metadata_of(document, where)
    rules = rules_of(metadata, where)
    data_key = key_of(metadata)
    cipher = Cipher(data_key)
    sealed = {key: value for key, value in document.items() if key != METADATA}
    plain = {key: decrypted(value, (key,), cipher, rules, where) for key, value in sealed.items()}
    expected = digest_of(plain, rules, where)
    kept = None
    try:
        kept = cipher.decrypt(str(metadata["mac"]), authenticated_time(metadata)).data
    except NotSealedError:
        kept = None
    if kept != expected:
        raise SealedTampered(
            f"{where} was changed after it was sealed: its values together are not those it was sealed with",
            OLDER_VERSION + "; nothing of it is used",
        )
    return SealedFile(where, sealed, plain, metadata, data_key)


def new_sealed(settings: Mapping[str, Setting], recipients: Collection[str]) -> bytes:
    """The text of a new file.

    Raises:
        RecipientRefused: one is no key that age takes.
        UnknownKind: a key whose value would stand in clear.
    """
    data_key = new_data_key()
    metadata: Tree = {
        "age": [],
        "lastmodified": "",
        "mac": "",
        "unencrypted_suffix": CLEAR_SUFFIX,
        "version": VERSION,
    }
    metadata = _with_recipients(metadata, wrapped_for(data_key, recipients))
    return SealedFile("the new file", {}, {}, metadata, data_key).changed(settings)


def _encoded(key: str, value: str) -> bytes:
    data = value.encode("utf-8", "surrogatepass")
    if data.decode("utf-8", "ignore") == value:
        return data
    where = shown_place((key,))
    raise ValueRefused(f"the value of {where} has half a character", "paste it again, or give it as a file")


def _text(
    sealed: Tree,
    plain: Mapping[str, object],
    metadata: Tree,
    rules: Rules,
    data_key: bytes,
) -> bytes:
    """The whole text, with the time and the digest of its values."""
    from pixie_secrets.sealed.about import now

    modified = now()
    digest = Plain(digest_of(plain, rules, "the new file"))
    renewed: Tree = {
        **metadata,
        "lastmodified": modified,
        "mac": Cipher(data_key).encrypt(digest, modified),
    }
    return written({**sealed, METADATA: renewed})


def _with_recipients(metadata: Tree, wrapped: Iterable[Wrapped]) -> Tree:
    return {**metadata, "age": [{"recipient": each.recipient, "enc": each.text} for each in wrapped]}
