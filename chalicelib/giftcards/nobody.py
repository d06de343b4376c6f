"""A card that is nobody's, as DynamoDB would have it: what is looked at when a code opens none.

Making a card out of an item takes longer than finding none, and the difference would tell a guesser of a code that was
once good from one that never was (docs/giftcards.md, The code).
"""

import json
from typing import Any

_AT = "2020-01-01T12:00:00Z"
_TEXTS = {
    "pk": "gft_nobody", "sk": "card", "state": "blocked", "order": "", "line": "", "buyer_language": "es",
    "code_hash": "", "sealed": "", "ending": "", "last_day": "2020-01-01", "month": "2020-01", "created_at": _AT,
    "updated_at": _AT, "trace": "", "face": json.dumps({
        "experience": "", "title": "", "amount": 0, "recipient": "", "sender": "", "message": "", "design": "",
        "language": "es"}), "delivery": json.dumps({"way": "self"})}
_NUMBERS = ("version", "printed", "issued", "ceiling", "balance", "free")

NOBODY: dict[str, Any] = {
    **{name: {"S": value} for name, value in _TEXTS.items()}, **{name: {"N": "0"} for name in _NUMBERS},
    "holds": {"M": {}},
    "entries": {"L": [{"M": {"kind": {"S": "issue"}, "amount": {"N": "0"}, "at": {"S": _AT}, "order": {"S": ""}}}]},
}
