"""Demo accounts for the local cloud's user pool, one of each role, and how to sign in there. Never made in AWS."""

from dataclasses import dataclass
from typing import Any

from chalicelib.core.roles import Role

PASSWORD = "Aremko-local-2026"
_NAMES = {Role.OWNER: "Ema Ríos", Role.MANAGER: "Luis Vera", Role.RECEPTION: "Paz Soto", Role.MARKETING: "Inés Mora",
          Role.THERAPIST: "Rosa Lagos", Role.KITCHEN: "Teo Cid"}


@dataclass(frozen=True)
class Member:
    """A demo account: the role is its only group."""

    role: Role
    name: str

    @property
    def email(self) -> str:
        """What it signs in with: reception@aremko.test."""
        return f"{self.role}@aremko.test"


MEMBERS = tuple(Member(role, name) for role, name in _NAMES.items())


def hire(cognito: Any, pool: str) -> int:
    """Make the demo accounts that are not there yet, each with PASSWORD and in its group; return how many were made."""
    pages = cognito.get_paginator("list_users").paginate(UserPoolId=pool)
    there = {one["Value"] for page in pages for user in page["Users"] for one in user["Attributes"]
             if one["Name"] == "email"}
    missing = [member for member in MEMBERS if member.email not in there]
    for member in missing:
        cognito.admin_create_user(UserPoolId=pool, Username=member.email, MessageAction="SUPPRESS", UserAttributes=[
            {"Name": "email", "Value": member.email}, {"Name": "email_verified", "Value": "true"},
            {"Name": "name", "Value": member.name}])
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=member.email, GroupName=member.role.value)
        # The password last: an account that can sign in is a whole one.
        cognito.admin_set_user_password(UserPoolId=pool, Username=member.email, Password=PASSWORD, Permanent=True)
    return len(missing)


def sign_in(cognito: Any, client: str, email: str, password: str = PASSWORD) -> str:
    """Return the ID token of an account, which the API takes as bearer token. Raises ClientError when refused."""
    answer = cognito.initiate_auth(ClientId=client, AuthFlow="USER_PASSWORD_AUTH",
                                   AuthParameters={"USERNAME": email, "PASSWORD": password})
    return str(answer["AuthenticationResult"]["IdToken"])
