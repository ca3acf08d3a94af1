"""What a tool's page shows: its secrets as fields, never a value among them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pixie_secrets.channels.page.browser_check import BrowserCheck, browser_check
from pixie_secrets.channels.page.link_grants import Session, address
from pixie_secrets.oauth.registration import registration_of
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.declared import asked_of, declared_by
from pixie_secrets.operations.history import days_since, roughly
from pixie_secrets.operations.list_secrets import AppSecret, ListedSecret, ListSecretsRequest, list_secrets
from pixie_secrets.operations.probe_secret import declared_target
from pixie_secrets.operations.set_secret import SetSecretRequest, asked_secrets, warnings_before
from pixie_secrets.wording import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pixie_secrets.channels.page.answers import Answers
    from pixie_secrets.channels.page.elicitation import Elicitation
    from pixie_secrets.errors import PixieError
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.manifest.essentials import DeclaredSecret, WhereToObtain
    from pixie_secrets.operations.probe_secret import ProbeTarget, SecretProbed
    from pixie_secrets.operations.set_secret import AskedSecret, SecretSaved


@dataclass(frozen=True)
class Field:
    """One secret on the page. when: it was set, as of `roughly`; way: how; expires, due: as of `ListedSecret`.

    several_lines: its second way, lines or a file, is shown opened. check: what the browser looks at before it sends.
    probe: whom its declaration would have asked whether a value works, once the person ticks the box.
    issued_by: the provider, where it is not typed but issued there.
    """

    key: str
    description: str | None
    required: bool
    is_set: bool
    declared: bool
    example: str | None = None
    obtain: WhereToObtain | None = None
    check: BrowserCheck | None = None
    when: tuple[int, str] | None = None
    way: str | None = None
    expires: str | None = None
    due: str | None = None
    probe: ProbeTarget | None = None
    problem: PixieError | None = None
    several_lines: bool = False
    issued_by: str | None = None


@dataclass(frozen=True)
class ToolView:
    """A tool's page. empty: the form came back with nothing in it. until: when an elicitation closes, on this clock.

    before: what a person should know before they type. partly: what this elicitation has stored, while a required
    secret is missing. probed: what services said of what was saved.
    """

    tool_id: str
    tool_name: str
    root: str
    path: str
    is_app: bool
    fields: tuple[Field, ...]
    session: Session = field(repr=False)
    until: str | None = None
    before: tuple[str, ...] = ()
    saved: SecretSaved | None = None
    removed: str | None = None
    partly: SecretSaved | None = None
    probed: tuple[SecretProbed, ...] = ()
    refusal: PixieError | None = None
    empty: bool = False

    @property
    def home(self) -> str:
        return address(self.tool_id)

    @staticmethod
    def box(target: ProbeTarget) -> str:
        """What the box beside a field stands for: were it another host, it would be another form's."""
        return f"probe {target.agreement}"

    @property
    def is_elicitation(self) -> bool:
        return self.session.grant.elicitation is not None

    @property
    def closes_in(self) -> int | None:
        """Seconds after which the elicitation has surely expired."""
        elicitation = self.session.grant.elicitation
        return int(elicitation.seconds_left) + 2 if elicitation else None

    @property
    def has_index(self) -> bool:
        return self.session.grant.tool_id is None

    @property
    def problems(self) -> tuple[Field, ...]:
        return tuple(shown for shown in self.fields if shown.problem)

    @property
    def failed(self) -> bool:
        return bool(self.problems or self.refusal or self.empty)

    @property
    def missing(self) -> tuple[str, ...]:
        """The keys of required secrets that are not set."""
        return tuple(shown.key for shown in self.fields if shown.required and not shown.is_set)

    @property
    def first_open(self) -> str | None:
        """The key whose input has the focus when the page opens."""
        return next((shown.key for shown in self.fields if not shown.is_set), None)

    def with_problems(self, problems: Mapping[str, PixieError], several_lines: Collection[str]) -> ToolView:
        """The same page after nothing was saved, with what is wrong at each field."""
        fields = tuple(
            replace(shown, problem=problems.get(shown.key), several_lines=shown.key in several_lines)
            for shown in self.fields
        )
        return replace(self, fields=fields, empty=not problems)

    def with_refusal(self, error: PixieError, answers: Answers) -> ToolView:
        """The same page after the store said no; at the field, when only one was filled in."""
        if len(answers.values) == 1:
            return self.with_problems(dict.fromkeys(answers.values, error), answers.several_lines)
        return replace(self, refusal=error)


