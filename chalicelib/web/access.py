"""Who may use a route. A route without an Access cannot be declared."""

from dataclasses import dataclass
from datetime import datetime

from ..core.errors import NotFound, Unauthenticated
from .signed import Token, read


@dataclass(frozen=True)
class Access:
    """Open to everybody, or only to the holder of a signed token of one purpose."""

    purpose: str | None = None

    def admit(self, authorization: str | None, path: dict[str, str], now: datetime) -> Token | None:
        """Return the caller's token, or None on a public route.

        When the path names the thing (`{cart}` for purpose "cart"), the token must open that very thing.
        Raises Unauthenticated without a good token, NotFound with a token for something else.
        """
        if self.purpose is None:
            return None
        scheme, _, text = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise Unauthenticated("token_missing")
        token = read(self.purpose, text.strip(), now)
        if path.get(self.purpose, token.id) != token.id:
            raise NotFound("not_found")
        return token


PUBLIC = Access()


def Signed(purpose: str) -> Access:  # noqa: N802  reads as a type of access where routes are declared
    """Return the access of those who hold a signed token: `Signed("cart")`."""
    return Access(purpose)
