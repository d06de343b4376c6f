"""Which gateway a payment method means. Each adapter is imported when first asked for: `requests` is slow to
load.
"""

from functools import cache

from ..core.errors import Invalid
from .gateway import Gateway

METHODS = ("flow",)


@cache
def gateway(method: str) -> Gateway:
    """Return the container's gateway for a payment method. Raises Invalid("payment_method_unknown")."""
    if method not in METHODS:
        raise Invalid("payment_method_unknown")
    from .flow import flow_gateway

    return flow_gateway()
