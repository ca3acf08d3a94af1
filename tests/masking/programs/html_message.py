"""HTML."""

import html
import logging
from xml.sax import saxutils

import markupsafe
from planted import VALUE

logging.basicConfig()
logging.warning("<td>%s</td>", html.escape(VALUE))
logging.warning("<td>%s</td>", markupsafe.escape(VALUE))
logging.warning("<td>%s</td>", saxutils.quoteattr(VALUE))
