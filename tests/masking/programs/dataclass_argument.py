"""A dataclass, and bytes."""

import logging
from dataclasses import dataclass

from planted import VALUE


@dataclass
class Login:
    user: str
    password: str


logging.basicConfig()
logging.warning("%s %s %a", Login("me", VALUE), VALUE.encode(), VALUE)
