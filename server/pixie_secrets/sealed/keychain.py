"""The system's keychain as the place of our key, for who asks for it: `PIXIE_SECRETS_KEY_STORE=keychain`.

There is no way back on its own: a keychain that is closed, or not there, is an error that names the file one could use
instead. A key that silently went to a file, or was made anew, would be worse than no key.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pixie_secrets.sealed.refusals import NoKey

if TYPE_CHECKING:
    from types import ModuleType

_SERVICE, _NAME = "pixie-secrets", "age"


def read(key_file: str) -> str | None:
    """The text that is kept there; None where nothing is. key_file: where it could be instead.

    Raises:
        NoKey: there is no keychain, or it is locked.
    """
    found = _asked("get_password", key_file)
    return found if isinstance(found, str) else None


def write(text: str, key_file: str) -> None:
    """Keep `text`.

    Raises:
        NoKey: as `read`.
    """
    _asked("set_password", key_file, text)


def _asked(method: str, key_file: str, *more: str) -> Any:
    instead = f"or unset PIXIE_SECRETS_KEY_STORE: then it is kept in {key_file}, for you alone"
    keyring: ModuleType | None
    try:
        keyring = import_module("keyring")
    except ImportError:
        keyring = None
    if keyring is None:
        raise NoKey("the package for keychains (keyring) is not installed", f"install it; {instead}")
    why = ""
    try:
        return getattr(keyring, method)(_SERVICE, _NAME, *more)
    except Exception as error:  # noqa: BLE001  every backend raises its own, and their texts may hold what was stored
        why = type(error).__name__
    if why == "NoKeyringError":
        raise NoKey("this system has no keychain that can be used", f"start one (it needs D-Bus on Linux), {instead}")
    raise NoKey(f"the keychain does not open ({why})", f"unlock it, {instead}")
