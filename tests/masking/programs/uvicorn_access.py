"""uvicorn's access log, with a token in the address."""

import logging
from urllib.parse import urlencode

from planted import VALUE
from uvicorn.logging import AccessFormatter

handler = logging.StreamHandler()
handler.setFormatter(AccessFormatter("%(client_addr)s %(request_line)s %(status_code)s", use_colors=False))
log = logging.getLogger("uvicorn.access")
log.addHandler(handler)
log.warning('%s - "%s %s HTTP/%s" %d', "127.0.0.1:5", "GET", "/?" + urlencode({"token": VALUE}), "1.1", 200)
