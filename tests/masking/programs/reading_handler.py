"""A handler that reads message, arguments and exception of the record itself."""

import logging

from planted import VALUE


class Collector(logging.Handler):
    def emit(self, record):
        print("template", record.msg)
        print("arguments", record.args)
        if record.exc_info:
            print("exception", repr(record.exc_info[1]), record.exc_info[1].args)
            print("locals", record.exc_info[2].tb_frame.f_locals.get("token"))


def connect(token):
    try:
        raise ConnectionError(f"refused {token}", 111)
    except ConnectionError:
        logging.exception("cannot connect with %r", token)


logging.getLogger().addHandler(Collector())
connect(VALUE)
