"""Counts the open issues. In CI the secrets are variables; on a desk they are in this folder's store."""

from __future__ import annotations

import json
import sys
from urllib.request import Request, urlopen

from pixie_secrets.tool import MissingSecrets, secrets


def main() -> int:
    try:
        secrets.check()  # before any work: everything that is missing, at once
    except MissingSecrets as missing:
        print(f"{missing.message}; {missing.hint}", file=sys.stderr)
        return 2
    request = Request(f"{secrets.TRACKER_URL.get_secret_value()}/issues?state=open")
    request.add_header("Authorization", f"Bearer {secrets.TRACKER_TOKEN.get_secret_value()}")
    with urlopen(request, timeout=30) as answer:
        issues = json.load(answer)
    print(f"{len(issues)} open issues")
    return 1 if secrets.ISSUES_MAX is not None and len(issues) > secrets.ISSUES_MAX else 0


if __name__ == "__main__":
    sys.exit(main())
