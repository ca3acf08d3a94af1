"""SocketHandler: records as pickles over TCP."""

import logging
import logging.handlers
import pickle
import socket
import struct

from planted import VALUE

server = socket.create_server(("127.0.0.1", 0))
logging.getLogger().addHandler(logging.handlers.SocketHandler(*server.getsockname()))
try:
    raise ValueError(VALUE)
except ValueError:
    logging.exception("value %s", VALUE, extra={"token": VALUE})
connection, _ = server.accept()
size = struct.unpack(">L", connection.recv(4))[0]
data = b""
while len(data) < size:
    data += connection.recv(size - len(data))
print(pickle.loads(data))
