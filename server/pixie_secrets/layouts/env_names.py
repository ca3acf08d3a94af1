"""Which names the files of an app have: those with its values, sealed ones, and templates that say which it needs."""

from __future__ import annotations

from pixie_secrets.filenames import SEALED_NAME, TEMPLATE, VALUES, file_kind

_ENCRYPTED = ".env.vault"
_WHOLE_NAMES = frozenset({"example.env", "sample.env", "template.env"})


def is_env_name(name: str) -> bool:
    """Whether it is one of them."""
    return name == SEALED_NAME or is_value_file(name) or is_template_file(name)


def is_value_file(name: str) -> bool:
    """`.env`, `.env.local`, `.env.production`: where an app's values are."""
    return name.startswith(".env") and name != _ENCRYPTED and file_kind(name, exact=True) == VALUES


def is_template_file(name: str) -> bool:
    """`.env.example`, `.env.schema`, `env.sample`: where an app says which it needs."""
    if not name.startswith((".env", "env.", "env-", "env_")) and name not in _WHOLE_NAMES:
        return False
    return file_kind(name, exact=True) == TEMPLATE
