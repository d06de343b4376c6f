"""The mail sandbox behaves as SendGrid's documents say (PROVIDERS.md §C), seen from outside, over HTTP."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from chalicelib.core.clock import SystemClock
from chalicelib.notifications.delivery import verify
from infra.local.mail import Server, public_key, serve

KEY = "SG.a-key-for-tests"
QUICK = {"api_key": KEY, "batch_seconds": 0.05, "delivered_after_seconds": 0.0, "retry_seconds": 0.1}


def a_mail(**changes: Any) -> dict[str, Any]:
    return {"personalizations": [{"to": [{"email": "ana@correo.cl", "name": "Ana Soto"}]}],
            "from": {"email": "reservas@aremko.test", "name": "Aremko"}, "subject": "Tu reserva <b>ñandú</b>",
            "content": [{"type": "text/plain", "value": "Hola, mira https://aremko.test/reserva/#x"},
                        {"type": "text/html", "value": "<html><head></head><body><p>Hola</p></body></html>"}],
            "attachments": [{"content": base64.b64encode(b"BEGIN:VCALENDAR").decode(), "filename": "a.ics",
                             "type": "application/ics", "disposition": "attachment"}],
            "custom_args": {"mail": "fct_1"}, "categories": ["order_confirmed"], **changes}


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Server]:
    server = serve(0, tmp_path, settings=QUICK)
    yield server
    server.stop()


def send(sandbox: Server, body: Any = None, *, key: str = KEY, **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    content = json.dumps(a_mail() if body is None else body)
    return requests.post(f"{sandbox.url}/v3/mail/send", content.encode(), headers=headers, timeout=5, **more)


class Site(HTTPServer):
    """A site that notes what the webhook is told and answers as the test wants."""

    def __init__(self) -> None:
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        super().__init__(("127.0.0.1", 0), _Hook)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def events(self) -> list[dict[str, Any]]:
        return [event for _, body in self.told for event in json.loads(body)]


class _Hook(BaseHTTPRequestHandler):
    server: Site

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.server.told.append(({"path": self.path, **dict(self.headers)}, body))
        self.send_response(status)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def site(sandbox: Server) -> Iterator[Site]:
    site = Site()
    sandbox.events.pace.site_url = f"http://aremko.localhost:{site.server_port}"
    yield site
    site.shutdown()
    site.server_close()


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


def test_an_accepted_mail_gets_202_an_id_and_a_place_in_the_inbox(sandbox: Server) -> None:
    answer = send(sandbox)
    assert (answer.status_code, answer.content) == (202, b"")
    (kept,) = sandbox.messages()
    assert kept["id"] == answer.headers["X-Message-Id"]
    assert kept["mail"] == a_mail()
    assert requests.get(f"{sandbox.url}/_sandbox/messages", timeout=5).json()["messages"] == sandbox.messages()


@pytest.mark.parametrize(("change", "field"), [
    ({"from": {}}, "from.email"), ({"from": {"email": "reservas@ñandú.cl"}}, "from.email"),
    ({"subject": ""}, "subject"),
    ({"personalizations": []}, "personalizations"), ({"personalizations": [{"to": []}]}, "personalizations.0.to"),
    ({"personalizations": [{"to": [{"email": "nobody"}]}]}, "personalizations.0.to.0.email"),
    ({"personalizations": [{"to": [{"email": "a@b.cl"}, {"email": "A@b.cl"}]}]}, "personalizations"),
    ({"content": []}, "content"), ({"content": [{"type": "text/plain", "value": ""}]}, "content.0.value"),
    ({"content": [{"type": "text/html", "value": "x"}, {"type": "text/plain", "value": "x"}]}, "content"),
    ({"attachments": [{"content": "%%%", "filename": "a"}]}, "attachments.0.content"),
    ({"attachments": [{"content": "QQ==", "filename": "a", "type": "text/calendar; charset=utf-8"}]},
     "attachments.0.type"),
    ({"custom_args": {"mail": 7}}, "custom_args"), ({"categories": ["a", "a"]}, "categories"),
])
def test_a_wrong_mail_gets_400_and_the_field(sandbox: Server, change: dict[str, Any], field: str) -> None:
    answer = send(sandbox, a_mail(**change))
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field
    assert sandbox.messages() == []


def test_what_is_no_json_or_not_ours_is_refused(sandbox: Server) -> None:
    assert send(sandbox, key="SG.wrong").status_code == 401
    assert send(sandbox, []).status_code == 400
    plain = {"Authorization": f"Bearer {KEY}", "Content-Type": "text/plain"}
    assert requests.post(f"{sandbox.url}/v3/mail/send", b"{}", headers=plain, timeout=5).status_code == 415
    assert requests.get(f"{sandbox.url}/v3/mail/send", timeout=5).status_code == 405
    assert sandbox.messages() == []


def test_sendgrids_own_sandbox_mode_validates_and_keeps_nothing(sandbox: Server) -> None:
    assert send(sandbox, a_mail(mail_settings={"sandbox_mode": {"enable": True}})).status_code == 200
    assert sandbox.messages() == []


@pytest.mark.parametrize(("kind", "status", "kept"), [
    ("too_many", 429, 0), ("error", 500, 0), ("unavailable", 503, 0), ("garbage", 200, 0), ("error_after", 500, 1)])
def test_it_misbehaves_once_on_demand(sandbox: Server, kind: str, status: int, kept: int) -> None:
    sandbox.fault(kind)
    answer = send(sandbox)
    assert (answer.status_code, len(sandbox.messages())) == (status, kept)
    if kind == "too_many":
        assert {"X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"} <= set(answer.headers)
    assert send(sandbox).status_code == 202


@pytest.mark.parametrize(("kind", "kept"), [("timeout_before", 0), ("timeout_after", 1)])
def test_a_time_out_is_silence_and_then_a_cut_connection(sandbox: Server, kind: str, kept: int) -> None:
    sandbox.fault(kind, seconds=0.2)
    with pytest.raises(requests.RequestException):
        send(sandbox)
    assert len(sandbox.messages()) == kept


def test_faults_are_armed_over_http_too(sandbox: Server) -> None:
    faults = f"{sandbox.url}/_sandbox/faults"
    assert requests.post(faults, json={"kind": "error", "times": 2}, timeout=5).status_code == 201
    assert requests.post(faults, json={"kind": "earthquake"}, timeout=5).status_code == 400
    assert [send(sandbox).status_code for _ in range(3)] == [500, 500, 202]


def test_events_are_signed_batched_repeated_and_carry_our_id(sandbox: Server, site: Site, tmp_path: Path) -> None:
    message_id = send(sandbox).headers["X-Message-Id"]
    until(lambda: len(site.events()) >= 4)
    headers, body = site.told[0]
    assert headers["path"] == "/api/webhooks/sendgrid"
    assert headers["Host"].startswith("aremko.localhost:")
    verify(body, signature=headers["X-Twilio-Email-Event-Webhook-Signature"],
           timestamp=headers["X-Twilio-Email-Event-Webhook-Timestamp"], public_key=public_key(tmp_path),
           now=SystemClock().now())
    events = site.events()
    assert sorted(event["event"] for event in events) == ["delivered", "delivered", "processed", "processed"]
    assert {event["mail"] for event in events} == {"fct_1"}
    assert len({event["sg_event_id"] for event in events}) == 2
    assert all(event["sg_message_id"].startswith(message_id) for event in events)


def test_events_are_repeated_until_the_site_takes_them(sandbox: Server, site: Site) -> None:
    sandbox.events.pace.copies = 1
    site.answers = [500, 401]
    send(sandbox)
    until(lambda: [event["state"] for event in sandbox.messages()[0]["events"]] == ["posted", "posted"])
    assert len(site.told) >= 3


@pytest.mark.parametrize(("kind", "events"), [
    ("bounce", ["processed", "bounce"]), ("dropped", ["dropped"]), ("drop_events", [])])
def test_events_can_go_wrong_on_demand(sandbox: Server, kind: str, events: list[str]) -> None:
    sandbox.fault(kind)
    send(sandbox)
    assert [event["event"] for event in sandbox.messages()[0]["events"]] == events


def test_mails_events_and_key_survive_a_restart(tmp_path: Path) -> None:
    first = serve(0, tmp_path, settings=QUICK)
    send(first)
    first.stop()
    second = serve(0, tmp_path, settings=QUICK)
    try:
        assert second.public_key == first.public_key == public_key(tmp_path)
        assert len(second.messages()) == 1
        site = Site()
        second.events.pace.site_url = f"http://127.0.0.1:{site.server_port}"
        until(lambda: len(site.events()) >= 4)
        site.shutdown()
        site.server_close()
    finally:
        second.stop()


def test_the_inbox_shows_the_mail_without_letting_it_out_of_its_frame(sandbox: Server) -> None:
    id = send(sandbox).headers["X-Message-Id"]
    inbox = requests.get(sandbox.url, timeout=5).text
    assert f'href="/mensaje/{id}"' in inbox
    assert "&lt;b&gt;ñandú&lt;/b&gt;" in inbox
    page = requests.get(f"{sandbox.url}/mensaje/{id}", timeout=5).text
    assert "sandbox=" in page
    assert '<a href="https://aremko.test/reserva/#x"' in page
    framed = requests.get(f"{sandbox.url}/mensaje/{id}/html", timeout=5)
    assert "default-src 'none'" in framed.headers["Content-Security-Policy"]
    assert "img-src data: http://localhost:* http://127.0.0.1:*;" in framed.headers["Content-Security-Policy"]
    assert "allow-scripts" not in framed.headers["Content-Security-Policy"]
    assert "<p>Hola</p>" in framed.text
    file = requests.get(f"{sandbox.url}/mensaje/{id}/adjunto/0", timeout=5)
    assert file.content == b"BEGIN:VCALENDAR"
    assert 'filename=a.ics' in file.headers["Content-Disposition"]
    assert requests.get(f"{sandbox.url}/mensaje/none", timeout=5).status_code == 404
    assert requests.get(f"{sandbox.url}/mensaje/{id}/adjunto/1", timeout=5).status_code == 404
