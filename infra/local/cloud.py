"""The embedded local cloud as a child process: MiniStack on 127.0.0.1, with IAM enforced.

Its environment is made here from nothing, because MiniStack hands its own on to the functions it runs: what a function
has locally is what the template gives it.
"""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import requests
from botocore.config import Config

from infra.local.ports import HOST, free_port
from infra.paths import ROOT

REGION = "sa-east-1"
ACCOUNT = "000000000000"
ROOT_KEY, ROOT_SECRET = "test", "test"
SERVICES = ("apigateway", "cloudformation", "cloudfront", "cloudtrail", "cognito-idp", "dynamodb",
            "dynamodbstreams", "events", "iam", "lambda", "logs", "monitoring", "s3", "scheduler", "secretsmanager",
            "sns", "sqs", "sts")
DEFAULT_PORT = 4566
START_SECONDS = 60
STOP_SECONDS = 30


class CloudFailed(RuntimeError):
    """The local cloud did not start; the message holds the end of its log."""


@dataclass
class Cloud:
    """A running MiniStack."""

    port: int
    log: Path
    _process: subprocess.Popen[bytes]
    _keeps_state: bool

    @classmethod
    def start(cls, directory: Path, *, port: int | None = None, keep_state: bool = False,
              record_calls: bool = False) -> "Cloud":
        """Start it with its files in `directory` and wait until it answers.

        `keep_state` saves everything at the end and loads it at the start; `record_calls` remembers each API call.
        Raises CloudFailed.
        """
        port = port or free_port()
        directory.mkdir(parents=True, exist_ok=True)
        scratch = directory / "scratch"
        shutil.rmtree(scratch, ignore_errors=True)  # each run unpacks every function anew, 300 MB of them
        scratch.mkdir()
        if keep_state:
            _move(directory / "state", port)
        log = directory / "cloud.log"
        environment = {
            "PATH": os.environ.get("PATH", ""), "HOME": str(scratch), "TMPDIR": str(scratch), "LANG": "C.UTF-8",
            "GATEWAY_PORT": str(port), "BIND_HOST": HOST, "IOT_MTLS_ENABLED": "false", "AUTH": "true",
            "SERVICES": ",".join(SERVICES), "MINISTACK_REGION": REGION, "LOG_LEVEL": "WARNING",
            "PERSIST_STATE": "1" if keep_state else "0", "S3_PERSIST": "1" if keep_state else "0",
            "STATE_DIR": str(directory / "state"), "S3_DATA_DIR": str(directory / "s3"),
            "CLOUDTRAIL_RECORDING": "1" if record_calls else "0", "CLOUDTRAIL_MAX_EVENTS": "200000",
        }
        with log.open("wb") as output:
            program = ROOT / ".venv-cloud" / "bin" / "ministack"
            process = subprocess.Popen([str(program)], env=environment, stdout=output, stderr=subprocess.STDOUT,
                                       stdin=subprocess.DEVNULL, cwd=scratch, start_new_session=True)
        cloud = cls(port, log, process, keep_state)
        cloud._wait_until_it_answers()
        return cloud

    @property
    def endpoint(self) -> str:
        """The address of every AWS service in it."""
        return f"http://{HOST}:{self.port}"

    def client(self, service: str, **config: Any) -> Any:
        """Return a botocore client with root's keys."""
        session = botocore.session.get_session()
        return session.create_client(service, region_name=REGION, endpoint_url=self.endpoint,
                                     aws_access_key_id=ROOT_KEY, aws_secret_access_key=ROOT_SECRET,
                                     config=Config(max_pool_connections=64, **config))

    def stop(self) -> None:
        """Stop it and the functions it runs, letting it save first what is kept: it takes its time to say goodbye."""
        if self._keeps_state and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
        _end_group(self._process.pid)
        self._process.wait()
        shutil.rmtree(self.log.parent / "scratch", ignore_errors=True)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if requests.get(f"{self.endpoint}/_ministack/health", timeout=2).ok:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        self.stop()
        end = "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise CloudFailed(f"The local cloud did not start on port {self.port}. The end of {self.log}:\n{end}")


def settings(cloud: Cloud) -> Mapping[str, str]:
    """Return what an AWS client or command line needs in its environment to talk to the local cloud."""
    return {"AWS_ENDPOINT_URL": cloud.endpoint, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ROOT_KEY, "AWS_SECRET_ACCESS_KEY": ROOT_SECRET}


def reach_local() -> None:
    """Point this process's AWS clients at the local cloud, unless its environment already does."""
    endpoint = f"http://{HOST}:{os.environ.get('CLOUD_PORT', DEFAULT_PORT)}"
    for name, value in {"AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": ROOT_KEY,
                        "AWS_SECRET_ACCESS_KEY": ROOT_SECRET}.items():
        os.environ.setdefault(name, value)


def _move(state: Path, port: int) -> None:
    """Let what was saved go on at another port: queues are known there by their address."""
    state.mkdir(exist_ok=True)
    remembered = state / "port"
    before = remembered.read_text() if remembered.exists() else str(port)
    old, new = f"http://localhost:{before}/", f"http://localhost:{port}/"
    for saved in state.glob("*.json") if old != new else ():
        saved.write_text(saved.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    remembered.write_text(str(port))


def _end_group(group: int) -> None:
    """End what is left of the cloud's own process group, such as functions in the middle of a call."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
