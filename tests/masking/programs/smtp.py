"""SMTPHandler, to a mail server that prints what it gets."""

import logging
import logging.handlers
import socketserver
import threading

from planted import VALUE


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 here\r\n")
        body = False
        for line in self.rfile:
            if body:
                print(line.decode().rstrip())
                body = line != b".\r\n"
                if body:
                    continue
            body = line.upper().startswith(b"DATA")
            self.wfile.write(b"354 go on\r\n" if body else b"250 fine\r\n")
            if line.upper().startswith(b"QUIT"):
                break


server = socketserver.TCPServer(("127.0.0.1", 0), Session)
thread = threading.Thread(target=server.handle_request)
thread.start()
mail = logging.handlers.SMTPHandler(server.server_address, "a@example.com", ["b@example.com"], "log")
logging.getLogger().addHandler(mail)
logging.warning("value %s", VALUE.encode("ascii", "backslashreplace"))
thread.join()
server.server_close()
