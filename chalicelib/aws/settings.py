"""What the template tells a function through its environment."""

import os


class MissingSetting(RuntimeError):
    """The template forgot an environment variable: a fault of the deployment, not of a request."""


def _required(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise MissingSetting(f"environment variable {name} is not set")
    return value


def table(area: str) -> str:
    """Return the name of an area's table (`ORDERS_TABLE` for "orders")."""
    return _required(f"{area.upper()}_TABLE")


def queue_url(queue: str) -> str:
    """Return the URL of a queue (`PAYMENT_SIGNALS_QUEUE_URL` for "payment-signals")."""
    return _required(f"{queue.upper().replace('-', '_')}_QUEUE_URL")


def bucket(name: str) -> str:
    """Return the name of a bucket (`PRINTS_BUCKET` for "prints")."""
    return _required(f"{name.upper()}_BUCKET")


def secret_arn(name: str) -> str:
    """Return the ARN of a secret (`FLOW_SECRET_ARN` for "flow")."""
    return _required(f"{name.upper()}_SECRET_ARN")


def url(name: str) -> str:
    """Return a base URL such as `SITE_URL`, without a trailing slash."""
    return _required(name).rstrip("/")


def text(name: str, default: str = "") -> str:
    """Return any other setting."""
    return os.environ.get(name, default)


def stage() -> str:
    """Return the stage's name: `local`, `dev` or `prod`."""
    return os.environ.get("STAGE", "local")
