"""Logins at real servers with the right password and with another one; hostile ones get nothing worth having."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from tests.conftest import add_tool, require, require_program
from tests.probes.stand_in import certificates
from tests.waiting import until

from pixie_secrets.layouts.project import Project
from pixie_secrets.operations.context import Context
from pixie_secrets.operations.probe_secret import NotAgreed, ProbeSecretRequest, probe_secret, probe_target
from pixie_secrets.probes import connection, mysql
from pixie_secrets.probes.connection import LoginOutcome
from pixie_secrets.probes.databases import log_in
from pixie_secrets.secret.text import SecretStr
from pixie_secrets.services.service import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PASSWORD = "kq7R@t2/Wx9:Zb4?Nm6 pär"
WRONG = "not-" + PASSWORD


def login_at(address: str) -> LoginOutcome:
    answer = log_in(SecretStr(address))
    assert not any(part in str(answer) for part in (PASSWORD, quote(PASSWORD, safe=""), "127.0.0.1"))
    return answer


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(words: list[str], port: int, **options: Any) -> Iterator[int]:
    process = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options
    )
    try:
        until(lambda: listens(port))
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """One that another user gets to; pytest shuts its own to all others, whenever it starts anew."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def postgres(open_folder: Path) -> Iterator[int]:
    """Users `scram`, `md5` and `clear`, who log in so; `outsider` may not. TLS is offered."""
    initdb = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None) or shutil.which("initdb")
    require("postgresql", initdb)
    folder = open_folder
    _, chain = certificates(folder, "localhost")
    options: dict[str, Any] = {}
    if os.geteuid() == 0:  # which PostgreSQL refuses to run as
        shutil.chown(folder, "nobody", "nogroup")
        shutil.chown(chain, "nobody", "nogroup")
        options = {"user": "nobody", "group": "nogroup", "extra_groups": []}
    chain.chmod(0o600)
    data, port = folder / "data", free_port()
    make = [str(initdb), "-D", str(data), "-U", "boss", "-A", "trust", "--no-sync"]
    subprocess.run(make, check=True, capture_output=True, cwd=folder, **options)
    (data / "pg_hba.conf").write_text(
        "host all boss all trust\nhost all scram all scram-sha-256\nhost all md5 all md5\nhost all clear all password\n"
        "host all outsider all reject\n"
    )
    program = str(Path(str(initdb)).with_name("postgres"))
    settings = ["ssl=on", f"ssl_cert_file={chain}", f"ssl_key_file={chain}", "fsync=off"]
    words = [program, "-D", str(data), "-p", str(port), "-k", "", "-h", "127.0.0.1"]
    server = [*words, *(word for setting in settings for word in ("-c", setting))]
    users = "".join(
        f"SET password_encryption = '{'md5' if name == 'md5' else 'scram-sha-256'}';"
        f"CREATE USER {name} PASSWORD '{PASSWORD}'; CREATE DATABASE {name} OWNER {name};\n"
        for name in ("scram", "md5", "clear", "outsider")
    )
    psql = [require_program("psql"), "-X", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "boss", "postgres"]
    with running(server, port, cwd=folder, **options) as port:
        ready = [*psql, "-c", "SELECT 1"]
        until(lambda: subprocess.run(ready, check=False, capture_output=True).returncode == 0)
        subprocess.run(psql, input=users, text=True, check=True, capture_output=True)
        yield port


@pytest.mark.parametrize("user", ["scram", "md5", "clear"])
@pytest.mark.parametrize("more", ["", "?sslmode=require"])
def test_postgres_takes_the_right_password_and_no_other(postgres: int, user: str, more: str) -> None:
    there = f"127.0.0.1:{postgres}/{user}{more}"
    assert login_at(f"postgres://{user}:{quote(PASSWORD, safe='')}@{there}") == LoginOutcome(_verdict("valid"))
    assert login_at(f"postgresql+psycopg://{user}:{quote(WRONG, safe='')}@{there}") == LoginOutcome(_verdict("refused"))


