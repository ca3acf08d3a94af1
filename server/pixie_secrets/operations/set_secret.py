"""Set secrets: which ones a person is to be asked for, and storing what they typed.

Two steps, because between them stands a person: `asked_secrets` says what to ask, a channel asks it, `set_secret`
stores the answers. Values are `SecretStr` from the channel to the store and appear nowhere else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pixie_secrets.audit.entry import Change, Way, day_of
from pixie_secrets.errors import FileRefused, Hint, KeyRefused, PixieError, ValueRefused
from pixie_secrets.files import read_private
from pixie_secrets.git import coverage
from pixie_secrets.git.coverage import Coverage
from pixie_secrets.git.ignore_rule import ensure_ignored
from pixie_secrets.manifest.essentials import WhereToObtain
from pixie_secrets.operations.declared import asked_of, declared_by
from pixie_secrets.operations.status import SecretStatus, Status, status_of
from pixie_secrets.sealed.about import About
from pixie_secrets.secret.key import KeyName, check_key
from pixie_secrets.secret.type import check_type
from pixie_secrets.secret.value import check_value, doubt_about
from pixie_secrets.stores.store import is_sealed, store_of, target_of
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date
    from pathlib import Path

    from pixie_secrets.env_file.project_readers import ProjectReader
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.manifest.essentials import DeclaredSecret
    from pixie_secrets.operations.context import Context
    from pixie_secrets.secret.text import SecretStr


NAME_MAX = 64  # of a key that nothing declares
SLIP = 0.88  # how alike two names are of which one is a slip of the other, as difflib has it

_questioned: set[tuple[str, str, SecretStr]] = set()  # by tool and key; SecretStr shows nothing of them


class SetSecretRequest(NamedTuple):
    """Which secrets to ask for. No field for a value, on purpose. tool_id: "" where only one can be meant."""

    tool_id: str
    keys: Annotated[
        tuple[str, ...],
        "the secret's name, such as OPENAI_API_KEY, never its value; left out: every declared secret that is not set "
        "yet, in one go",
    ] = ()
    allow_undeclared: Annotated[bool, "also accept a key that the tool's tool.json does not declare"] = False
    no_gitignore: Annotated[bool, "leave git's rules as they are, also where git would take the file along"] = False
    file: Annotated[
        str | None,
        "of an app: the file to store it in, such as .env.production; left out: where it is read in development",
    ] = None
    expires: Annotated[str | None, "the last day that the new value is good for, such as 2027-01-31"] = None


class AskedSecret(NamedTuple):
    """One secret as the person is asked for it."""

    key: KeyName
    description: str | None
    required: bool
    status: Status
    declared: bool
    example: str | None = None
    obtain: WhereToObtain | None = None


class SecretsToAsk(NamedTuple):
    """What a person is to be asked for, in the manifest's order; nothing when every declared secret is set."""

    tool_id: str
    tool_name: str
    path: str
    secrets: tuple[AskedSecret, ...]
    is_app: bool = False


class SecretSaved(NamedTuple):
    """What was stored, and what the person should know about it.

    secrets: the keys of this request, all set. path: the file, relative to the project.
    value_warnings: what the one who typed should hear, and nobody else: that a value is too short to be masked says
    something of its length, that another program misreads it something of its characters. doubts: why something may
    not be a value at all, for whoever typed or piped it.
    file_warnings: for everybody. ignored: which rule git was given first; empty: none.
    """

    tool_id: str
    path: str
    secrets: tuple[SecretStatus, ...]
    value_warnings: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    file_warnings: tuple[str, ...] = ()
    ignored: str = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """All of them, for the person who typed the values; never for an agent."""
        return self.value_warnings + self.doubts + self.file_warnings

    def and_then(self, later: SecretSaved) -> SecretSaved:
        """Both as one, after a second form of the same page."""
        return later._replace(
            secrets=tuple({secret.key: secret for secret in (*self.secrets, *later.secrets)}.values()),
            value_warnings=tuple(dict.fromkeys(self.value_warnings + later.value_warnings)),
            doubts=tuple(dict.fromkeys(self.doubts + later.doubts)),
            file_warnings=tuple(dict.fromkeys(self.file_warnings + later.file_warnings)),
            ignored=later.ignored or self.ignored,
        )


