"""Members of staff as API Gateway's authorizer hands them on: what it verified stands in the request's context."""

from typing import Any


def authorizer(roles: str | None) -> dict[str, Any]:
    """Return the part of a request's context that a signed-in member has; nothing for a guest.

    `roles` are the member's groups between blanks: "reception", "kitchen reception".
    """
    return {} if roles is None else {"authorizer": {"claims": claims(roles)}}


def claims(roles: str, **changes: Any) -> dict[str, Any]:
    """Return an ID token's claims; each role's member has an id of its own, `member-reception`."""
    return {"sub": f"member-{roles.replace(' ', '-')}", "name": "Paz Soto", "email": "paz@aremko.test",
            "cognito:groups": ",".join(roles.split()), "token_use": "id", "email_verified": "true", **changes}
