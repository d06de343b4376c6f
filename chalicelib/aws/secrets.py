"""Secrets from Secrets Manager, read once per container."""

import json
from functools import cache

from . import settings
from .clients import client


@cache
def secret(name: str) -> dict[str, str]:
    """Return the JSON secret whose ARN stands in `<NAME>_SECRET_ARN`; one request per container."""
    answer = client("secretsmanager").get_secret_value(SecretId=settings.secret_arn(name))
    values: dict[str, str] = json.loads(answer["SecretString"])
    return values
