"""Channels' servers on this machine: good ones, and those that no calendar should be read from."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from chalicelib.feeds.fetch import Address, Reach

Behaviour = Callable[["Visit"], None]


@dataclass
class Visit:
    """One connection to a server: what was asked, and a way to answer."""

    connection: socket.socket
    request: str

    @property
    def path(self) -> str:
        return self.request.split(" ")[1]

    def send(self, data: bytes) -> None:
        """Send bytes as they are; a caller who has gone is no fault."""
        with suppress(OSError):
            self.connection.sendall(data)

    def answer(self, body: bytes, status: str = "200 OK", **headers: str) -> None:
        """Send a whole answer."""
        lines = {"Content-Length": str(len(body)), **{name.replace("_", "-"): text for name, text in headers.items()}}
        head = "".join(f"{name}: {text}\r\n" for name, text in lines.items())
        self.send(f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body)


@dataclass
class Server:
    """A running server: its port and what it was asked."""

    port: int
    requests: list[str] = field(default_factory=list)


@contextmanager
def serving(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve on a free port of this machine, each connection in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener.getsockname()[1])

    def attend(connection: socket.socket) -> None:
        with suppress(OSError):
            whom = tls.wrap_socket(connection, server_side=True) if tls else connection
            with whom:
                request = _head(whom)
                server.requests.append(request)
                behaviour(Visit(whom, request))

    def listen() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=attend, args=(connection,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    try:
        yield server
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _head(connection: socket.socket) -> str:
    found = b""
    while b"\r\n\r\n" not in found:
        more = connection.recv(4096)
        if not more:
            break
        found += more
    return found.decode("latin-1")


class Anything(Container[Any]):
    """Holds everything."""

    def __contains__(self, _: object) -> bool:
        return True


def here(*, admits: Callable[[Address], bool] = lambda address: address.is_loopback, **names: list[str]) -> Reach:
    """Return a reach that may go to this machine, by http, on any port; every name leads here unless `names` says."""
    def resolve(host: str, port: int) -> list[str]:
        literal = host[:1].isdigit() or ":" in host
        return [host] if literal else names.get(host.replace(".", "_"), ["127.0.0.1"])

    return Reach(schemes=("http", "https"), ports=Anything(), admits=admits, resolve=resolve)


def good(body: bytes) -> Behaviour:
    return lambda visit: visit.answer(body, Content_Type="text/calendar")


def packed(body: bytes) -> Behaviour:
    return lambda visit: visit.answer(gzip.compress(body), Content_Encoding="gzip")


def status(code: str) -> Behaviour:
    return lambda visit: visit.answer(b"", code)


def sent_on(location: str) -> Behaviour:
    return lambda visit: visit.answer(b"", "302 Found", Location=location)


def cut_off(body: bytes) -> Behaviour:
    """Promise more than comes."""
    return lambda visit: visit.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body) + 9}\r\n\r\n".encode() + body)


def endless(visit: Visit) -> None:
    """Never stop sending."""
    visit.send(b"HTTP/1.1 200 OK\r\n\r\n")
    with suppress(OSError):
        while True:
            visit.connection.sendall(b"x" * 65536)


def dripping(body: bytes, before: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> Behaviour:
    """Send a byte every now and then, each before any time-out between two bytes."""

    def drip(visit: Visit) -> None:
        with suppress(OSError):
            visit.connection.sendall(before)
            for byte in body:
                visit.connection.sendall(bytes([byte]))
                time.sleep(0.05)

    return drip


def silent(visit: Visit) -> None:
    """Take the request and say nothing."""
    time.sleep(50)