@pytest.mark.parametrize(
    ("user", "database", "verdict", "why"),
    [
        ("scram", "gone", "unclear", "the login is taken, and there is no such database"),
        ("outsider", "outsider", "refused", ""),
        ("nobody", "scram", "refused", ""),
    ],
)
def test_postgres_says_what_else_is_wrong(postgres: int, user: str, database: str, verdict: str, why: str) -> None:
    address = f"postgres://{user}:{quote(PASSWORD, safe='')}@127.0.0.1:{postgres}/{database}"
    assert login_at(address) == LoginOutcome(_verdict(verdict), why)


def test_postgres_with_a_certificate_that_does_not_hold_gets_nothing(postgres: int) -> None:
    address = f"postgres://clear:{quote(PASSWORD, safe='')}@localhost:{postgres}/clear?sslmode=verify-full"
    answer = login_at(address.replace("localhost", "127.0.0.1"))
    assert (answer.verdict, "certificate" in answer.why) == ("unreachable", True)


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int, Path]]:
    """A plain port, one with TLS, and the CA. The default user has a password, and `app` another one."""
    program = require_program("redis-server")
    folder = tmp_path_factory.mktemp("redis")
    ca, chain = certificates(folder, "localhost")
    (folder / "users.acl").write_text(
        f"user default on >{PASSWORD.replace(' ', '')} ~* +@all\nuser app on >app-pass-9 ~* +get\n"
    )
    port, secured = free_port(), free_port()
    words = [program, "--port", str(port), "--tls-port", str(secured), "--tls-cert-file", str(chain), "--tls-key-file",
             str(chain), "--tls-auth-clients", "no", "--aclfile", str(folder / "users.acl"), "--save", ""]  # fmt: skip
    with running(words, port, cwd=folder):
        until(lambda: listens(secured))
        yield port, secured, ca


