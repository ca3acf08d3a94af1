"""Logs in at the database that an address names, and leaves without a query.

The value says itself where it goes, so there is no host to agree to but that it may be used. A password leaves in the
clear for this machine and its own network alone; elsewhere over TLS, or not at all. Drivers for each database would be
larger than all of this program, so the first messages of each are spoken here, as far as the login and no further.
"""

from __future__ import annotations

import ssl
import struct
from typing import TYPE_CHECKING

from pixie_secrets.probes import mysql, postgres, redis
from pixie_secrets.probes.bounds import TOO_LATE, UNREACHABLE, UNTRUSTED
from pixie_secrets.probes.connection import Connection, ConnectionEndedError, LoginOutcome, parsed
from pixie_secrets.services.service import Verdict

if TYPE_CHECKING:
    from pixie_secrets.secret.text import SecretStr

_LOGINS = {"postgresql": postgres.login, "mysql": mysql.login, "redis": redis.login}


def log_in(value: SecretStr) -> LoginOutcome:
    """Log in at the database that `value` is the address of; up to ten seconds."""
    address = parsed(value)
    if isinstance(address, str):
        return LoginOutcome(Verdict.UNCLEAR, address)
    why = UNREACHABLE
    try:
        with Connection(address) as connection:
            return _LOGINS[address.kind](connection, address)
    except TimeoutError:
        why = TOO_LATE
    except ssl.SSLCertVerificationError:
        why = UNTRUSTED
    except (OSError, ConnectionEndedError, ValueError, struct.error):
        pass
    return LoginOutcome(Verdict.UNREACHABLE, why)  # out here: what was raised above may hold parts of the address
