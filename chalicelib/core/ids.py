"""Identifiers: unguessable ones for machines, short checked ones for people."""

import secrets

# No 0/O, 1/I/L, 5/S, 8/B, U/V, 2/Z: what people mistake on a phone or on paper.
ALPHABET = "346789ACDEFGHJKMNPQRTWXY"
_RANDOM_CHARS = 22  # of 36: 113 bits
_LOWER = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBER_CHARS = 8  # of 24: 36 bits; the order table refuses the rare repetition
_GIFT_CODE_CHARS = 16  # of 24: 73 bits, more than anybody can try (DOMAIN.md, Gift cards)
_GROUP = 4


def random_id(prefix: str) -> str:
    """Return an unguessable identifier such as `crt_k3…` (113 bits)."""
    number, symbols = secrets.randbelow(len(_LOWER) ** _RANDOM_CHARS), ""  # drawn at once: the system is asked once
    for _ in range(_RANDOM_CHARS):
        number, symbol = divmod(number, len(_LOWER))
        symbols += _LOWER[symbol]
    return f"{prefix}_{symbols}"


def order_number() -> str:
    """Return a fresh order number `XXXX-XXXX-C`: 8 symbols of an unambiguous alphabet and a check symbol."""
    return _drawn(_NUMBER_CHARS)


def valid_order_number(text: str) -> bool:
    """Tell whether `text` is a well-formed order number; catches any one wrong symbol.

    >>> valid_order_number(order_number()), valid_order_number("3333-3334-3")
    (True, False)
    """
    return read_order_number(text) is not None


def read_order_number(text: str) -> str | None:
    """Return an order number that a person has typed as it is stored; None for what can't be one.

    >>> read_order_number(order_number().lower().replace("-", "")) is None, read_order_number("A" * 3000)
    (False, None)
    """
    return _read(text, _NUMBER_CHARS)


def gift_code() -> str:
    """Return a fresh gift card code `XXXX-XXXX-XXXX-XXXX-C`: 16 symbols (73 bits) and a check symbol."""
    return _drawn(_GIFT_CODE_CHARS)


def read_gift_code(text: str) -> str | None:
    """Return a gift card code that a person has typed as it was issued; None for what can't be one.

    >>> code = gift_code()
    >>> read_gift_code(f" {code.lower().replace('-', ' ')} ") == code, read_gift_code(order_number())
    (True, None)
    """
    return _read(text, _GIFT_CODE_CHARS)


def _drawn(length: int) -> str:
    """Return so many random symbols and their check symbol, in groups."""
    symbols = "".join(secrets.choice(ALPHABET) for _ in range(length))
    return _grouped(symbols + _check_symbol(symbols))


def _read(text: str, length: int) -> str | None:
    symbols = text.upper().replace("-", "").replace(" ", "")
    if len(symbols) != length + 1 or any(s not in ALPHABET for s in symbols):
        return None
    return _grouped(symbols) if _check_symbol(symbols[:-1]) == symbols[-1] else None


def _grouped(symbols: str) -> str:
    return "-".join(symbols[n:n + _GROUP] for n in range(0, len(symbols), _GROUP))


def _check_symbol(symbols: str) -> str:
    """Luhn mod N over the alphabet (an even N detects every single error and nearly all neighbour swaps)."""
    total, factor, size = 0, 2, len(ALPHABET)
    for symbol in reversed(symbols):
        product = ALPHABET.index(symbol) * factor
        total += product // size + product % size
        factor = 3 - factor
    return ALPHABET[-total % size]