def test_redis_takes_the_right_password_and_no_other(
    redis: tuple[int, int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, secured, ca = redis
    secret = quote(PASSWORD.replace(" ", ""), safe="")
    assert login_at(f"redis://:{secret}@127.0.0.1:{port}/0") == LoginOutcome(_verdict("valid"))
    assert login_at(f"redis://app:app-pass-9@127.0.0.1:{port}") == LoginOutcome(_verdict("valid"))
    assert login_at(f"redis://:wrong@127.0.0.1:{port}") == LoginOutcome(_verdict("refused"))
    assert login_at(f"redis://127.0.0.1:{port}") == LoginOutcome(_verdict("refused"))
    untrusted = login_at(f"rediss://:{secret}@localhost:{secured}")
    assert "certificate" in untrusted.why
    monkeypatch.setenv("SSL_CERT_FILE", str(ca))
    assert login_at(f"rediss://:{secret}@localhost:{secured}") == LoginOutcome(_verdict("valid"))


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A user `app` with a database `shop`, by the hash that MySQL knows as native. TLS is offered."""
    program, make = require_program("mariadbd"), require_program("mariadb-install-db")
    folder = tmp_path_factory.mktemp("mariadb")
    _, chain = certificates(folder, "localhost")
    base = Path(make).resolve().parent.parent
    who = ["--user=root"] if os.geteuid() == 0 else []
    subprocess.run(
        [make, "--no-defaults", f"--basedir={base}", f"--datadir={folder / 'data'}", "--skip-test-db",
         "--auth-root-authentication-method=normal", *who],
        check=True, capture_output=True,
    )  # fmt: skip
    stored = hashlib.sha1(hashlib.sha1(PASSWORD.encode()).digest()).hexdigest().upper()
    (folder / "users.sql").write_text(
        f"CREATE DATABASE shop; CREATE DATABASE other; CREATE USER app@'%' IDENTIFIED BY PASSWORD '*{stored}'; "
        "GRANT ALL ON shop.* TO app@'%';\n".replace("; ", ";\n")
    )
    port = free_port()
    words = [program, "--no-defaults", f"--basedir={base}", f"--datadir={folder / 'data'}", f"--port={port}",
             "--bind-address=127.0.0.1", f"--socket={folder / 's'}", f"--init-file={folder / 'users.sql'}",
             f"--ssl-cert={chain}", f"--ssl-key={chain}", *who]  # fmt: skip
    with running(words, port) as port:
        yield port


@pytest.mark.parametrize("more", ["", "?ssl-mode=REQUIRED"])
def test_mariadb_takes_the_right_password_and_no_other(mariadb: int, more: str) -> None:
    def address(password: str, database: str) -> str:
        return f"mysql+pymysql://app:{quote(password, safe='')}@127.0.0.1:{mariadb}/{database}{more}"

    until(lambda: login_at(address(PASSWORD, "shop")).verdict == "valid")  # its users come after its port
    assert login_at(address(PASSWORD, "")) == LoginOutcome(_verdict("valid"))
    assert login_at(address(WRONG, "shop")) == LoginOutcome(_verdict("refused"))
    assert login_at(address("", "shop")) == LoginOutcome(_verdict("refused"))
    assert "may not use that database" in login_at(address(PASSWORD, "other")).why


def packet(number: int, body: bytes) -> bytes:
    return struct.pack("<I", len(body))[:3] + bytes([number]) + body


SALT = bytes(range(1, 21))
GREETING = (
    b"\x0a8.4.0\0" + struct.pack("<I", 7) + SALT[:8] + b"\0" + struct.pack("<H", 0xFFFF) + b"\x2d"
    + struct.pack("<H", 2) + struct.pack("<H", 0xDFFF) + bytes([21]) + bytes(10) + SALT[8:] + b"\0"
    + b"caching_sha2_password\0"
)  # fmt: skip
WITHOUT_TLS = GREETING.replace(struct.pack("<H", 0xFFFF), struct.pack("<H", 0xFFFF & ~0x800), 1)


@contextmanager
def playing(play: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that plays one part to one visitor."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            try:
                connection, _ = listening.accept()
                with connection:
                    play(connection)
            except OSError:
                return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
    thread.join(10)


def mysql_server(tls: ssl.SSLContext | None, received: list[bytes]) -> Callable[[socket.socket], None]:
    """MySQL 8 that has not seen the password yet: it proves the hash wrong or asks for the whole login over TLS."""

    def play(connection: socket.socket) -> None:
        connection.sendall(packet(0, GREETING if tls else WITHOUT_TLS))
        if not tls:
            whole_login(connection)
            return
        connection.recv(36)
        with tls.wrap_socket(connection, server_side=True) as secured:
            whole_login(secured)

    def whole_login(line: socket.socket) -> None:
        body = line.recv(4096)
        received.append(body)
        number = body[3]
        once = hashlib.sha256(PASSWORD.encode()).digest()
        other = hashlib.sha256(hashlib.sha256(once).digest() + SALT).digest()
        if bytes(a ^ b for a, b in zip(once, other, strict=True)) not in body:
            line.sendall(packet(number + 1, b"\xff" + struct.pack("<H", 1045) + b"#28000Access denied"))
            return
        line.sendall(packet(number + 1, b"\1\4"))
        received.append(line.recv(4096))
        line.sendall(packet(number + 3, b"\0\0\0\2\0\0\0"))
        received.append(line.recv(4096))

    return play


def test_the_whole_login_of_mysql_goes_over_tls_alone(tmp_path: Path) -> None:
    _, chain = certificates(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    received: list[bytes] = []
    secret = quote(PASSWORD, safe="")
    with playing(mysql_server(context, received)) as port:
        assert login_at(f"mysql://app:{secret}@127.0.0.1:{port}/shop?ssl-mode=REQUIRED").verdict == "valid"
    assert received[1][4:] == PASSWORD.encode() + b"\0"
    assert received[2][4:] == b"\1"  # goodbye, and nothing before it
    received.clear()
    with playing(mysql_server(None, received)) as port:
        assert "over TLS alone" in login_at(f"mysql://app:{secret}@127.0.0.1:{port}/shop").why
    assert PASSWORD.encode() not in b"".join(received)
    with playing(mysql_server(None, received)) as port:
        assert login_at(f"mysql://app:{quote(WRONG, safe='')}@127.0.0.1:{port}/shop").verdict == "refused"


def _error(code: str) -> bytes:
    fields = b"SFATAL\0C" + code.encode() + f"\0Mno {PASSWORD}\0\0".encode()
    return b"E" + struct.pack("!I", len(fields) + 4) + fields


def _asks(code: int, body: bytes = b"") -> bytes:
    return b"R" + struct.pack("!II", len(body) + 8, code) + body


POSTGRES_SAYS = {
    _error("53300"): ("limited", ""),
    _error("57P03"): ("unreachable", "starting up"),
    _error("XX000"): ("unclear", "error code XX000"),
    _error("\x1b[2J"): ("unclear", "error code none"),
    _asks(7): ("unclear", "of another kind"),
    _asks(10, b"SCRAM-SHA-512\0\0"): ("unclear", "of another kind"),
    _asks(10, b"SCRAM-SHA-256\0\0") + _asks(11, b"r=other,s=AAAA,i=4096"): ("unreachable", ""),
    _asks(10, b"SCRAM-SHA-256\0\0") + _asks(0): ("unclear", "does not know the password itself"),
    b"R\xff\xff\xff\xff": ("unreachable", ""),
    b"R\0\0\0\4": ("unreachable", ""),
    b"HTTP/1.1 400 Bad Request\r\n\r\n": ("unreachable", ""),
    b"": ("unreachable", ""),
}  # fmt: skip


@pytest.mark.parametrize("says", POSTGRES_SAYS, ids=range(len(POSTGRES_SAYS)))
def test_whatever_a_postgres_says_no_password_is_told(says: bytes) -> None:
    received: list[bytes] = []

    def play(line: socket.socket) -> None:
        received.append(line.recv(4096))
        line.sendall(says)
        line.shutdown(socket.SHUT_WR)
        while data := line.recv(4096):
            received.append(data)

    verdict, why = POSTGRES_SAYS[says]
    with playing(play) as port:
        answer = login_at(f"postgres://app:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/shop")
    assert answer.verdict == verdict
    assert why in answer.why
    assert PASSWORD.encode() not in b"".join(received)


def test_a_challenge_that_would_keep_this_machine_busy_is_not_answered() -> None:
    def play(line: socket.socket) -> None:
        line.recv(4096)
        line.sendall(_asks(10, b"SCRAM-SHA-256\0\0"))
        nonce = line.recv(4096).rpartition(b"r=")[2]
        line.sendall(_asks(11, b"r=" + nonce + b"x,s=AAAA,i=99999999"))
        answered.append(line.recv(4096))

    answered: list[bytes] = []
    with playing(play) as port:
        answer = login_at(f"postgres://app:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/shop")
    assert answer == LoginOutcome(Verdict.UNREACHABLE, "it cannot be reached")  # and not that it took too long
    assert answered == [b""]


@pytest.mark.parametrize("asked", [_asks(3), _asks(5, b"salt")], ids=["itself", "its hash"])
def test_a_password_that_others_could_read_is_not_sent_to_another_network(
    asked: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[bytes] = []

    def play(line: socket.socket) -> None:
        line.recv(8)  # whether it speaks TLS, which it does not
        line.sendall(b"N")
        line.recv(4096)
        line.sendall(asked)
        received.append(line.recv(4096))

    connect = socket.create_connection
    with playing(play) as port:
        monkeypatch.setattr(socket, "create_connection", lambda _, timeout: connect(("127.0.0.1", port), timeout))
        answer = login_at(f"postgres://app:{quote(PASSWORD, safe='')}@db.example.com/shop")
    assert (answer.verdict, "others could read" in answer.why) == ("unclear", True)
    assert received == [b""]


@pytest.mark.parametrize("kind", ["postgres", "mysql", "redis"])
@pytest.mark.parametrize(
    "raw", [b"", b"\xff" * 5000, b"\0" * 5000, b"+" * 5000, b"\x0a" * 200, b"\x04\0\0\0\x0a8\0x"], ids=range(6)
)
def test_garbage_is_no_answer(kind: str, raw: bytes) -> None:
    with playing(lambda line: line.sendall(raw)) as port:
        answer = login_at(f"{kind}://app:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/0")
    assert answer.verdict in {"unreachable", "unclear"}


@pytest.mark.parametrize("kind", ["postgres", "mysql", "redis"])
def test_ten_seconds_are_for_all_of_it(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "SECONDS", 0.5)
    gone = threading.Event()

    def play(line: socket.socket) -> None:
        while not gone.wait(0.1):
            line.sendall(b"N" if kind == "postgres" else b"\1")

    with playing(play) as port:
        answer = login_at(f"{kind}://app:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/0")
        gone.set()
    assert answer.verdict == "unreachable"


@pytest.mark.parametrize(
    ("address", "near"),
    [("redis://:{}@cache.example.com", False), ("redis://:{}@cache", True), ("redis://:{}@10.0.0.7", True)],
)
def test_a_password_in_the_clear_stays_on_this_network(
    address: str, near: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []

    class Deaf(connection.Connection):
        def __init__(self, _address: connection.Address) -> None:
            ours, self.theirs = socket.socketpair()
            self._address, self._socket, self.is_secured = _address, ours, False
            self._deadline = time.monotonic() + 10

        def __exit__(self, *_: object) -> None:
            super().__exit__()
            self.theirs.close()

        def send(self, data: bytes) -> None:
            sent.append(data)
            self.theirs.close()

    monkeypatch.setattr("pixie_secrets.probes.databases.Connection", Deaf)
    answer = login_at(address.format(quote(PASSWORD, safe="")))
    assert bool(sent) is near
    assert ("in the clear" in answer.why) is not near


@pytest.mark.parametrize(
    "value",
    ["", "no address", "sqlite:///db.sqlite", "https://example.com", "postgres://", "postgres://a,b/c", "redis://[::1",
     "mysql://h:port/x", "postgres://u:p@h:99999999/x", "postgres://u%00x:p@h/x"],
)  # fmt: skip
def test_what_is_no_address_of_a_database_says_so(value: str) -> None:
    answer = log_in(SecretStr(value))
    assert answer.verdict == "unclear"
    assert answer.why
    assert not value or value not in answer.why


def test_the_native_proof_of_mysql_is_the_documented_one() -> None:
    """SHA1(password) XOR SHA1(salt + SHA1(SHA1(password))), as its documentation writes it."""
    proof = mysql._proof(b"mysql_native_password", b"secret", SALT)
    stored = hashlib.sha1(hashlib.sha1(b"secret").digest()).digest()
    once = bytes(a ^ b for a, b in zip(proof, hashlib.sha1(SALT + stored).digest(), strict=True))
    assert hashlib.sha1(once).digest() == stored  # which is all that a server can check


def test_a_database_is_agreed_to_and_asked_like_any_service(tmp_path: Path, postgres: int) -> None:
    address = f"postgres://scram:{quote(PASSWORD, safe='')}@127.0.0.1:{postgres}/scram"
    folder = add_tool(tmp_path / "p", "shop", secrets=[{"key": "DATABASE_URL", "probe": "database"}])
    (folder / ".env").write_text(f"DATABASE_URL={address}\n")
    project = Project(tmp_path / "p")
    request = ProbeSecretRequest("DATABASE_URL", "shop")
    with pytest.raises(NotAgreed, match="the database that it names"):
        probe_secret(Context(project), request)
    target = probe_target(project, request)
    assert target.question == "Log in at the database that DATABASE_URL names, and leave, to see whether it works?"
    target.agree()
    probed = probe_secret(Context(project), request)
    assert (probed.verdict, probed.message) == ("valid", "DATABASE_URL works: the database takes it")
    (folder / ".env").write_text(f"DATABASE_URL={address.replace('Zb4', 'Zb5')}\n")
    assert probe_secret(Context(project), request).message == "DATABASE_URL does not work: the database refuses it"


def _verdict(text: str) -> Verdict:

    return Verdict(text)