def asked_secrets(project: Project, request: SetSecretRequest) -> SecretsToAsk:
    """Which secrets a person is to be asked for.

    Raises:
        UnknownTool: no such tool in the project.
        KeyRefused: a key that is not declared (unless `allow_undeclared`) or may not be a secret's name.
        FileRefused: the tool's `.env` cannot be read.
    """
    tool = _owner(project, request)
    store = store_of(tool)
    values, unread = store.values(), store.unreadable_lines()
    declared = _declared(project, tool, request.keys)
    keys = _checked_keys(tool, request, declared) or tuple(
        key for key in declared if status_of(key, values) is not Status.SET
    )
    secrets = (
        AskedSecret(
            key=key,
            description=declared[key].description if key in declared else None,
            required=key in declared and declared[key].required,
            status=status_of(key, values, unread),
            declared=key in declared,
            example=declared[key].example if key in declared else None,
            obtain=declared[key].obtain if key in declared else None,
        )
        for key in keys
    )
    return SecretsToAsk(
        tool_id=tool.id,
        tool_name=tool.name,
        path=_shown(project, target_of(tool, keys)),
        secrets=tuple(secrets),
        is_app=not tool.is_closed,
    )


def set_secret(
    context: Context,
    request: SetSecretRequest,
    values: Mapping[str, SecretStr],
    expires: Mapping[str, date] | None = None,
) -> SecretSaved:
    """Store `values` in the tool's own `.env`: all of them or, at the first refusal, none.

    values: by key; only keys that `request` asks for. A key of the request without a value is left as it is. expires:
    by key, the last day that its new value is good for, where the person said one.

    Raises:
        UnknownTool, KeyRefused: as `asked_secrets`.
        ValueRefused: a value that cannot be stored, or none was given.
        FileRefused: the file is not one to write to, or would not hold still.
    """
    project = context.project
    if request.expires:
        day_of(request.expires)
    tool = _owner(project, request._replace(keys=request.keys or tuple(values)))
    if not values:
        raise PixieError("no value was given", "type at least one")
    declared = _declared(project, tool, tuple(values))
    keys = _checked_keys(tool, request._replace(keys=tuple(values)), declared)
    if context.channel is Way.FILE:
        declared = _without_questions(declared)
    if request.keys and not set(keys) <= set(request.keys):
        raise KeyRefused("a value was given for a key that was not asked for", "ask for the key by name")
    value_warnings = tuple(warning for key in keys for warning in _checked(tool, key, values[key], keys, declared))
    path = target_of(tool, keys)
    sealed = is_sealed(tool)  # nobody else reads such a file, and git may have it
    rule = None if sealed or request.no_gitignore else ensure_ignored(path)
    from pixie_secrets.env_file.project_readers import project_readers

    readers = () if sealed else project_readers((tool.folder, project.root))
    abouts = {key: About(channel=context.channel, metadata=_metadata(declared.get(key))) for key in keys}
    store_of(tool).set_values(values, [reader.program for reader in readers], abouts)
    value_warnings += _reader_warnings(path, keys, readers)
    not_recorded = context.record(Change.SET, tool.id, keys, path.name if len(tool.env_paths) > 1 else "")
    days = _last_days(request, keys) if expires is None else expires
    if not not_recorded:
        not_recorded = _note_expiry(context, tool.id, days)
    return SecretSaved(
        tool_id=tool.id,
        path=_shown(project, path),
        secrets=tuple(SecretStatus(key=key, status=Status.SET) for key in keys),
        value_warnings=value_warnings,
        doubts=tuple(doubt for key in keys if (doubt := doubt_about(key, values[key]))),
        file_warnings=(*(() if rule or sealed else coverage.warnings(path)), *not_recorded),
        ignored=rule.sentence(project.root) if rule else "",
    )


def _without_questions(declared: Mapping[str, DeclaredSecret]) -> dict[str, DeclaredSecret]:
    """Without what tool.json asks of the text of a value.

    Who copies a value need not know it, and may have written the tool.json: refused or not, one pattern after the
    other, would spell it.
    """
    return {key: secret._replace(pattern=None, schema_=None) for key, secret in declared.items()}


def _metadata(declared: DeclaredSecret | None) -> Mapping[str, Any] | None:
    return declared.metadata if declared else None


def expiry_noted(context: Context, tool_id: str, days: Mapping[str, date]) -> SecretSaved:
    """Note the last day that each of some values is good for, that are set and stay as they are.

    Raises:
        UnknownTool: no such tool in the project.
        FileRefused: it could not be noted.
    """
    tool = context.project.owner(tool_id)
    for warning in _note_expiry(context, tool.id, days):
        raise FileRefused(warning, "see whether there is room")
    secrets = tuple(SecretStatus(key=key, status=Status.SET) for key in days)
    return SecretSaved(tool_id=tool.id, path=_shown(context.project, target_of(tool, days)), secrets=secrets)


def _note_expiry(context: Context, owner_id: str, days: Mapping[str, date]) -> tuple[str, ...]:
    return tuple(
        warning for key, day in days.items() for warning in context.record(Change.EXPIRES, owner_id, (key,), str(day))
    )


def _last_days(request: SetSecretRequest, keys: Iterable[str]) -> dict[str, date]:
    return dict.fromkeys(keys, day_of(request.expires)) if request.expires else {}


