"""The local cloud's small courtesies: ports, and data that moves with them."""

import json
import socket

import pytest

from infra.local import cloud, ports
from infra.local import flow as flow_sandbox
from infra.local import mercadopago as mercadopago_sandbox
from infra.local import stack as local_stack


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


@pytest.mark.parametrize(
    ("keys", "left"),
    [({}, ["flow", "mercadopago", "mail"]), ({"FLOW_API_KEY": "k"}, ["mercadopago", "mail"]),
     ({"MERCADOPAGO_ACCESS_TOKEN": "t"}, ["flow", "mail"]), ({"SENDGRID_API_KEY": "k"}, ["flow", "mercadopago"])],
)
def test_a_real_key_takes_the_place_of_its_sandbox_only(tmp_path, keys, left):
    started = []
    try:
        running = local_stack._serve(started, tmp_path, local_stack.Ports(), keys, "http://localhost:8080")
        assert [name for name, server in vars(running).items() if server] == left
        assert len(started) == len(left)
    finally:
        local_stack._stop_all(started)


def test_the_functions_know_the_sandboxes_by_address_and_keys(stack):
    def secret(name):
        found = stack.client("secretsmanager").get_secret_value(SecretId=stack.resources[name])
        return json.loads(found["SecretString"])

    assert secret("FlowSecret") == {"api_key": flow_sandbox.DEFAULT_API_KEY,
                                    "secret_key": flow_sandbox.DEFAULT_SECRET_KEY}
    assert secret("MercadopagoSecret") == {"access_token": mercadopago_sandbox.DEFAULT_ACCESS_TOKEN,
                                           "webhook_secret": mercadopago_sandbox.DEFAULT_WEBHOOK_SECRET}
    described = stack.client("cloudformation").describe_stacks(StackName=f"aremko-{local_stack.STAGE}")["Stacks"][0]
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in described["Parameters"]}
    assert parameters["FlowApiUrl"] == stack.flow.api_url
    assert parameters["MercadopagoApiUrl"] == stack.mercadopago.api_url
