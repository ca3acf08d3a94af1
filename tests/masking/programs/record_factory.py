"""A record class of the program's own."""

import logging

from planted import VALUE


class BraceRecord(logging.LogRecord):
    def getMessage(self):
        return str(self.msg).format(*self.args)


logging.setLogRecordFactory(BraceRecord)


class Collector(logging.Handler):
    def emit(self, record):
        print(record.getMessage())


logging.basicConfig()
logging.getLogger().addHandler(Collector())
logging.warning("value {} {{}}", VALUE)
