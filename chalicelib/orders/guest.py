"""Who an order is for, what she agreed to, and where money can go back to. Pure."""

from pydantic import AwareDatetime

from ..core.shapes import Value


class Guest(Value):
    """Who comes. `phone` in E.164, `email` as typed; the rest as far as it was told."""

    phone: str
    name: str
    email: str
    document_type: str | None = None
    document_number: str | None = None
    country: str = "CL"
    region: int | None = None
    comuna: str | None = None


class Account(Value):
    """Where money can be transferred back to. `account` is digits only, `rut` its holder's."""

    bank: str
    account_type: str
    account: str
    holder: str
    rut: str


class Consent(Value):
    """What the guest agreed to, when, and to which text (Ley 21.719: the burden of proof is ours)."""

    policy_version: str
    marketing_email: bool
    at: AwareDatetime
