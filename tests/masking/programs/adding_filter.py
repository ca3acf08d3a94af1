"""A handler's filter that adds to the record what the handler then prints."""

import logging

from planted import VALUE


def add(record):
    record.session = VALUE
    return True


class Collector(logging.Handler):
    def emit(self, record):
        print("session", record.session)


collector = Collector()
collector.addFilter(add)
text = logging.StreamHandler()
text.addFilter(add)
text.setFormatter(logging.Formatter("%(message)s %(session)s"))
logging.getLogger().addHandler(collector)
logging.getLogger().addHandler(text)
logging.warning("login")
