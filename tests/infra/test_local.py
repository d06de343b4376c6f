"""The local cloud's small courtesies: ports, and data that moves with them."""

import socket

import pytest

from infra.local import cloud, ports


def test_a_busy_port_is_named_with_the_way_out(monkeypatch):
    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setenv("SITE_PORT", str(taken))
        with pytest.raises(ports.PortTaken) as refusal:
            ports.chosen("SITE_PORT", 8080)
    assert str(refusal.value) == (f"Port {taken} is in use by another program. Choose another one: "
                                  f"make run SITE_PORT={taken + 1000}")


def test_saved_data_goes_on_at_another_port(tmp_path):
    saved = tmp_path / "sqs.json"
    cloud._move(tmp_path, 4566)
    saved.write_text('{"http://localhost:4566/000000000000/notifications": 1}')
    cloud._move(tmp_path, 4566)
    assert saved.read_text() == '{"http://localhost:4566/000000000000/notifications": 1}'
    cloud._move(tmp_path, 5566)
    assert saved.read_text() == '{"http://localhost:5566/000000000000/notifications": 1}'


def test_the_front_says_when_the_cloud_is_away():
    import requests

    from infra.local.front import Front

    front = Front(0)
    try:
        answer = requests.get(front.url + "/", timeout=10)
        assert (answer.status_code, answer.text) == (503, "The local cloud does not answer.\n")
    finally:
        front.stop()
