"""The site's address on this machine: what DNS and CloudFront's edge add to the distribution of the local cloud.

Listens on 127.0.0.1, passes each request to the distribution by its Host name, tells the viewer's address as CloudFront
does, and compresses text for viewers who accept it, as CloudFront does and the local cloud does not.
"""

import gzip
import http.client
import sys
import threading
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from infra.local.ports import HOST

COMPRESSED = ("text/", "application/json", "application/manifest+json", "application/problem+json", "image/svg+xml")
MINIMUM_BYTES = 1000
TIMEOUT_SECONDS = 35
_NOT_PASSED = {"connection", "content-length", "host", "keep-alive", "transfer-encoding"}


class Front:
    """A running front; `aim` tells it where requests go."""

    def __init__(self, port: int) -> None:
        """Listen on the port, 0 for any free one. Raises OSError when it is taken."""
        self.cloud_port = 0
        self.distribution = ""
        handler = type("Handler", (_Handler,), {"front": self})
        self._server = _Server((HOST, port), handler)
        self.port = int(self._server.server_address[1])
        self.url = f"http://localhost:{self.port}"
        threading.Thread(target=self._server.serve_forever, name="front", daemon=True).start()

    def aim(self, cloud_port: int, distribution_domain: str) -> None:
        """Pass requests on to a distribution of the cloud on that port."""
        self.distribution = distribution_domain.replace(".cloudfront.net", f".cloudfront.localhost:{cloud_port}")
        self.cloud_port = cloud_port

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a viewer who left before the answer, as browsers do all the time."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    front: Front
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _NOT_PASSED}
        headers["CloudFront-Viewer-Address"] = f"{self.client_address[0]}:{self.client_address[1]}"
        try:
            status, answered, content = self._ask(body, headers)
        except (OSError, http.client.HTTPException):
            status, answered, content = 503, [("Content-Type", "text/plain")], b"The local cloud does not answer.\n"
        self._answer(status, answered, content)

    def _ask(self, body: bytes, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(HOST, self.front.cloud_port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(self.command, self.path, body or None, {**headers, "Host": self.front.distribution})
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        names = {name.lower(): value for name, value in headers}
        compress = (len(content) >= MINIMUM_BYTES and names.get("content-type", "").startswith(COMPRESSED)
                    and "content-encoding" not in names and "gzip" in self.headers.get("Accept-Encoding", ""))
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _NOT_PASSED:
                self.send_header(name, value)
        if compress:
            content = _compressed(content)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _pass_on  # noqa: N815

    def log_message(self, *args: Any) -> None:
        """Say nothing: addresses may carry tokens."""


@lru_cache(maxsize=256)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, 6, mtime=0)