def warnings_before(project: Project, request: SetSecretRequest) -> tuple[str, ...]:
    """What a person should know before they type: what git would do with the values, where no rule will help.

    Raises:
        UnknownTool: no such tool in the project.
    """
    owner = _owner(project, request)
    if is_sealed(owner):
        return ()
    path = target_of(owner, request.keys)
    found = coverage.env_coverage(path)
    if found is Coverage.NOT_IGNORED and not request.no_gitignore:
        return ()
    warning = coverage.coverage_warning(path, found)
    return (warning,) if warning else ()


def _owner(project: Project, request: SetSecretRequest) -> Owner:
    return project.owner(request.tool_id, request.keys, request.file)


def _declared(project: Project, tool: Owner, keys: tuple[str, ...]) -> dict[str, DeclaredSecret]:
    """What may be asked for. Who names keys that the manifest has is not kept by a look through the configuration."""
    is_known = bool(keys) and tool.is_closed and {*keys} <= {secret.key for secret in tool.secrets}
    return asked_of(declared_by(project, tool, code=not is_known))


def _reader_warnings(path: Path, keys: tuple[str, ...], readers: tuple[ProjectReader, ...]) -> tuple[str, ...]:
    """Which programs of the tool and the project misread what was written to `path`."""
    from pixie_secrets.env_file.project_readers import reader_warnings

    if not readers:
        return ()
    try:
        text = (read_private(path) or b"").decode(errors="replace")
        return tuple(warning for key in keys for warning in reader_warnings(text, key, readers))
    except FileRefused:  # somebody changed it meanwhile; what was asked for is done
        return ()


def check_answer(project: Project, tool_id: str, keys: tuple[str, ...], key: str, value: SecretStr) -> None:
    """Refuse a value that `set_secret` would refuse, while the person is still there to type another.

    What looks like no value at all is questioned once: given a second time it is meant.

    keys: all that are asked for.

    Raises:
        UnknownTool: no such tool in the project.
        ValueRefused: it cannot be stored, is not what the tool declares for `key`, or is questioned.
    """
    tool = project.owner(tool_id)
    _checked(tool, key, value, keys, {secret.key: secret for secret in tool.secrets})
    doubt, question = doubt_about(key, value), (str(tool.folder), key, value)
    if doubt and question not in _questioned:
        _questioned.add(question)
        raise ValueRefused(doubt.partition(";")[0], "if it is meant, give it once more; else give the value itself")


def _checked(
    tool: Owner, key: str, value: SecretStr, other_keys: tuple[str, ...], declared: Mapping[str, DeclaredSecret]
) -> tuple[str, ...]:
    """The warnings about a value that may be stored."""
    warnings = check_value(key, value, {*other_keys, *declared})
    if key in declared:
        check_type(declared[key], value, tool.folder)
    return warnings


def _checked_keys(tool: Owner, request: SetSecretRequest, declared: Collection[str]) -> tuple[str, ...]:
    """The request's keys, each once; a refusal never repeats what was asked: it may be a pasted value."""
    issued = {secret.key for secret in tool.secrets if secret.oauth2}
    for key in request.keys:
        if key in declared:
            continue
        if key in issued:
            raise KeyRefused(
                f"{key} of {tool.id} is issued by its provider, not typed",
                Hint(f"pixie-secrets authorize {tool.id} {key}", for_agent="call authorize-secret for it"),
            )
        check_key(key)
        twin = next((known for known in declared if known.upper() == key.upper()), None)
        if twin:
            raise KeyRefused(f"{tool.id} declares that secret in another spelling", f"use {twin}")
        if request.allow_undeclared or _may_be_new(tool, key, declared):
            continue
        where = "tool.json" if tool.is_closed else "a template of the app"
        declare = f"{one_of(key, declared, 'declared secrets')}; or declare it in {where}, or"
        raise KeyRefused(
            f"{tool.id} does not declare that secret",
            Hint(f"{declare} say --allow-undeclared", for_agent=f"{declare} call it with allow_undeclared"),
        )
    return tuple(dict.fromkeys(request.keys))


def _may_be_new(owner: Owner, key: str, declared: Collection[str]) -> bool:
    """Whether an app may get a key that nothing declares: one it has already, or a name as variables have it.

    A slip of a declared one is none, and no word that could be a pasted key: capitals and digits without an underscore.
    """
    if owner.is_closed:
        return False
    if key in store_of(owner).values():
        return True
    if import_module("difflib").get_close_matches(key, declared, n=1, cutoff=SLIP):
        return False
    return key.isupper() and ("_" in key or not any(char.isdigit() for char in key)) and len(key) <= NAME_MAX


def _shown(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix()
