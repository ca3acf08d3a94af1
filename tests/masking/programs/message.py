"""An f-string on the root logger."""

import logging

from planted import VALUE

logging.basicConfig(level="INFO")
logging.info(f"connecting with {VALUE}")
