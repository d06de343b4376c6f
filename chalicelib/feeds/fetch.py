"""Fetch a file from an address that somebody typed in, without being led astray (docs/calendars.md#fetching).

Only https, and only to the public internet: the host's name is resolved once, every address it has must be public, and
the connection goes to one of these very addresses, so that no second answer of a name server can lead elsewhere. Each
redirect is checked alike. Size is bounded, unpacked too, and so is the time from the first to the last byte.

It stands on `http.client` because neither `requests` nor `urllib3` lets one choose the address and keep the name for
the certificate, or bounds the whole time: their time-outs start anew with each byte.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

from .problem import FeedProblem, Unreadable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_UNICAST = ipaddress.ip_network("2000::/3")
_MOVED = {301, 302, 303, 307, 308}
_HEADERS = {"Accept": "text/calendar, */*;q=0.5", "Accept-Encoding": "gzip", "Connection": "close",
            "User-Agent": "Aremko/1 (+https://aremko.cl)"}


def is_public(address: Address) -> bool:
    """Tell whether an address is of the public internet; one that carries another inside is not.

    >>> [is_public(ipaddress.ip_address(text)) for text in ("8.8.8.8", "10.0.0.1", "169.254.169.254", "::ffff:8.8.8.8")]
    [True, False, False, False]
    """
    if address.is_multicast or not address.is_global:
        return False
    return address.version == 4 or (address in _UNICAST and address.sixtofour is None and address.teredo is None)


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a host, as the machine's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@cache
def trust() -> ssl.SSLContext:
    """Return whom to believe about a host's name: the authorities that come with `requests`."""
    from requests.utils import DEFAULT_CA_BUNDLE_PATH

    return ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)


@dataclass(frozen=True)
class Reach:
    """Where a fetch may go. The defaults are right for every address that comes from outside."""

    schemes: Container[str] = ("https",)
    ports: Container[int] = (443,)
    admits: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], list[str]] = resolve
    trust: Callable[[], ssl.SSLContext] = trust


@dataclass(frozen=True)
class Bounds:
    """How long a fetch may take altogether, how many bytes it may bring, how often it may be sent on."""

    seconds: float = 10
    size: int = 1_000_000
    redirects: int = 3


@dataclass(frozen=True)
class _Hop:
    """One request on the way."""

    url: SplitResult
    host: str
    port: int
    reach: Reach
    bounds: Bounds
    deadline: float = field(repr=False)

    @property
    def left(self) -> float:
        """Seconds left. Raises Unreadable(TOO_SLOW) when there are none."""
        left = self.deadline - monotonic()
        if left <= 0:
            raise Unreadable(FeedProblem.TOO_SLOW)
        return left


def fetch(url: str, reach: Reach | None = None, bounds: Bounds | None = None) -> bytes:
    """Return what an address answers with status 200. Raises Unreadable, with the reason, when there is none."""
    bounds = bounds or Bounds()
    deadline = monotonic() + bounds.seconds
    for _ in range(bounds.redirects + 1):
        hop = _hop(url, reach or Reach(), bounds, deadline)
        try:
            found = _asked(hop)
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            late = monotonic() >= deadline
            raise Unreadable(FeedProblem.TOO_SLOW if late else FeedProblem.UNREACHABLE) from error
        if isinstance(found, bytes):
            return found
        url = urljoin(url, found)
    raise Unreadable(FeedProblem.TOO_MANY_REDIRECTS)


def _hop(url: str, reach: Reach, bounds: Bounds, deadline: float) -> _Hop:
    """Read an address; raises Unreadable(ADDRESS_REFUSED) for one of another kind than may be fetched."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise Unreadable(FeedProblem.ADDRESS_REFUSED) from error
    if parts.scheme not in reach.schemes or port not in reach.ports or not host or parts.username is not None:
        raise Unreadable(FeedProblem.ADDRESS_REFUSED)
    return _Hop(parts, host, port, reach, bounds, deadline)


def _asked(hop: _Hop) -> bytes | str:
    """Return the body, or the address that we are sent on to."""
    with _connected(hop) as raw:
        connection = http.client.HTTPConnection(hop.host, hop.port)
        connection.sock = hop.reach.trust().wrap_socket(raw, server_hostname=hop.host) \
            if hop.url.scheme == "https" else raw
        path = (hop.url.path or "/") + (f"?{hop.url.query}" if hop.url.query else "")
        named = f"[{hop.host}]" if ":" in hop.host else hop.host
        standard = hop.port == (443 if hop.url.scheme == "https" else 80)
        connection.request("GET", path, headers={"Host": named if standard else f"{named}:{hop.port}", **_HEADERS})
        answer = connection.getresponse()
        try:
            return _answered(answer, hop)
        finally:
            answer.close()
            connection.close()


def _answered(answer: http.client.HTTPResponse, hop: _Hop) -> bytes | str:
    location = answer.getheader("Location")
    if answer.status in _MOVED and location:
        return location
    if answer.status != 200:
        raise Unreadable(FeedProblem.REFUSED)
    body = answer.read(hop.bounds.size + 1)
    _ = hop.left  # a connection cut off at the deadline looks like one that ended
    if len(body) > hop.bounds.size:
        raise Unreadable(FeedProblem.TOO_LARGE)
    if answer.length:
        raise http.client.IncompleteRead(body, answer.length)
    packed = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    return body if packed == "identity" else _unpacked(body, packed, hop.bounds.size)


def _unpacked(body: bytes, packed: str, size: int) -> bytes:
    if packed not in ("gzip", "x-gzip"):
        raise Unreadable(FeedProblem.NOT_A_CALENDAR)
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    content = unpacker.decompress(body, size + 1)
    if len(content) > size:
        raise Unreadable(FeedProblem.TOO_LARGE)
    if not unpacker.eof:
        raise zlib.error("cut off")
    return content


@contextmanager
def _connected(hop: _Hop) -> Iterator[socket.socket]:
    """Yield a connection to one of the host's addresses that is cut off at the deadline, whatever it is doing then."""
    raw = _connect(hop)
    guard = raw.dup()  # TLS takes the first one over

    def cut_off() -> None:
        with suppress(OSError):  # it has ended by itself
            guard.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(hop.left, cut_off)
    timer.daemon = True
    timer.start()
    try:
        yield raw
    finally:
        timer.cancel()
        guard.close()
        raw.close()


def _connect(hop: _Hop) -> socket.socket:
    """Connect to the first of the host's addresses that answers; none is tried when one of them is not public."""
    addresses = [ipaddress.ip_address(text.partition("%")[0]) for text in hop.reach.resolve(hop.host, hop.port)]
    if not addresses or not all(hop.reach.admits(address) for address in addresses):
        raise Unreadable(FeedProblem.ADDRESS_REFUSED)
    for address in addresses[:-1]:
        with suppress(OSError):
            return socket.create_connection((str(address), hop.port), timeout=hop.left)
    return socket.create_connection((str(addresses[-1]), hop.port), timeout=hop.left)
