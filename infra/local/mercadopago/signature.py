"""Mercado Pago's side of x-signature, written apart from the product's so that an error in one is found by the other.

Mercado Pago, Webhooks, "Validar origen" (PROVIDERS.md §B.5): HMAC-SHA256 with the application's secret over
`id:<data.id of the query>;request-id:<x-request-id>;ts:<ts>;`, a pair without a value left out whole.
"""

import hmac


def manifest(data_id: str | None, request_id: str | None, ts: str) -> str:
    """Return the text that is signed."""
    pairs = (("id", data_id), ("request-id", request_id), ("ts", ts))
    return "".join(f"{name}:{value};" for name, value in pairs if value)


def signature_header(secret: str, *, data_id: str | None, request_id: str | None, ts: str) -> str:
    """Return the value of the header x-signature."""
    mac = hmac.new(secret.encode("utf-8"), manifest(data_id, request_id, ts).encode("utf-8"), "sha256")
    return f"ts={ts},v1={mac.hexdigest()}"
