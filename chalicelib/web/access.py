"""Who may use a route. A route without an Access cannot be declared."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..core.errors import NotFound, Unauthenticated
from ..core.roles import Actor, Permission, Role
from .signed import Token, read

Claims = dict[str, Any]

_BETWEEN_GROUPS = re.compile(r"[\[\], ]+")


@dataclass(frozen=True)
class Access:
    """Open to everybody, only to the holder of a signed token of one purpose, or only to staff.

    `permission` is what a member of staff needs; without one any member may.
    """

    purpose: str | None = None
    staff: bool = False
    permission: Permission | None = None

    def admit(self, authorization: str | None, path: dict[str, str], now: datetime) -> Token | None:
        """Return the caller's token, or None on a route that takes none.

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

    def recognise(self, claims: Claims | None) -> Actor | None:
        """Return the member of staff whom API Gateway's authorizer has verified, or None on a route for guests.

        Raises Unauthenticated("staff_only") without verified claims, NotFound("not_permitted") when none of the
        member's roles has the permission: signing in again would not help, and 403 is never answered (ADR 0008, 0019).
        """
        if not self.staff:
            return None
        if not claims or not claims.get("sub") or claims.get("token_use") != "id":
            raise Unauthenticated("staff_only")
        actor = Actor(str(claims["sub"]), str(claims.get("name") or claims.get("email") or claims["sub"]),
                      _roles(claims.get("cognito:groups")))
        if self.permission and not actor.may(self.permission):
            raise NotFound("not_permitted")
        return actor


PUBLIC = Access()


def Signed(purpose: str) -> Access:  # noqa: N802  reads as a type of access where routes are declared
    """Return the access of those who hold a signed token: `Signed("cart")`."""
    return Access(purpose)


def Staff(permission: str | None = None) -> Access:  # noqa: N802
    """Return the access of staff with a permission, `Staff("payments.confirm")`, or of any member: `Staff()`.

    Raises ValueError for a permission that `core/roles.py` does not know.
    """
    return Access(staff=True, permission=Permission(permission) if permission else None)


def _roles(groups: str | list[str] | None) -> tuple[Role, ...]:
    """Return the roles among a member's groups, which API Gateway hands on as a list, "a,b" or "[a b]"."""
    names = set(_BETWEEN_GROUPS.split(groups) if isinstance(groups, str) else groups or ())
    return tuple(role for role in Role if role in names)
