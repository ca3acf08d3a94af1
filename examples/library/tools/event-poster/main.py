"""Posts standard input to the webhook, signed: `echo '{"event": "paid"}' | python main.py`."""

from __future__ import annotations

import hashlib
import hmac
import sys
from urllib.request import Request, urlopen

from pixie_secrets.tool import secrets


def main() -> None:
    webhook = secrets.WEBHOOK  # an object with the fields of the schema in tool.json; texts are SecretStr
    body = sys.stdin.buffer.read()
    signature = hmac.new(webhook.signingSecret.get_secret_value().encode(), body, hashlib.sha256).hexdigest()
    request = Request(webhook.url.get_secret_value(), body, {"X-Signature": signature})
    with urlopen(request, timeout=webhook.timeoutSeconds or 30) as answer:
        print(f"{webhook}: {answer.status}")  # shows the names of the fields and no value


if __name__ == "__main__":
    main()
