"""Fetching what somebody typed in: whatever the other side does, it ends soon, stays small and stays outside."""

import gzip
import ipaddress
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.feeds.fetch import Bounds, Reach, fetch, is_public, resolve
from chalicelib.feeds.problem import FeedProblem, Unreadable
from tests.feeds import servers
from tests.feeds.servers import here, serving

BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
SMALL = Bounds(seconds=60, size=10_000, redirects=3)
SOON = Bounds(seconds=0.6, size=10_000, redirects=3)


def problem(url: str, reach: Reach | None = None, bounds: Bounds = SMALL) -> FeedProblem:
    with pytest.raises(Unreadable) as refused:
        fetch(url, reach, bounds)
    return refused.value.problem


@pytest.mark.parametrize("behaviour", [servers.good(BODY), servers.packed(BODY), servers.dripping(BODY[:4])])
def test_what_is_there_is_brought(behaviour: servers.Behaviour) -> None:
    with serving(behaviour) as server:
        found = fetch(f"http://calendar.test:{server.port}/a/b.ics?s=1&t=%20", here(), SMALL)
    assert found in (BODY, BODY[:4])
    head = server.requests[0].split("\r\n")
    assert head[0] == "GET /a/b.ics?s=1&t=%20 HTTP/1.1"
    assert f"Host: calendar.test:{server.port}" in head


@pytest.mark.parametrize(("behaviour", "expected"), [
    (servers.status("404 Not Found"), FeedProblem.REFUSED),
    (servers.status("500 Oops"), FeedProblem.REFUSED),
    (servers.status("204 No Content"), FeedProblem.REFUSED),
    (servers.status("302 Found"), FeedProblem.REFUSED),  # to nowhere
    (servers.good(b"x" * 10_001), FeedProblem.TOO_LARGE),
    (servers.endless, FeedProblem.TOO_LARGE),
    (servers.packed(b"\0" * 5_000_000), FeedProblem.TOO_LARGE),
    (servers.packed(gzip.compress(b"\0" * 50_000_000)), FeedProblem.TOO_LARGE),
    (servers.cut_off(BODY), FeedProblem.UNREACHABLE),
    (lambda visit: visit.send(b"SSH-2.0-nothing\r\n"), FeedProblem.UNREACHABLE),
    (lambda visit: None, FeedProblem.UNREACHABLE),
    (lambda visit: visit.send(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500), FeedProblem.UNREACHABLE),
    (lambda visit: visit.answer(gzip.compress(BODY)[:-9], Content_Encoding="gzip"), FeedProblem.UNREACHABLE),
    (lambda visit: visit.answer(BODY, Content_Encoding="gzip"), FeedProblem.UNREACHABLE),
    (lambda visit: visit.answer(BODY, Content_Encoding="br"), FeedProblem.NOT_A_CALENDAR),
])  # fmt: skip
def test_what_can_not_be_read_is_given_up(behaviour: servers.Behaviour, expected: FeedProblem) -> None:
    with serving(behaviour) as server:
        assert problem(f"http://calendar.test:{server.port}/", here()) is expected


