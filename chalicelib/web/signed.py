"""Signed, expiring tokens: how a cart or an order is opened without a password (DESIGN.md §2 row 12).

Tokens travel in the `Authorization: Bearer` header or behind the `#` of a link, so that no server logs them.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from itsdangerous import BadSignature, URLSafeSerializer

from ..aws.secrets import secret
from ..core.clock import epoch
from ..core.errors import Unauthenticated


@dataclass(frozen=True)
class Token:
    """What a good token says: the purpose it serves, the thing it opens, and until when."""

    purpose: str
    id: str
    expires: datetime


@cache
def serializer(purpose: str) -> URLSafeSerializer:
    """Return what signs and checks for one purpose; a signature for another purpose is worth nothing here."""
    return URLSafeSerializer(secret("signing")["key"], salt=f"aremko.{purpose}",
                             signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256})


def derived_key(purpose: str) -> bytes:
    """Return 32 secret bytes for one purpose, made from the signing key: they change with it, and don't tell it."""
    return hmac.digest(secret("signing")["key"].encode(), f"aremko.{purpose}".encode(), hashlib.sha256)


def sign(purpose: str, id: str, expires: datetime) -> str:
    """Return a token that opens `id` for `purpose` until `expires`; the same arguments give the same token."""
    token: str | bytes = serializer(purpose).dumps([id, epoch(expires)])
    return token if isinstance(token, str) else token.decode()


def read(purpose: str, token: str, now: datetime) -> Token:
    """Return what the token says.

    Raises Unauthenticated("token_invalid") for anything we did not sign for this purpose, ("token_expired") when its
    time is over.
    """
    try:
        id, until = serializer(purpose).loads(token)
        over = until <= epoch(now)
    except (BadSignature, ValueError, TypeError) as error:
        raise Unauthenticated("token_invalid") from error
    if over:
        raise Unauthenticated("token_expired")
    return Token(purpose, id, datetime.fromtimestamp(until, UTC))
