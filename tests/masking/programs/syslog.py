"""SysLogHandler over UDP."""

import logging
import logging.handlers
import socket

from planted import VALUE

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
logging.getLogger().addHandler(logging.handlers.SysLogHandler(server.getsockname()))
logging.warning("value %s", VALUE)
print(server.recv(9999).decode())