@pytest.mark.parametrize("behaviour", [
    servers.silent,
    servers.dripping(b"x" * 1000),
    servers.dripping(b"x" * 1000, before=b"HTTP/1.1 200 OK\r\nX-Slow: "),
    servers.dripping(b"x" * 1000, before=b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
    servers.dripping(b"HTTP/1.1 100 Continue\r\n\r\n" * 50, before=b""),
])  # fmt: skip
def test_who_takes_for_ever_is_given_up_soon(behaviour: servers.Behaviour) -> None:
    """Each of them would go on for fifty seconds."""
    begun = time.monotonic()
    with serving(behaviour) as server:
        assert problem(f"http://calendar.test:{server.port}/", here(), SOON) is FeedProblem.TOO_SLOW
    assert time.monotonic() - begun < 20


def test_it_follows_where_it_is_sent_but_not_for_ever() -> None:
    def pages(visit: servers.Visit) -> None:
        {"/": servers.sent_on("/next"), "/next": servers.sent_on("there.ics"), "/there.ics": servers.good(BODY),
         }.get(visit.path, servers.sent_on("/loop"))(visit)  # fmt: skip

    with serving(pages) as server:
        assert fetch(f"http://calendar.test:{server.port}/", here(), SMALL) == BODY
        assert problem(f"http://calendar.test:{server.port}/loop", here()) is FeedProblem.TOO_MANY_REDIRECTS
        assert len(server.requests) == 3 + 4


@pytest.mark.parametrize("location", [
    "http://inside.test/", "https://inside.test/", "http://10.0.0.1/", "http://[::1]/", "ftp://calendar.test/x",
    "file:///etc/passwd", "gopher://calendar.test/", "//inside.test/", "http://u:p@calendar.test/",
    "http://a:b:c/", "http://calendar.test:99999/", "http://169.254.169.254/latest/meta-data/"])  # fmt: skip
def test_a_redirect_is_checked_like_the_first_address(location: str) -> None:
    def outside_only(address: object) -> bool:
        return str(address) == "127.0.0.1"  # stands for the internet; all else is private

    reach = here(admits=outside_only, inside_test=["10.0.0.1"])
    with serving(servers.sent_on(location)) as server:
        assert problem(f"http://calendar.test:{server.port}/", reach) is FeedProblem.ADDRESS_REFUSED
        assert len(server.requests) == 1


@pytest.mark.parametrize("url", [
    "http://calendar.example/x.ics", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0/",
    "https://2130706433/", "https://0x7f.1/", "https://169.254.169.254/latest/meta-data/", "https://10.1.2.3/",
    "https://192.168.0.1/", "https://100.64.0.1/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/", "https://224.0.0.1/", "https://calendar.example:8443/",
    "https://user@calendar.example/", "https:///x", "", "x", "https://" + "a" * 64 + ".example/"])  # fmt: skip
def test_as_it_comes_it_goes_nowhere_but_to_the_public_internet_by_https(url: str) -> None:
    assert problem(url) is FeedProblem.ADDRESS_REFUSED


@pytest.mark.parametrize("addresses", [["127.0.0.1", "10.0.0.1"], ["10.0.0.1", "127.0.0.1"], ["::1", "127.0.0.1"], []])
def test_one_private_address_among_a_hosts_is_enough_to_refuse_it(addresses: list[str]) -> None:
    reach = here(admits=lambda address: str(address) == "127.0.0.1", calendar_test=addresses)
    with serving(servers.good(BODY)) as server:
        assert problem(f"http://calendar.test:{server.port}/", reach) is FeedProblem.ADDRESS_REFUSED
    assert server.requests == []


def test_a_name_server_is_asked_once_so_that_a_second_answer_leads_nowhere() -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    reach = Reach(schemes=("http",), ports=servers.Anything(), admits=lambda address: address.is_loopback,
                  resolve=rebinding)
    with serving(servers.good(BODY)) as server:
        assert fetch(f"http://calendar.test:{server.port}/", reach, SMALL) == BODY
    assert asked == ["calendar.test"]


def test_a_host_that_is_down_at_one_address_is_found_at_the_next() -> None:
    with serving(servers.good(BODY)) as server:
        reach = here(calendar_test=["127.0.0.2", "127.0.0.1"])
        assert fetch(f"http://calendar.test:{server.port}/", reach, SMALL) == BODY


def test_a_name_that_nobody_knows_is_unreachable() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    assert problem("https://calendar.example/", Reach(resolve=unknown)) is FeedProblem.UNREACHABLE


def test_the_resolver_of_this_machine_is_the_one_that_is_asked() -> None:
    assert resolve("127.0.0.1", 443) == ["127.0.0.1"]


@given(st.ip_addresses())
def test_no_address_inside_counts_as_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    inside = [ipaddress.ip_network(text) for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "224.0.0.0/3", "::/8", "64:ff9b::/96", "2002::/16", "2001::/32", "fc00::/7", "fe80::/10", "ff00::/8")]
    if any(address in network for network in inside if network.version == address.version):
        assert not is_public(address)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of calendar.test, signed by itself, with its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("calendar.test")]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256()))
    path = tmp_path_factory.mktemp("tls") / "calendar.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return path


def test_the_certificate_must_be_trusted_and_name_the_host_though_we_connect_to_an_address(certificate: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    names: list[str | None] = []
    tls.sni_callback = lambda _, name, __: names.append(name)  # type: ignore[assignment]
    known = Reach(schemes=("https",), ports=servers.Anything(), admits=lambda address: address.is_loopback,
                  resolve=lambda *_: ["127.0.0.1"], trust=lambda: ssl.create_default_context(cafile=str(certificate)))
    stranger = Reach(schemes=("https",), ports=servers.Anything(), admits=known.admits, resolve=known.resolve)
    with serving(servers.good(BODY), tls=tls) as server:
        assert fetch(f"https://calendar.test:{server.port}/", known, SMALL) == BODY
        assert problem(f"https://other.test:{server.port}/", known) is FeedProblem.UNREACHABLE
        assert problem(f"https://calendar.test:{server.port}/", stranger) is FeedProblem.UNREACHABLE
    assert names == ["calendar.test", "other.test", "calendar.test"]
    assert len(server.requests) == 1


def test_tls_that_drips_is_cut_off_too(certificate: Path) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    known = Reach(schemes=("https", "http"), ports=servers.Anything(), admits=lambda address: address.is_loopback,
                  resolve=lambda *_: ["127.0.0.1"], trust=lambda: ssl.create_default_context(cafile=str(certificate)))
    with serving(servers.dripping(b"x" * 1000), tls=tls) as server:
        assert problem(f"https://calendar.test:{server.port}/", known, SOON) is FeedProblem.TOO_SLOW
    with serving(servers.silent) as server:  # no handshake at all
        assert problem(f"https://calendar.test:{server.port}/", known, SOON) is FeedProblem.TOO_SLOW
