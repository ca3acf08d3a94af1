"""The device flow (RFC 8628): the person enters a short code in a browser anywhere, and we ask until they have.

For a machine without a browser, and for providers that offer nothing else to an app without a secret.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from pixie_secrets.oauth.code_flow import token_in
from pixie_secrets.oauth.endpoint import ServerError, ask, worded
from pixie_secrets.oauth.errors import NotAnAnswer, ProviderRefused
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.stores.learn import learn_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.oauth.registration import Registration
    from pixie_secrets.oauth.token import Token

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
INTERVAL, SLOWER = 5.0, 5.0  # seconds between two questions (section 3.2), and what `slow_down` adds (section 3.5)
OPEN_MAX = 900.0  # seconds that a code is waited for, whatever the server says
_USER_CODE = re.compile(r"[!-~](?:[ -~]{0,62}[!-~])?")
_PAGE = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]+)?(/[!-~]*)?")


class DeviceRequest(NamedTuple):
    """What the server gave. user_code: for the person, to enter at `page`; device_code: for us.

    interval: seconds between two questions. deadline: by `time.monotonic`.
    """

    registration: Registration
    user_code: str
    page: str
    device_code: SecretStr
    interval: float
    deadline: float


class Waiting(NamedTuple):
    """The person has not entered the code yet. interval: seconds until the next question."""

    interval: float


def device_request(registration: Registration, app_secret: SecretStr | None) -> DeviceRequest:
    """Ask for a code.

    Raises:
        PixieError: as `endpoint.ask`, and the server's own no.
    """
    server = registration.server
    if server.device_url is None:
        raise ProviderRefused(f"{registration.title} has no device flow", "authorize where there is a browser")
    refused, answer = "", {}
    try:
        answer = ask(registration, app_secret, server.device_url, {"scope": registration.scope})
    except ServerError as error:
        refused = error.code or "other"
    if refused:
        raise worded(refused, registration)
    return _read(registration, answer)


def poll(request: DeviceRequest, app_secret: SecretStr | None) -> Token | Waiting:
    """Ask once whether the person has agreed.

    Raises:
        PixieError: as `endpoint.ask`, and the server's own no.
    """
    if time.monotonic() > request.deadline:
        raise worded("expired_token", request.registration)
    now = time.time()
    fields: dict[str, str | SecretStr] = {"grant_type": GRANT, "device_code": request.device_code}
    refused, answer = "", {}
    try:
        answer = ask(request.registration, app_secret, request.registration.server.token_url, fields)
    except ServerError as error:
        refused = error.code or "other"
    if refused == "authorization_pending":
        return Waiting(request.interval)
    if refused == "slow_down":
        return Waiting(request.interval + SLOWER)
    if refused:
        raise worded("expired_token" if refused == "invalid_grant" else refused, request.registration)
    return token_in(request.registration, answer, now)


def _read(registration: Registration, answer: Mapping[str, Any]) -> DeviceRequest:
    code, user_code = answer.get("device_code"), answer.get("user_code")
    page = answer.get("verification_uri") or answer.get("verification_url")  # Google's name for it
    texts = isinstance(code, str) and isinstance(user_code, str) and isinstance(page, str)
    if not (texts and _USER_CODE.fullmatch(str(user_code)) and _PAGE.fullmatch(str(page))):
        raise NotAnAnswer(
            f"{registration.title} answered without a code to enter",
            "compare device_url with the provider's documents",
        )
    learn_value(str(code), key=registration.key, tool=registration.tool_id)
    seconds = min(_number(answer.get("expires_in"), OPEN_MAX), OPEN_MAX)
    return DeviceRequest(
        registration=registration,
        user_code=str(user_code),
        page=str(page),
        device_code=SecretStr(str(code)),
        interval=min(max(_number(answer.get("interval"), INTERVAL), 1.0), 60.0),
        deadline=time.monotonic() + max(seconds, 1.0),
    )


def _number(said: object, otherwise: float) -> float:
    try:
        number = float(str(said))
    except ValueError:
        return otherwise
    return number if 0 < number < float("inf") else otherwise
