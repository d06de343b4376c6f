"""The template's tables on an emulator of our own: for everything that needs DynamoDB but no API."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import botocore.session

from infra import cfn
from infra.paths import ROOT

REGION = "sa-east-1"


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def emulator(state: Path) -> Iterator[str]:
    """Run DynamoDB and SQS on a free port of this machine and yield their address."""
    port = free_port()
    env = {**os.environ, "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "false",
           "SERVICES": "dynamodb,sqs,secretsmanager,sts,iam", "PERSIST_STATE": "0", "LOG_LEVEL": "WARNING",
           "STATE_DIR": str(state), "MINISTACK_REGION": REGION}
    log = (state / "emulator.log").open("w")
    program = [ROOT / ".venv-cloud/bin/uvicorn", "ministack.app:app", "--host", "127.0.0.1", "--port", str(port),
               "--http", "httptools", "--loop", "asyncio", "--no-access-log", "--log-level", "warning"]
    process = subprocess.Popen(program, env=env, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield address
    finally:
        process.kill()  # nothing of it is kept, and with a million orders it takes its time to say goodbye
        process.wait()


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(address + "/_ministack/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the emulator did not start")


def create(address: str) -> dict[str, str]:
    """Create every table and queue of the template; return the environment that names them."""
    session = botocore.session.get_session()
    dynamodb, sqs, secrets = (session.create_client(service, endpoint_url=address, region_name=REGION)
                              for service in ("dynamodb", "sqs", "secretsmanager"))
    environment = {"AWS_ENDPOINT_URL": address, "STAGE": "test", "SITE_URL": "http://site.test",
                   "PRINTS_BUCKET": "test-prints"}
    for name, table in cfn.read(ROOT / "infra/template/tables.yaml")["Resources"].items():
        area = name.removesuffix("Table").lower()
        dynamodb.create_table(TableName=f"test-{area}", BillingMode="PAY_PER_REQUEST", **_shape(table["Properties"]))
        environment[f"{area.upper()}_TABLE"] = f"test-{area}"
    for queue in ("payment-signals", "notifications", "refunds", "waitlist", "giftcards", "giftcard-prints"):
        url = sqs.create_queue(QueueName=f"test-{queue}")["QueueUrl"]
        environment[f"{queue.upper().replace('-', '_')}_QUEUE_URL"] = url
    for secret, value in SECRETS.items():
        arn = secrets.create_secret(Name=f"test-{secret}", SecretString=value)["ARN"]
        environment[f"{secret.upper()}_SECRET_ARN"] = arn
    return environment


SECRETS = {"signing": '{"key": "a-key-for-tests"}', "flow": '{"api_key": "k", "secret_key": "s"}',
           "mercadopago": '{"access_token": "t", "webhook_secret": "test-webhook-secret"}',
           "sendgrid": '{"api_key": "k", "webhook_public_key": ""}', "giftcards": '{"key": "a-key-for-cards"}'}


def _shape(properties: dict[str, Any]) -> dict[str, Any]:
    shape = {key: properties[key] for key in ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
             if key in properties}
    if "StreamSpecification" in properties:
        shape["StreamSpecification"] = {"StreamEnabled": True, **properties["StreamSpecification"]}
    return shape
