"""Codes at rest: found by a keyed hash, sealed so that a card can be printed again. Nowhere in plain.

Both keys come from the secret `giftcards`; the table alone opens no card (docs/decisions/0032).
"""

import base64
import hashlib
import hmac
import os
from typing import TYPE_CHECKING

from ..aws.secrets import secret
from ..core.ids import read_gift_code

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ENDING = 6  # "7K4M-C": what is shown of a code to people who may not see it
PREFIX = 4
_NONCE = 12


def find_key(typed: str) -> str:
    """Return the keyed hash by which a typed code is found; also for what is no code, with the same work.

    The hash of a misshapen text belongs to no card, so that looking for it takes what looking for a guess takes.
    """
    code = read_gift_code(typed) or f"no code {typed[:64]}"
    return hmac.new(_key("find"), code.encode(errors="replace"), hashlib.sha256).hexdigest()


def prefix_key(typed: str) -> str:
    """Return the keyed hash of how a typed code begins, under which guesses at one beginning are counted."""
    begins = typed[:64].upper().replace("-", "").replace(" ", "")[:PREFIX]
    return hmac.new(_key("prefix"), begins.encode(errors="replace"), hashlib.sha256).hexdigest()[:24]


def ending_of(code: str) -> str:
    """Return the part of a code that may be shown.

    >>> ending_of("AAAA-AAAA-AAAA-7K4M-C")
    '7K4M-C'
    """
    return code[-ENDING:]


def seal(code: str, card: str) -> str:
    """Return a code as it is stored: AES-GCM, bound to its card."""
    nonce = os.urandom(_NONCE)
    return base64.b64encode(nonce + _cipher().encrypt(nonce, code.encode(), card.encode())).decode()


def unseal(sealed: str, card: str) -> str:
    """Return the code that was sealed for a card."""
    raw = base64.b64decode(sealed)
    plain = _cipher().decrypt(raw[:_NONCE], raw[_NONCE:], card.encode())
    return plain.decode()


def _cipher() -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # few functions carry it

    return AESGCM(_key("seal"))


def _key(purpose: str) -> bytes:
    return hmac.new(secret("giftcards")["key"].encode(), purpose.encode(), hashlib.sha256).digest()
