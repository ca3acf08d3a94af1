"""Knocks at the database that an address names: logs in, says goodbye, and asks it nothing.

The value says itself where it goes, so there is no host to agree to but that it may be used. A password leaves in the
clear for this machine and its own network alone; elsewhere over TLS, or not at all. Drivers for each database would be
larger than all of this program, so the first messages of each are spoken here, as far as the login and no further.
"""

from __future__ import annotations

import ssl
import struct
from typing import TYPE_CHECKING

from pixie_secrets.probes import mysql, postgres, redis
from pixie_secrets.probes.connection import SECONDS, ConnectionEndedError, Knocked, Line, parsed
from pixie_secrets.services.service import Verdict

if TYPE_CHECKING:
    from pixie_secrets.secret.text import SecretStr

_LOGINS = {"postgresql": postgres.login, "mysql": mysql.login, "redis": redis.login}


def knock(value: SecretStr) -> Knocked:
    """Log in at the database that `value` is the address of; up to ten seconds."""
    address = parsed(value)
    if isinstance(address, str):
        return Knocked(Verdict.UNCLEAR, address)
    why = "it cannot be reached"
    try:
        with Line(address) as line:
            return _LOGINS[address.kind](line, address)
    except TimeoutError:
        why = f"it did not answer within {SECONDS:.0f} seconds"
    except ssl.SSLCertVerificationError:
        why = "its certificate is not one for that host that is trusted here, so nothing was sent"
    except (OSError, ConnectionEndedError, ValueError, struct.error):
        pass
    return Knocked(Verdict.UNREACHABLE, why)  # out here: what was raised above may hold parts of the address
