"""`/api/admin/yo`: who is signed in."""


from ..core.roles import Permission, Role
from ..core.shapes import View
from ..web.call import Call
from ..web.routes import Routes, Staff

routes = Routes(__name__)


class Me(View):
    """A member of staff: account, name, roles and what they allow."""

    id: str
    name: str
    roles: list[Role]
    permissions: list[Permission]


@routes.get("/api/admin/yo", access=Staff(), answers=Me)
def me(call: Call) -> Me:
    """Tell a member of staff who they are here and what they may do."""
    actor = call.staff
    return Me(id=actor.id, name=actor.name, roles=list(actor.roles), permissions=sorted(actor.permissions))
