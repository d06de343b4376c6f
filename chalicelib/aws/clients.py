"""Botocore clients, one per service and container; every call has a time-out and bounded retries."""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

CONNECT_SECONDS = 2
READ_SECONDS = 5


@cache
def client(service: str) -> Any:
    """Return the container's client for an AWS service."""
    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS,
                    retries={"mode": "standard", "total_max_attempts": 3}, parameter_validation=False)
    return botocore.session.get_session().create_client(service, config=config)