def elicitation_view(project: Project, session: Session, elicitation: Elicitation) -> ToolView:
    """The page of an elicitation: the secrets it asks for, as they are now; as they were, once it has ended."""
    asked = elicitation.asked if elicitation.result else asked_secrets(project, elicitation.request)
    owner = project.owner(asked.tool_id)
    declared = asked_of(declared_by(project, owner, code=False))
    closes = datetime.now().astimezone() + timedelta(seconds=elicitation.seconds_left)
    return ToolView(
        tool_id=asked.tool_id,
        tool_name=asked.tool_name,
        root=shown(str(project.root)),
        path=asked.path,
        is_app=asked.is_app,
        fields=tuple(
            replace(_field(secret, declared.get(secret.key), secret), probe=declared_target(project, owner, secret.key))
            for secret in asked.secrets
        ),
        session=session,
        probed=session.grant.probed,
        until=f"{closes:%H:%M}",
        partly=elicitation.partly,
        before=() if elicitation.result else warnings_before(project, elicitation.request),
    )


def settings_view(project: Project, session: Session, tool_id: str) -> ToolView:
    """All secrets of a tool, and what the last form on this page did."""
    asked = asked_secrets(project, SetSecretRequest(tool_id=tool_id))
    listed = list_secrets(Context(project), ListSecretsRequest(tool_id=tool_id)).owners[0]
    owner = project.owner(tool_id)
    declared = asked_of(declared_by(project, owner, code=False))
    issued = {secret.key: registration_of(owner.id, secret).title for secret in owner.secrets if secret.oauth2}
    notice = session.grant.notice
    return ToolView(
        tool_id=listed.tool_id,
        tool_name=listed.name,
        root=shown(str(project.root)),
        path=asked.path,
        is_app=asked.is_app,
        fields=tuple(
            replace(
                _field(secret, declared.get(secret.key)),
                probe=declared_target(project, owner, secret.key),
                issued_by=issued.get(secret.key),
            )
            for secret in listed.secrets
            if not is_plain(secret)
        ),
        session=session,
        probed=session.grant.probed,
        before=warnings_before(project, SetSecretRequest(tool_id=tool_id)),
        saved=None if isinstance(notice, str) else notice,
        removed=notice if isinstance(notice, str) else None,
    )


def is_plain(secret: ListedSecret | AppSecret) -> bool:
    """Whether it is a plain setting of an app, which no page asks for."""
    return isinstance(secret, AppSecret) and secret.setting


def _field(
    secret: AskedSecret | ListedSecret | AppSecret,
    declaration: DeclaredSecret | None,
    guide: AskedSecret | DeclaredSecret | None = None,
) -> Field:
    guide = guide or declaration
    listed = secret if isinstance(secret, (ListedSecret, AppSecret)) else None
    return Field(
        key=secret.key,
        description=secret.description,
        required=secret.required,
        is_set=secret.status.is_there,
        declared=secret.declared,
        example=guide.example if guide else None,
        obtain=guide.obtain if guide else None,
        check=browser_check(declaration) if declaration else None,
        when=roughly(days_since(listed.updated_at)) if listed and listed.updated_at else None,
        way=listed.channel if listed else None,
        expires=listed.expires if listed else None,
        due=listed.due if listed else None,
    )
