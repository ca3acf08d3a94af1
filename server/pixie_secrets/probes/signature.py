"""AWS Signature Version 4 of one request: the secret key signs and is not sent.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixie_secrets.secret.text import SecretStr
    from pixie_secrets.services.service import Service

_ALGORITHM = "AWS4-HMAC-SHA256"


def signed_headers(service: Service, values: Mapping[str, SecretStr], now: datetime | None = None) -> dict[str, str]:
    """The headers that make a POST of `service.form` one of the owner of the two keys.

    values: `id` the access key id, `key` the secret key, `session` the token of temporary ones.
    """
    name, region = str(urlsplit(service.url).netloc).split(".")[:2]
    return signed(service.url, service.form or "", f"{region}/{name}", values, now)


def signed(
    url: str, form: str, region_and_service: str, values: Mapping[str, SecretStr], now: datetime | None = None
) -> dict[str, str]:
    """The same for any host. region_and_service: such as `us-east-1/sts`."""
    moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    host = str(urlsplit(url).netloc)
    headers = {"content-type": "application/x-www-form-urlencoded", "host": host, "x-amz-date": moment}
    if "session" in values:
        headers["x-amz-security-token"] = values["session"].get_secret_value()
    names = ";".join(sorted(headers))
    canonical = "\n".join((
        "POST",
        urlsplit(url).path or "/",
        "",
        *(f"{header}:{headers[header].strip()}" for header in sorted(headers)),
        "",
        names,
        _digest(form),
    ))  # fmt: skip
    scope = f"{moment[:8]}/{region_and_service}/aws4_request"
    text = "\n".join((_ALGORITHM, moment, scope, _digest(canonical)))
    key = f"AWS4{values['key'].get_secret_value()}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    credential = f"{values['id'].get_secret_value()}/{scope}"
    return {
        **headers,
        "authorization": f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}",
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
