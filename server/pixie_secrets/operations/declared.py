"""What an owner needs, and where that was said: by a manifest, by a template, by the code that reads it.

Templates come first, since a person wrote them for this; then the names that the code looks up. A plain setting
(`PORT`, `NODE_ENV`, what is built into a page) is told apart: it is listed, and nobody is asked for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixie_secrets.errors import KeyRefused
from pixie_secrets.layouts.apps import App
from pixie_secrets.manifest.essentials import DeclaredSecret
from pixie_secrets.secret.key import check_key
from pixie_secrets.secret.names import kind_of, may_say_secret, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project

_PUBLIC = ("NEXT_PUBLIC_", "VITE_", "PUBLIC_", "NUXT_PUBLIC_", "REACT_APP_", "EXPO_PUBLIC_", "GATSBY_")
_ADDRESSES = frozenset({"url", "uri", "dsn"})
_OF = frozenset({
    "database", "db", "redis", "mongo", "mongodb", "postgres", "postgresql", "mysql", "amqp", "broker", "celery",
    "rabbitmq", "cache", "queue", "webhook", "smtp", "mail", "sentry", "direct", "kafka", "clickhouse",
})  # fmt: skip


class Declaration(NamedTuple):
    """where: the file that declares it, and the line, from the owner's folder. is_setting: nobody is asked for it."""

    secret: DeclaredSecret
    where: str
    is_setting: bool = False


def declared_by(project: Project, owner: Owner, *, code: bool = True) -> dict[str, Declaration]:
    """By key, in order. code: look through an app's code, and through configuration, which takes its time."""
    if isinstance(owner, App):
        found = {
            key.secret.key: Declaration(key.secret, f"{key.file}:{key.line}", key.is_setting)
            for key in owner.template_keys
        }
        read = [*_referred_to(project, owner), *_read_by_code(project, owner)] if code else []
    else:
        found = {secret.key: Declaration(secret, "tool.json") for secret in owner.secrets}
        read = list(_referred_to(project, owner)) if code else []
    for one in read:
        found.setdefault(one.secret.key, one)
    return found


def asked_of(declared: dict[str, Declaration]) -> dict[str, DeclaredSecret]:
    """Those of which a person is asked for a value: neither plain settings nor what a provider issues."""
    return {key: one.secret for key, one in declared.items() if not one.is_setting and one.secret.oauth2 is None}


def _referred_to(project: Project, owner: Owner) -> Iterator[Declaration]:
    """What its configuration refers to as `${{ secrets.KEY }}`."""
    from pixie_secrets.lint.secret_references import secret_references

    folders = [other.folder for other in project.owners]
    for key, reference in secret_references(owner.folder, folders).items():
        try:
            check_key(key)
        except KeyRefused:
            continue
        secret = DeclaredSecret(key, description=reference.description, required=True)
        yield Declaration(secret, f"{reference.file}:{reference.line}")


def _read_by_code(project: Project, app: App) -> Iterator[Declaration]:
    from pixie_secrets.lint.env_reads import env_reads

    folders = [other.folder for other in project.apps]
    for key, read in sorted(env_reads(app.folder, folders).items(), key=lambda item: (item[1].file, item[1].line)):
        try:
            check_key(key)
        except KeyRefused:
            continue
        yield Declaration(DeclaredSecret(key), f"{read.file}:{read.line}", is_setting=not _is_secret(key))


def _is_secret(key: str) -> bool:
    """Whether a name that code reads is one of a secret; there is no value yet that could tell."""
    if key.startswith(_PUBLIC):
        return False
    words = words_of(key)
    if words and words[-1] in _ADDRESSES and not _OF.isdisjoint(words):
        return True
    return kind_of(key) is not None or may_say_secret(key)
