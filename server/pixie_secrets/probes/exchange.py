"""One request with a key in it, and at most 64 KiB of its answer, within ten seconds.

https alone, and no redirect is followed: the next host would be one that nobody agreed to. Certificates are those that
OpenSSL trusts here (`SSL_CERT_FILE` counts). A proxy of the environment (`HTTPS_PROXY`, `NO_PROXY`) is used: it passes
on what is encrypted to the host itself. Nothing else of the environment is: no `.netrc`, whose password would go along,
and no cookies.

Nothing that httpx2 raises or logs leaves here: its messages carry addresses, and some what a header has.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2  # noqa: TID253  this module comes late itself

from pixie_secrets.probes.bounds import BYTES_MAX, SECONDS, TOO_LATE, UNREACHABLE, UNTRUSTED
from pixie_secrets.probes.signature import signed_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.secret.text import SecretStr
    from pixie_secrets.services.service import Service


class Answer(NamedTuple):
    """body: b"" where it was larger than is taken, or compressed although nobody asked for that."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswerError(Exception):
    """Why there is none, in words of ours; nothing of the request is in it."""


def exchange(service: Service, values: Mapping[str, SecretStr]) -> Answer:
    """Ask `service`. values: `key`, and for AWS also `id` and perhaps `session`.

    Raises:
        NoAnswerError: it cannot be reached, is not who it says, or takes too long.
    """
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # they log addresses, and a key may be in one
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_in_time(service, values))
    finally:
        loop.close()  # unlike asyncio.run without waiting for a name that is still being looked up


async def _in_time(service: Service, values: Mapping[str, SecretStr]) -> Answer:
    why = UNREACHABLE
    try:
        async with asyncio.timeout(SECONDS):
            return await _sent(service, values)
    except (TimeoutError, httpx2.TimeoutException):
        why = TOO_LATE
    except (httpx2.LocalProtocolError, UnicodeError):
        why = "the value cannot be sent: it has characters that no header may have"
    except httpx2.HTTPError as error:
        if _is_about_certificate(error):
            why = UNTRUSTED
        elif isinstance(error, httpx2.ProxyError):
            why = "the proxy that the environment names does not lead there"
    except (httpx2.InvalidURL, OSError, ValueError, ImportError):
        pass
    raise NoAnswerError(why)  # out here: what was raised above holds the request


async def _sent(service: Service, values: Mapping[str, SecretStr]) -> Answer:
    request = _request(service, values)
    async with httpx2.AsyncClient(
        verify=ssl.create_default_context(), proxy=_proxy(service.url), trust_env=False, timeout=SECONDS
    ) as client:
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            body = await _bounded(response)
        finally:
            await response.aclose()
    return Answer(response.status_code, response.headers, body)


async def _bounded(response: httpx2.Response) -> bytes:
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        return b""
    body = b""
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > BYTES_MAX:
            return b""
    return body


def _request(service: Service, values: Mapping[str, SecretStr]) -> httpx2.Request:
    key = values["key"].get_secret_value()
    headers = {"user-agent": "pixie-secrets", "accept": "application/json", "accept-encoding": "identity"}
    headers |= dict(service.headers)
    if service.form is not None:
        headers["content-type"] = "application/x-www-form-urlencoded"
    url = httpx2.URL(service.url)
    match service.sends:
        case "bearer":
            headers["authorization"] = f"Bearer {key}"
        case "header":
            headers[service.parameter.lower()] = f"{service.prefix}{key}"
        case "basic":
            pair = f"{service.parameter}:{key}" if service.parameter else f"{key}:"
            headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        case "query":
            url = url.copy_merge_params({service.parameter: key})
        case "aws":
            headers |= signed_headers(service, values)
        case "connection":
            raise ValueError("a database is no web service")
    content = None if service.form is None else service.form.encode()
    return httpx2.Request("GET" if content is None else "POST", url, headers=headers, content=content)


def _proxy(url: str) -> str | None:
    host = urlsplit(url).hostname or ""
    return None if proxy_bypass(host) else getproxies().get("https")


def _is_about_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
