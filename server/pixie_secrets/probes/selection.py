"""Which service is asked about a key, and which values go along: as declared, named, or known by the key's name."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pixie_secrets.errors import Hint, PixieError
from pixie_secrets.services.service import Service
from pixie_secrets.services.table import by_key, services
from pixie_secrets.wording import one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.manifest.essentials import DeclaredProbe, DeclaredSecret
    from pixie_secrets.secret.text import SecretStr

OWN = "the address in tool.json"


class NoProbe(PixieError):
    """Nothing says whom to ask about a key."""


def service_for(key: str, declared: DeclaredSecret | None, named: str | None = None) -> Service:
    """Whom to ask about `key`. named: a service of the table, instead of what is declared.

    Raises:
        NoProbe: nothing says so, or there is no service of that name.
    """
    found = _declared(declared.probe if declared else None) if named is None else services().get(named)
    if named is None and found is None:
        found = by_key(key)
    if found is not None:
        return found
    names = one_of(named or key, services(), "services")
    if named is not None:
        raise NoProbe("there is no service of that name", names)
    declare = 'declare a "probe" for it in tool.json'
    raise NoProbe(
        f"nothing says which service could be asked about {key}",
        Hint(
            f"name one with --service, or {declare}; {names}",
            for_agent=f"name one as service, or {declare}; {names}",
        ),
    )


def values_for(service: Service, key: str, values: Mapping[str, SecretStr]) -> dict[str, SecretStr]:
    """What goes along: the value of `key` as `key`; for AWS the secret one as `key` and the others by their part.

    values: those of the tool. A key `PROD_AWS_SECRET_ACCESS_KEY` goes with `PROD_AWS_ACCESS_KEY_ID`.

    Raises:
        NoProbe: a part is not set.
    """
    if service.sends != "aws":
        return {"key": _set(key, values)}
    usual = next((name for name in service.keys if key.endswith(name)), None)
    before = key.removesuffix(usual) if usual else ""
    secret, identity, session = (f"{before}{name}" for name in service.keys)
    parts = {"key": _set(secret, values), "id": _set(identity, values)}
    temporary = values.get(session)
    if temporary is not None and temporary.get_secret_value():
        parts["session"] = temporary
    return parts


def is_near(service: Service) -> bool:
    """Whether the host is this machine's or of its network, as far as its name says."""
    return is_near_host(urlsplit(service.url).hostname or "")


def is_near_host(name: str) -> bool:
    """The same of a host."""
    name = name.rstrip(".")
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return "." not in name or name.endswith((".localhost", ".local", ".internal", ".lan"))


def _declared(probe: str | DeclaredProbe | None) -> Service | None:
    if probe is None or isinstance(probe, str):
        return services().get(probe or "")
    return Service(
        name="",
        title=OWN,
        url=probe.url,
        sends=probe.sends,
        parameter=probe.parameter or "",
        prefix=probe.prefix or "",
        show=probe.show,
        expires=probe.expires or "",
    )


def _set(key: str, values: Mapping[str, SecretStr]) -> SecretStr:
    value = values.get(key)
    if value is None or not value.get_secret_value():
        raise NoProbe(f"{key} is not set, so there is nothing to ask about", "set it first, with set-secret")
    return value
