"""Who works at the spa, and what each role may do: the one table of permissions (DESIGN.md §2 row 7).

It stands on the lowest floor because the edge asks it about every request of staff, and verbs are told who acts.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A group of the user pool; `infra/template/staff.yaml` makes one of each."""

    OWNER = "owner"
    MANAGER = "manager"
    RECEPTION = "reception"
    MARKETING = "marketing"
    THERAPIST = "therapist"
    KITCHEN = "kitchen"


class Permission(StrEnum):
    """What a member of staff may be allowed to do."""

    CONFIRM_PAYMENTS = "payments.confirm"
    READ_ITEMS = "items.read"
    READ_LEDGER = "ledger.read"
    READ_ORDERS = "orders.read"
    RECORD_REFUNDS = "refunds.record"
    RESOLVE_ITEMS = "items.resolve"
    READ_CALENDARS = "calendars.read"
    MANAGE_CALENDARS = "calendars.manage"
    CHANGE_ORDERS = "orders.change"
    READ_GIFT_CARDS = "giftcards.read"
    MANAGE_GIFT_CARDS = "giftcards.manage"
    ADJUST_GIFT_CARDS = "giftcards.adjust"


_FRONT_DESK = frozenset({Permission.CONFIRM_PAYMENTS, Permission.READ_ITEMS, Permission.READ_ORDERS,
                         Permission.CHANGE_ORDERS, Permission.RECORD_REFUNDS, Permission.RESOLVE_ITEMS,
                         Permission.READ_CALENDARS, Permission.MANAGE_CALENDARS,
                         Permission.READ_GIFT_CARDS, Permission.MANAGE_GIFT_CARDS})
_MANAGEMENT = _FRONT_DESK | {Permission.READ_LEDGER, Permission.ADJUST_GIFT_CARDS}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _MANAGEMENT,
    Role.MANAGER: _MANAGEMENT,
    Role.RECEPTION: _FRONT_DESK,
    Role.MARKETING: frozenset(),
    Role.THERAPIST: frozenset(),
    Role.KITCHEN: frozenset(),
}


@dataclass(frozen=True)
class Actor:
    """A member of staff who does something: the account's id, which never changes, a name to show, and the roles."""

    id: str
    name: str
    roles: tuple[Role, ...] = ()

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the roles together allow."""
        return frozenset[Permission]().union(*(PERMISSIONS[role] for role in self.roles))

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the roles allows it.

        >>> Actor("1", "Ana", (Role.KITCHEN, Role.RECEPTION)).may(Permission.CONFIRM_PAYMENTS)
        True
        """
        return permission in self.permissions
