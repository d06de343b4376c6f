"""Private files: put under a signature, tried again only when S3 has a bad moment, handed out for minutes."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.aws import files
from chalicelib.core.errors import Retryable, Terminal

Heard = list[tuple[str, str, bytes]]


class _S3(HTTPServer):
    """A bucket that answers as it is told, and remembers (path, authorization, body)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answers: list[int] = []
        self.heard: Heard = []


class _Answer(BaseHTTPRequestHandler):
    server: _S3

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, self.headers["Authorization"], body))
        self.send_response(self.server.answers.pop(0))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *said: object) -> None:
        pass


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[_S3]:
    server = _S3()
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("PRINTS_BUCKET", "our-prints")
    yield server
    server.shutdown()
    server.server_close()


def put() -> None:
    files.put("prints", "cards/gft_1/1-print.pdf", b"%PDF", "application/pdf")


def test_a_file_is_put_once_and_signed(s3: _S3) -> None:
    s3.answers = [200]
    put()
    [(path, signed, body)] = s3.heard
    assert (path, body) == ("/our-prints/cards/gft_1/1-print.pdf", b"%PDF")
    assert signed.startswith("AWS4-HMAC-SHA256 Credential=test/")
    assert "/sa-east-1/s3/aws4_request" in signed


def test_a_bad_moment_is_tried_again(s3: _S3) -> None:
    s3.answers = [503, 500, 200]
    put()
    assert len(s3.heard) == 3


def test_after_three_bad_moments_somebody_else_tries_later(s3: _S3) -> None:
    s3.answers = [503, 503, 503]
    with pytest.raises(Retryable) as refused:
        put()
    assert (refused.value.code, len(s3.heard)) == ("busy", 3)


def test_a_no_is_not_asked_again(s3: _S3) -> None:
    s3.answers = [403]
    with pytest.raises(Terminal) as refused:
        put()
    assert (refused.value.code, len(s3.heard)) == ("file_refused", 1)


def test_a_bucket_that_is_not_there_to_answer_is_a_bad_moment(s3: _S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(Retryable):
        put()
    assert s3.heard == []


def test_a_link_leads_to_the_buckets_own_host_and_says_how_long_it_is_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.setenv("PRINTS_BUCKET", "our-prints")
    address = urlsplit(files.link("prints", "cards/gft_1/1-phone.pdf", name="Ñandú & co.pdf", seconds=300, shown=True))
    assert (address.scheme, address.netloc) == ("https", "our-prints.s3.sa-east-1.amazonaws.com")
    assert address.path == "/cards/gft_1/1-phone.pdf"
    said = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert said["response-content-disposition"] == "inline; filename*=UTF-8''%C3%91and%C3%BA%20%26%20co.pdf"
    assert said["response-cache-control"] == "private, no-store"
    assert (said["X-Amz-Expires"], said["X-Amz-Algorithm"]) == ("300", "AWS4-HMAC-SHA256")
    assert len(said["X-Amz-Signature"]) == 64
