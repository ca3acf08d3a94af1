"""The secrets of one tool or app as its own code reads them: by key, typed as they are declared, read when needed.

A tool that runs for days sees a value that was set anew: the store is read again when its file is another one, which
one look at its times costs. The environment comes first, as with python-dotenv's `load_dotenv()`; an empty variable is
no value there either.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from pixie_secrets.bare_refusals import refusing_bare
from pixie_secrets.errors import MissingSecrets, UndeclaredSecret, ValueRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pixie_secrets.errors import PixieError
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.manifest.essentials import DeclaredSecret
    from pixie_secrets.secret.text import SecretStr

    _Version = tuple[tuple[int, ...] | None, ...]


class _Declared(NamedTuple):
    """What does not change while a process runs. files: of its store. by_key: of an app, its plain settings too."""

    owner: Owner
    files: tuple[str, ...]
    by_key: dict[str, DeclaredSecret]


class _Stored(NamedTuple):
    """What the store had in it. version: of its files, taken before they were read."""

    version: _Version
    texts: dict[str, SecretStr]


class DeclaredSecrets:
    """The secrets of one tool or app. An attribute is one by its key, and so is an item, for keys that Python keeps for
    itself or that begin with an underscore: `secrets["class"]`.

    What an attribute is, by the type that the key is declared with:

        string, url   `SecretStr`; `get_secret_value()` is the text
        integer       `int`
        json          `JsonSecret`, its fields by the schema
        file          `pathlib.Path`, absolute
        oauth2        `OAuth2Secret`, for `OAuth2Client`; from the environment: of an access token as it is
        (not set)     None, where the secret is not required

    Threads may share it. It has no value in its `repr`, `vars` or pickle.

    Reading a secret raises:
        MissingSecrets: required ones are not set; names all of them at once.
        UndeclaredSecret: nothing declares that key. It is an AttributeError and a KeyError, too.
        ValueRefused: the value is not of the declared type; says which rule it breaks and nothing of the value.
        ManifestError, ProjectNotFound: there is no declaration that could be read.
        FileRefused: the store is no plain file of this user's, or what is sealed cannot be opened here.
        MissingExtra: a package of an extra is not installed, such as what opens a sealed store.
    """

    __slots__ = ("_declared_once", "_environment", "_find", "_stored")

    def __init__(self, find: Callable[[], Owner], environment: Mapping[str, str]) -> None:
        self._find = find
        self._environment = environment
        self._declared_once: _Declared | None = None
        self._stored: _Stored | None = None

    @refusing_bare
    def check(self) -> None:
        """See to it that every required secret is set, such as when a tool starts, and read none.

        Raises:
            MissingSecrets, ManifestError, ProjectNotFound, FileRefused: as reading a secret.
        """
        self._check(self._reader())

    @refusing_bare
    def __getitem__(self, key: str) -> Any:
        """The secret `key`, for keys that are no name in Python; see the class for what it is and raises."""
        declared = self._by_key().get(key)
        if declared is None and not self._may_be_undeclared(key):
            self._raise_undeclared(key)
        text_of = self._reader()
        self._check(text_of)
        text = text_of(key)
        return self._converted(key, declared, text) if text else None

    @refusing_bare
    def __contains__(self, key: object) -> bool:
        """Whether `key` is set: it is declared and has a value that is not empty. Reads no other secret."""
        known = isinstance(key, str) and (key in self._by_key() or self._may_be_undeclared(key))
        return known and bool(self._reader()(str(key)))

    def __iter__(self) -> Iterator[str]:
        """The declared keys, in order."""
        return iter(self._by_key())

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self})

    def __repr__(self) -> str:
        if self._declared_once is None:
            return "<secrets, not read yet>"
        return f"<secrets of {self._declared_once.owner.id}: {', '.join(self) or 'none declared'}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("secrets cannot be pickled; read them where they are needed")

    if not TYPE_CHECKING:  # so that a checker misses a key that a stub does not name

        def __getattr__(self, key: str) -> Any:
            if key.startswith("_"):  # what Python, debuggers and notebooks ask every object for
                raise AttributeError(key)
            return self[key]

    def _declared(self) -> _Declared:
        if self._declared_once is None:
            from pixie_secrets import masking

            masking.install()
            owner = self._find()
            # an app's settings are no secrets, and its code reads them all the same
            keys = (each.secret for each in getattr(owner, "template_keys", ())) if not owner.is_closed else ()
            files = (*owner.env_paths, owner.sealed_path) if owner.sealed_path else owner.env_paths
            by_key = {each.key: each for each in (*keys, *owner.secrets)}
            self._declared_once = _Declared(owner, tuple(map(str, files)), by_key)
        return self._declared_once

    def _by_key(self) -> dict[str, DeclaredSecret]:
        return self._declared().by_key

    def _may_be_undeclared(self, key: str) -> bool:
        """Whether `key` needs no declaration: an app has what stands in its `.env`."""
        return not self._declared().owner.is_closed and key in self._texts()

    def _check(self, text_of: Callable[[str], str]) -> None:
        missing = tuple(key for key, secret in self._by_key().items() if secret.required and not text_of(key))
        if missing:
            self._raise_missing(missing)

    def _reader(self) -> Callable[[str], str]:
        """What reads values as they are now, known from then on; "" for none.

        The store is looked at once, and not at all where the environment has what is asked for.
        """
        texts: Mapping[str, SecretStr] | None = None

        def text_of(key: str) -> str:
            nonlocal texts
            if text := self._environment.get(key):
                self._learn(key, text)
                return text
            if texts is None:
                texts = self._texts()
            stored = texts.get(key)
            return stored.get_secret_value() if stored else ""

        return text_of

    def _texts(self) -> Mapping[str, SecretStr]:
        declared = self._declared()
        version = tuple(map(_version, declared.files))
        stored = self._stored
        if stored is None or stored.version != version:
            self._stored = stored = _Stored(version, _values(declared.owner))
        return stored.texts

    def _learn(self, key: str, text: str) -> None:
        from pixie_secrets.secret.setting import is_setting
        from pixie_secrets.stores.learn import learn_value

        owner = self._declared().owner
        if owner.is_closed or not is_setting(key, text):
            learn_value(text, key=key, tool=owner.id)

    def _converted(self, key: str, declared: DeclaredSecret | None, text: str) -> Any:
        from pixie_secrets.secret.text import SecretStr

        kind = declared.type if declared else "string"
        found: Any = SecretStr(text)
        if declared is None or kind == "string":
            return found
        folder = self._declared().owner.folder
        if kind == "oauth2":
            from pixie_secrets.extras import needed

            given = SecretStr(text) if self._environment.get(key) else None
            return needed("pixie_secrets.oauth.client").OAuth2Secret(folder, key, given)
        if kind == "json":
            from pixie_secrets.tool.json_secret import read

            found, wrong = read(key, declared.schema_, text)
        else:
            from pixie_secrets.secret.type import TYPES

            wrong = TYPES[kind].wrong(declared, text, folder)
        if wrong:
            self._raise_refused(key, wrong)
        if kind == "integer":
            return int(text)
        return Path(os.path.abspath(folder / text)) if kind == "file" else found

    def _raise_missing(self, keys: tuple[str, ...]) -> NoReturn:
        names = f"{', '.join(keys[:-1])} and {keys[-1]}" if len(keys) > 1 else keys[0]
        verb = "are" if len(keys) > 1 else "is"
        owner = self._declared().owner.id
        error = MissingSecrets(
            f"{names} of {owner} {verb} not set",
            f"pixie-secrets set-secret {owner} asks for what is not set; where no store is, such as in CI, they come"
            " from the environment",
        )
        error.keys = keys
        raise _noted(error)

    def _raise_undeclared(self, key: str) -> NoReturn:
        from pixie_secrets.wording import one_of

        declared = self._declared()
        where = "tool.json" if declared.owner.is_closed else "a template, such as .env.example"
        raise _noted(
            UndeclaredSecret(
                f"{declared.owner.id} does not declare that secret",
                f"{one_of(key, declared.by_key, 'declared secrets')}; or declare it in {where}",
            )
        )

    def _raise_refused(self, key: str, wrong: str) -> NoReturn:
        owner = self._declared().owner.id
        raise _noted(
            ValueRefused(
                f"the value of {key} is not what {owner} declares: it {wrong}",
                f"set it again: pixie-secrets set-secret {owner} {key}",
            )
        )


class AnySecrets(DeclaredSecrets):
    """The same where no stub says which keys there are: to a type checker every key is one."""

    __slots__ = ()

    if TYPE_CHECKING:

        def __getattr__(self, key: str) -> Any: ...


def _noted(error: PixieError) -> PixieError:
    """The same with its hint below it in a traceback, which is all that a tool's author may see."""
    error.add_note(f"hint: {error.hint}")
    return error


def _values(owner: Owner) -> dict[str, SecretStr]:
    """What the store has that `owner` keeps its values in now; it may have been sealed meanwhile."""
    from pixie_secrets.stores.store import store_of

    try:
        return store_of(owner).values()
    except ModuleNotFoundError as error:
        from pixie_secrets.extras import missing

        if lacking := missing(error):
            raise _noted(lacking) from None
        raise


def _version(path: str) -> tuple[int, ...] | None:
    """What tells two versions of a file apart; None: there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino
