"""Services on this machine, as they answer: any host by name, over real TLS, behind a proxy that the environment names.

The program under test connects to a proxy (`HTTPS_PROXY`), which leads every host to one server here. Its certificate
names the hosts and is signed by a CA that `SSL_CERT_FILE` trusts. Nothing of the program is replaced.
"""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

HOSTS = ("api.example.com", "other.example.com")


class Seen(NamedTuple):
    """A request as it arrived. line: method, path and version."""

    host: str
    line: str
    headers: dict[str, str]
    body: bytes


class Reply(NamedTuple):
    """What to answer: bytes as they are sent, in pieces, each after the test says so."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()

    def pieces(self) -> Iterator[bytes]:
        head = [f"HTTP/1.1 {self.status} Said", "Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        head += [f"{name}: {value}" for name, value in self.headers]
        yield ("\r\n".join(head) + "\r\n\r\n").encode()
        yield self.body


Answering = "Callable[[Seen], Iterator[bytes]]"


@dataclass
class StandIn:
    """seen: every request. connects: every host that the proxy was asked for, as it was asked."""

    ca: Path
    proxy: str
    port: int
    seen: list[Seen] = field(default_factory=list)
    connects: list[str] = field(default_factory=list)
    answering: Callable[[Seen], Iterator[bytes]] = field(default=lambda _seen: Reply().pieces())

    @property
    def environment(self) -> dict[str, str]:
        return {"SSL_CERT_FILE": str(self.ca), "HTTPS_PROXY": self.proxy, "https_proxy": self.proxy, "NO_PROXY": ""}

    def says(self, status: int = 200, body: bytes = b"{}", **headers: str) -> None:
        """The same answer to every request."""
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.answering = lambda _seen: Reply(status, body, named).pieces()


@contextmanager
def standing_in(folder: Path, *hosts: str, expired: bool = False) -> Iterator[StandIn]:
    """A server for `hosts` and the proxy that leads to it. expired: its certificate was good until yesterday."""
    ca, chain = certificates(folder, *(hosts or HOSTS), expired=expired)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as proxy:
        stand_in = StandIn(ca, f"http://127.0.0.1:{proxy.getsockname()[1]}", server.getsockname()[1])
        threads = [
            threading.Thread(target=_accept, args=(server, lambda one: _serve(context, one, stand_in)), daemon=True),
            threading.Thread(target=_accept, args=(proxy, lambda one: _lead(one, stand_in)), daemon=True),
        ]
        for thread in threads:
            thread.start()
        try:
            yield stand_in
        finally:
            for listening in (server, proxy):
                with suppress(OSError):
                    listening.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(10)


def _accept(listening: socket.socket, handle: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=_handled, args=(handle, connection), daemon=True).start()


def _handled(handle: Callable[[socket.socket], None], connection: socket.socket) -> None:
    with connection, suppress(OSError):  # the program under test may leave at any moment
        handle(connection)


def _lead(connection: socket.socket, stand_in: StandIn) -> None:
    head = _head(connection)
    stand_in.connects.append(head.split(b"\r\n")[0].decode())
    with socket.create_connection(("127.0.0.1", stand_in.port)) as onward:
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        back = threading.Thread(target=_copy, args=(onward, connection), daemon=True)
        back.start()
        _copy(connection, onward)
        back.join(10)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def _serve(context: ssl.SSLContext, connection: socket.socket, stand_in: StandIn) -> None:
    with context.wrap_socket(connection, server_side=True) as secured:
        head, _, body = _head(secured).partition(b"\r\n\r\n")
        line, *rest = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in rest)}
        while len(body) < int(headers.get("content-length", "0")):
            body += secured.recv(65536)
        seen = Seen(headers.get("host", ""), line, headers, body)
        stand_in.seen.append(seen)
        for piece in stand_in.answering(seen):
            secured.sendall(piece)


def _head(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise OSError("it left")
        data += more
    return data


def certificates(folder: Path, *hosts: str, expired: bool = False) -> tuple[Path, Path]:
    """A CA, and a certificate for `hosts` with its key."""
    now = datetime.now(UTC)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a CA of this test")])
    usage = x509.KeyUsage(
        digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    ca = (
        x509.CertificateBuilder()
        .subject_name(ca_name).issuer_name(ca_name).public_key(ca_key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )  # fmt: skip
    signed = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])).issuer_name(ca_name)
        .public_key(key.public_key()).serial_number(2)
        .not_valid_before(now - timedelta(days=8)).not_valid_after(now + timedelta(days=-1 if expired else 8))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "chain.pem").write_bytes(private + signed.public_bytes(pem))
    return folder / "ca.pem", folder / "chain.pem"
