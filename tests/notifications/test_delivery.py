"""SendGrid's Event Webhook: only what it signed, only what is fresh, and never more than we can read."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.errors import Malformed, Unauthenticated
from chalicelib.notifications.delivery import MAX_BYTES, MAX_EVENTS, deliveries, verify
from chalicelib.notifications.model import RANKS, Delivery, most_final

# SendGrid's own test vector: test/unit/test_eventwebhook.py of its Python package (PROVIDERS.md §C.3).
KEY = ("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpigl"
       "SI8eNEc6wEA3F+g==")
OTHER_KEY = ("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqTxd43gyp8IOEto2LdIfjRQrIbsd4SXZkLW6jDutdhXSJCWHw8REntlo7aNDthvj+y7"
             "GjUuFDb/R1NGe1OPzpA==")
SIGNATURE = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM="
OTHER_SIGNATURE = "MEUCIQCtIHJeH93Y+qpYeWrySphQgpNGNr/U+UyUlBkU6n7RAwIgJTz2C+8a8xonZGi6BpSzoQsbVRamr2nlxFDWYNH3j/0="
TIMESTAMP = "1600112502"
PAYLOAD = (json.dumps([{
    "email": "hello@world.com", "event": "dropped", "reason": "Bounced Address",
    "sg_event_id": "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
    "sg_message_id": "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
    "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>", "timestamp": 1600112492,
}], sort_keys=True, separators=(",", ":")) + "\r\n").encode()
THEN = datetime.fromtimestamp(int(TIMESTAMP), UTC)


def _verify(**changes: Any) -> None:
    wanted = {"raw": PAYLOAD, "signature": SIGNATURE, "timestamp": TIMESTAMP, "public_key": KEY, "now": THEN, **changes}
    verify(wanted.pop("raw"), **wanted)


def test_sendgrids_own_vector_is_accepted() -> None:
    _verify()


@pytest.mark.parametrize("change", [
    {"public_key": OTHER_KEY},
    {"raw": b"payload"},
    {"raw": PAYLOAD.strip()},
    {"raw": json.dumps(json.loads(PAYLOAD)).encode()},
    {"signature": OTHER_SIGNATURE},
    {"timestamp": "1600112503"},
    {"timestamp": ""},
    {"signature": ""},
    {"signature": "not base64!"},
    {"signature": base64.b64encode(b"no DER").decode()},
    {"signature": "é"},
    {"public_key": ""},
    {"public_key": "AAAA"},
])
def test_anything_else_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated) as refusal:
        _verify(**change)
    assert refusal.value.code == "signature_invalid"


@pytest.mark.parametrize(("age", "accepted"), [
    (timedelta(0), True), (timedelta(hours=24), True), (timedelta(hours=25, seconds=1), False),
    (-timedelta(minutes=5), True), (-timedelta(minutes=5, seconds=1), False),
])
def test_a_notice_is_good_for_as_long_as_sendgrid_repeats_it(age: timedelta, accepted: bool) -> None:
    if accepted:
        _verify(now=THEN + age)
    else:
        with pytest.raises(Unauthenticated, match="signature_stale"):
            _verify(now=THEN + age)


def test_a_signed_timestamp_must_be_a_number() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    spki = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    for stamp in ("²³", "-5", "1e9", "soon"):
        signature = base64.b64encode(key.sign(stamp.encode() + b"[]", ec.ECDSA(SHA256()))).decode()
        with pytest.raises(Unauthenticated, match="signature_stale"):
            verify(b"[]", signature=signature, timestamp=stamp, public_key=base64.b64encode(spki).decode(), now=THEN)


def _event(**changes: Any) -> dict[str, Any]:
    return {"event": "delivered", "mail": "fct_1", "timestamp": 1600112492, "email": "a@b.cl", **changes}


def test_only_delivery_events_of_our_own_mails_count() -> None:
    events = [_event(), _event(event="open"), _event(mail=None), _event(mail=""), _event(mail="x" * 101),
              _event(mail=7), _event(timestamp="soon"), _event(timestamp=True), _event(timestamp=-1),
              _event(timestamp=10**20), _event(event=["delivered"]), {}]
    assert deliveries(json.dumps(events).encode()) == [Delivery("fct_1", "delivered", 1600112492)]


@pytest.mark.parametrize("raw", [b"", b"{}", b"null", b"[1]", b'["a"]', b"[[]]", b"\xff", b"[" * 100_000,
                                 b'{"event":"delivered"}', b"[]" + b" " * MAX_BYTES,
                                 json.dumps([{}] * (MAX_EVENTS + 1)).encode()])
def test_what_is_no_bounded_list_of_events_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        deliveries(raw)


EVENTS = st.builds(Delivery, st.sampled_from("ab"), st.sampled_from(sorted(RANKS)), st.integers(0, 9))


@given(st.lists(EVENTS), st.randoms())
def test_the_order_and_repetition_of_events_never_change_where_a_mail_ends(said: list[Delivery], random: Any) -> None:
    shuffled = [*said, *said]
    random.shuffle(shuffled)
    assert sorted(most_final(shuffled), key=str) == sorted(most_final(said), key=str)
