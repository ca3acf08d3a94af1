"""HTTPHandler: the record's attributes in an address."""

import logging
import logging.handlers
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from planted import VALUE


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
thread = threading.Thread(target=server.handle_request)
thread.start()
logging.getLogger().addHandler(logging.handlers.HTTPHandler(f"127.0.0.1:{server.server_port}", "/log"))
logging.warning("value %s", VALUE)
thread.join()
server.server_close()
