"""Which gateway a payment method means. Each adapter is imported when first asked for: `requests` is slow to load."""

from functools import cache
from typing import TYPE_CHECKING

from ..core.errors import Invalid

if TYPE_CHECKING:  # a cart only names the methods
    from .gateway import Gateway

METHODS = ("flow", "mercadopago", "transfer")


@cache
def gateway(method: str) -> "Gateway":
    """Return the container's gateway for a payment method. Raises Invalid("payment_method_unknown")."""
    if method == "flow":
        from .flow import flow_gateway

        return flow_gateway()
    if method == "mercadopago":
        from .mercadopago import mercadopago_gateway

        return mercadopago_gateway()
    if method == "transfer":
        from .transfer import transfer_gateway

        return transfer_gateway()
    raise Invalid("payment_method_unknown")
