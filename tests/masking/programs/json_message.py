"""JSON in the message."""

import json
import logging

from planted import VALUE

logging.basicConfig()
logging.warning("body: %s", json.dumps({"token": VALUE}))
logging.warning("body: %s", json.dumps({"token": VALUE}, ensure_ascii=False))
