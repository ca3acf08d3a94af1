"""Canaries: put one where somebody who looks for values comes by it, say which there are, take one away.

No tool for models: an agent that knows where they lie steps around them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pixie_secrets.errors import KeyRefused, PixieError
from pixie_secrets.git.ignore_rule import ensure_ignored
from pixie_secrets.secret.key import check_key
from pixie_secrets.secret.made_up import ANY, made_up, shape_like
from pixie_secrets.services.table import by_key
from pixie_secrets.stores import bait
from pixie_secrets.stores.bait import ListedCanary
from pixie_secrets.stores.canaries import BAIT
from pixie_secrets.stores.learn import learn

if TYPE_CHECKING:
    from pixie_secrets.layouts.layout import Owner
    from pixie_secrets.layouts.project import Project
    from pixie_secrets.operations.context import Context

ACTIONS = ("add", "list", "remove")
ADDRESS = "postgres://app:{base62*28}@10.{digits*2}.0.{digits*1}:5432/production"


class CanaryRequest(NamedTuple):
    """What to do, and with which canary; `list` is about all of the project. tool_id: "" where only one is meant."""

    action: Annotated[Literal["add", "list", "remove"], "add, list or remove"]
    tool_id: str = ""
    key: str = ""


class CanariesListed(NamedTuple):
    """done: what was done, in a line; empty for `list`. ignored: which rule git was given; empty: none."""

    canaries: tuple[ListedCanary, ...]
    done: str = ""
    ignored: str = ""


def canary(context: Context, request: CanaryRequest) -> CanariesListed:
    """Do it, and say which canaries the project has then.

    Raises:
        UnknownTool: no such tool or app in the project, or none was named and several could be meant.
        KeyRefused: no such key may be, or there is no canary of it.
        PixieError: no made-up value of the declared type could be told by its looks.
        FileRefused: a file cannot be read or written, or the one it would lie in is somebody's own.
    """
    project = context.project
    learn(project)
    if request.action == "list":
        return CanariesListed(bait.listed(project.root))
    check_key(request.key)
    owner = project.owner(request.tool_id, (request.key,))
    if request.action == "remove":
        if not bait.take(project.root, owner.id, request.key):
            raise KeyRefused(
                f"{owner.id} has no canary of {request.key}", "pixie-secrets canary list says which there are"
            )
        return CanariesListed(bait.listed(project.root), f"removed the canary of {request.key} of {owner.id}")
    return _added(project, owner, request.key)


def _added(project: Project, owner: Owner, key: str) -> CanariesListed:
    path = owner.folder.resolve() / BAIT
    shape = _shape(owner, key)
    rule = ensure_ignored(path)
    bait.lay(project.root, owner.id, key, path, made_up(shape))
    learn(project)
    done = f"{key} of {owner.id} has a canary in {path.relative_to(project.root.resolve())}"
    return CanariesListed(bait.listed(project.root), done, rule.sentence(project.root) if rule else "")


def _shape(owner: Owner, key: str) -> str:
    """As the service's keys look, else as the declaration's example does, else a random token."""
    secret = next((each for each in owner.secrets if each.key == key), None)
    if secret is not None and secret.type not in {"string", "url"}:
        raise PixieError(
            f"{key} is declared as {secret.type}, and no made-up one could be told from others",
            "choose a key that is a token",
        )
    if service := by_key(key):
        shapes = dict(service.shapes)
        return shapes.get(key) or shapes["any"]
    if secret is not None and secret.example and (shape := shape_like(secret.example)):
        return shape
    is_address = key.upper().endswith(("URL", "URI", "DSN")) or (secret is not None and secret.type == "url")
    return ADDRESS if is_address else ANY
