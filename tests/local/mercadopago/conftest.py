"""A sandbox with a clock of its own, and a merchant whom it tells what happens."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from infra.local.mercadopago import Server, serve
from tests.local.mercadopago.merchant import START, Heard, Merchant, Time, create


@pytest.fixture(scope="module")
def merchant() -> Iterator[Merchant]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            parts = urlsplit(self.path)
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found.heard.append(Heard(parts.path, dict(parse_qsl(parts.query)), body, headers))
            self.send_response(found.answers.pop(0) if found.answers else 200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found = Merchant(f"http://aremko.localhost:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def time() -> Time:
    return Time()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, time: Time) -> Iterator[Server]:
    settings = {"now": time, "localhost": True, "retry_seconds": (0.05, 0.05)}
    server = serve(0, Path(tmp_path_factory.mktemp("mercadopago")), settings=settings)
    yield server
    server.stop()


@pytest.fixture
def mp(running: Server, merchant: Merchant, time: Time) -> Iterator[Server]:
    running.clear()
    merchant.heard.clear()
    merchant.answers.clear()
    time.at = START
    yield running
    running.settle()


@pytest.fixture
def preference(mp: Server, merchant: Merchant) -> str:
    return str(create(mp, merchant)[1]["id"])
