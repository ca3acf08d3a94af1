"""socketserver, which prints the traceback of a failed request."""

import socket
import socketserver

from planted import VALUE, cover_output

cover_output()


class Failing(socketserver.BaseRequestHandler):
    def handle(self):
        raise ValueError(VALUE)


server = socketserver.TCPServer(("127.0.0.1", 0), Failing)
client = socket.create_connection(server.server_address)
server.handle_request()
client.close()
server.server_close()
