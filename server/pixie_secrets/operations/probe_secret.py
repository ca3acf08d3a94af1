"""Ask a service whether a key works, whose it is and until when, without anybody seeing the value.

The value goes to one host, and only where a person agreed to that for this key (`probes.agreements`). What comes back
has no place for a value: a verdict, and of the answer what the service's table or the manifest lets be shown.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pixie_secrets.audit import record
from pixie_secrets.audit.due import mark_probed
from pixie_secrets.audit.entry import Change, Entry, now
from pixie_secrets.errors import FileRefused, Hint, PixieError
from pixie_secrets.operations.declared import declared_by
from pixie_secrets.probes import agreements
from pixie_secrets.probes.judge import Judged, Shown, judge
from pixie_secrets.probes.selection import is_near, service_for, values_for
from pixie_secrets.secret.key import KeyName, check_key
from pixie_secrets.services.service import Verdict
from pixie_secrets.stores.learn import learn
from pixie_secrets.stores.store import store_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.context import Context
    from pixie_secrets.services.service import Service


AT_ONCE_MAX = 8


class ProbeSecretRequest(NamedTuple):
    """Which secret to ask about. tool_id: "" where only one can be meant."""

    key: str
    tool_id: Annotated[str, "left out: the only one that declares the key, else the nearest"] = ""
    service: Annotated[
        str | None,
        "whom to ask, such as github; left out: as tool.json declares, else known by the key's name",
    ] = None


class SecretProbed(NamedTuple):
    """What the service says. There is no part of a value in it.

    verdict: `valid`, `refused`, `limited` (too many were asked: nothing is said of the key), `unreachable`, `unclear`.
    service, host: who was asked. owner: whose it is, as far as the service says. scopes: what it may do. expires: until
    when it is good, a time in UTC. wait_seconds: after which `limited` may be asked again. next_step: what to do now.
    """

    tool_id: str
    key: KeyName
    verdict: Verdict
    service: str
    host: str
    message: str
    owner: tuple[Shown, ...] = ()
    scopes: tuple[str, ...] = ()
    expires: str | None = None
    wait_seconds: int | None = None
    next_step: str | None = None


class ProbeTarget(NamedTuple):
    """Whom a key would be sent to: what a person agrees to before it is."""

    project: Project
    owner: Owner
    key: str
    service: Service

    @property
    def is_agreed(self) -> bool:
        """Whether a person agreed to it already.

        Raises:
            FileRefused: what was agreed to cannot be read.
        """
        return agreements.is_agreed(self.agreement)

    @property
    def whom(self) -> str:
        """The host and the service, for people."""
        if self.service.sends == "connection":
            return f"the {self.service.title} that it names"
        near = ", an address of this machine or its network" if is_near(self.service) else ""
        return f"{self.service.host} ({self.service.title}{near})"

    @property
    def who(self) -> str:
        """Who answers, in a sentence."""
        if self.service.sends == "connection":
            return f"the {self.service.title}"
        return self.service.title if self.service.name else self.service.host

    @property
    def question(self) -> str:
        """What a person is asked, in one sentence."""
        if self.service.sends == "connection":
            return f"Log in at the database that {self.key} names, and leave, to see whether it works?"
        if self.service.sends == "aws":
            return f"Ask {self.whom} whether {self.key} works? It signs the question and is not sent itself."
        how = ", as part of the address" if self.service.sends == "query" else ""
        return f"Send the value of {self.key} to {self.whom}{how}, to see whether it works?"

    def agree(self) -> None:
        """Keep that the person in front of this said yes.

        Raises:
            FileRefused: it cannot be kept.
        """
        agreements.agree(self.agreement)

    @property
    def agreement(self) -> agreements.Agreement:
        """What a person agrees to, and nothing else."""
        return agreements.agreement(self.project.root, self.owner.id, self.key, self.service)


class NotAgreed(PixieError):
    """Nobody agreed yet that this key is sent to that host; nothing was sent."""

    def __init__(self, target: ProbeTarget) -> None:
        self.target = target
        super().__init__(
            f"{target.key} was not sent: nobody agreed yet that it goes to {target.whom}",
            Hint(
                "run the same command in a terminal of your own: it asks once for each key and host",
                for_agent="the user has to agree first, outside this chat",
            ),
        )


def probe_target(project: Project, request: ProbeSecretRequest) -> ProbeTarget:
    """Whom `request` is about and who would be asked; nothing is sent.

    Raises:
        UnknownTool: no such tool or app in the project, or none was named and several could be meant.
        KeyRefused: what was named cannot be a secret's name.
        NoProbe: nothing says whom to ask.
    """
    check_key(request.key)
    owner = project.owner(request.tool_id, (request.key,))
    declared = declared_by(project, owner, code=False)
    secret = declared[request.key].secret if request.key in declared else None
    return ProbeTarget(project, owner, request.key, service_for(request.key, secret, request.service))


def declared_target(project: Project, owner: Owner, key: str) -> ProbeTarget | None:
    """Whom the declaration of `key` names; None where it names nobody."""
    secret = next((each for each in owner.secrets if each.key == key and each.probe is not None), None)
    return ProbeTarget(project, owner, key, service_for(key, secret)) if secret else None


def probe_now(targets: Sequence[ProbeTarget]) -> tuple[SecretProbed, ...]:
    """Ask about each of `targets`, to which a person has agreed just now, all at once; up to ten seconds.

    Raises nothing: what cannot be asked is `unclear`, and its message says why.
    """
    with ThreadPoolExecutor(max_workers=AT_ONCE_MAX) as pool:
        return tuple(pool.map(_agree_and_ask, targets))


def _agree_and_ask(target: ProbeTarget) -> SecretProbed:
    try:
        target.agree()
        return _ask(target)
    except PixieError as refused:
        return _result(target, Judged(Verdict.UNCLEAR))._replace(message=refused.message)


def probe_secret(context: Context, request: ProbeSecretRequest) -> SecretProbed:
    """Ask the service; up to ten seconds.

    Raises:
        UnknownTool, KeyRefused, NoProbe: as `probe_target`; NoProbe also where the key is not set.
        NotAgreed: nobody agreed yet; nothing was sent.
        FileRefused: the values, or what was agreed to, cannot be read.
    """
    return _ask(probe_target(context.project, request))


def _ask(target: ProbeTarget) -> SecretProbed:
    learn(target.project)
    values = values_for(target.service, target.key, store_of(target.owner).values())
    if not target.is_agreed:
        raise NotAgreed(target)
    if target.service.sends == "connection":
        from pixie_secrets.probes.databases import log_in

        login = log_in(values["key"])
        judged = Judged(login.verdict)
        _record(target, judged)
        return _result(target, judged, login.why)
    from pixie_secrets.probes.exchange import NoAnswerError, exchange

    try:
        judged = judge(target.service, exchange(target.service, values), values.values())
    except NoAnswerError as none:
        return _result(target, Judged(Verdict.UNREACHABLE), str(none))
    _record(target, judged)
    return _result(target, judged)


def _record(target: ProbeTarget, judged: Judged) -> None:
    """Keep that the value is refused, or until when it is good, so that it is due; not kept, it costs no more."""
    root, owner, key = target.project.root, target.owner.id, target.key
    if judged.verdict in {Verdict.VALID, Verdict.REFUSED} and not (
        judged.verdict is Verdict.REFUSED and judged.expires
    ):
        mark_probed(target.project, owner, key, target.who, works=judged.verdict is Verdict.VALID)
    try:
        known = record.keys(root).get((owner, key))
    except FileRefused:
        return
    if judged.expires and not (known and str(known.expires) == judged.expires[:10]):
        record.add(root, Entry(now(), Change.EXPIRES, owner, key, detail=judged.expires[:10]))


def _result(target: ProbeTarget, judged: Judged, why: str = "") -> SecretProbed:
    return SecretProbed(
        tool_id=target.owner.id,
        key=target.key,
        verdict=judged.verdict,
        service=target.service.title,
        host=target.service.host,
        message=_message(target, judged, why),
        owner=judged.owner,
        scopes=judged.scopes,
        expires=judged.expires,
        wait_seconds=judged.wait,
        next_step=_next_step(target, judged),
    )


def _message(target: ProbeTarget, judged: Judged, why: str) -> str:
    who, key = target.who, target.key
    unclear = f"answers with status {judged.status}, which says neither that {key} works nor that not"
    said = {
        Verdict.VALID: f"{key} works: {who} takes it",
        Verdict.REFUSED: f"{key} does not work: {who} refuses it",
        Verdict.LIMITED: f"{who} was asked too often and says nothing of {key}",
        Verdict.UNREACHABLE: f"{who} says nothing of {key}: {why or f'it has failed itself (status {judged.status})'}",
        Verdict.UNCLEAR: f"{who} {unclear}" if judged.status else f"{who} does not say whether {key} works: {why}",
    }
    if judged.verdict is Verdict.REFUSED and judged.expires:
        return f"{key} no longer works: it expired on {judged.expires[:10]}, says {who}"
    return said[judged.verdict].removesuffix(": ")


def _next_step(target: ProbeTarget, judged: Judged) -> str | None:
    match judged.verdict:
        case Verdict.REFUSED:
            secret = next((each for each in target.owner.secrets if each.key == target.key), None)
            obtain = secret.obtain if secret else None
            where = f" ({obtain.url or obtain.text})" if obtain else ""
            return f"get a new one where it is issued{where}, then set it with set-secret"
        case Verdict.LIMITED:
            return f"ask again in {judged.wait} seconds" if judged.wait else "ask again later, and not in a loop"
        case Verdict.UNREACHABLE:
            return "ask again later; this says nothing of the key"
        case _:
            return None
