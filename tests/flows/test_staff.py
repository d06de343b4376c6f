"""Staff over HTTP: the user pool, API Gateway's authorizer and our own table of permissions, as in AWS."""

import base64
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
from botocore.exceptions import ClientError

from chalicelib.core.roles import PERMISSIONS, Role
from chalicelib.web.system import OPENAPI_FILE
from infra.local import staff
from tests.support.guest import eventually

if TYPE_CHECKING:
    from infra.local.stack import Stack

DOCUMENT = json.loads(OPENAPI_FILE.read_text(encoding="utf-8"))
NEED_A_PERMISSION = {f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items()
                     for method, operation in methods.items() if "x-permission" in operation}
AT_THE_DESK = sorted(PERMISSIONS[Role.RECEPTION])
FOR_THE_BOOKS = ("giftcards.adjust", "ledger.read")
MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}


def ask(stack: "Stack", token: str | None = None, path: str = "/api/admin/yo") -> Any:
    """Ask through the distribution, as the back office does."""
    headers = {} if token is None else {"Authorization": token}
    return requests.get(stack.site_url + path, headers=headers, timeout=40)


def is_refused(response: Any) -> None:
    assert response.status_code == 401, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert set(response.json()) == MEMBERS
    assert (response.json()["status"], response.json()["code"]) == (401, "staff_only")


@pytest.mark.parametrize("member", staff.MEMBERS, ids=lambda member: member.role.value)
def test_each_member_signs_in_and_is_told_who_they_are(stack: "Stack", member: staff.Member) -> None:
    me = ask(stack, f"Bearer {stack.staff(member.role)}")
    assert me.status_code == 200, me.text
    may = {"owner": [*AT_THE_DESK, *FOR_THE_BOOKS], "manager": [*AT_THE_DESK, *FOR_THE_BOOKS], "reception": AT_THE_DESK}
    assert me.json() == {"id": me.json()["id"], "name": member.name, "roles": [member.role],
                         "permissions": sorted(may.get(member.role, []))}
    assert me.headers["Cache-Control"] == "no-store"


def test_a_member_of_two_groups_has_both_roles(stack: "Stack") -> None:
    cognito, pool = stack.client("cognito-idp"), stack.outputs["StaffPoolId"]
    cognito.admin_add_user_to_group(UserPoolId=pool, Username="kitchen@aremko.test", GroupName="reception")
    try:
        me = ask(stack, f"Bearer {stack.staff('kitchen')}").json()
    finally:
        cognito.admin_remove_user_from_group(UserPoolId=pool, Username="kitchen@aremko.test", GroupName="reception")
    assert (me["roles"], me["permissions"]) == (["reception", "kitchen"], AT_THE_DESK)


@pytest.mark.parametrize("route", sorted(NEED_A_PERMISSION))
def test_a_therapist_is_refused_what_the_owner_may(stack: "Stack", route: str) -> None:
    method, path = route.split(" ")
    address = stack.site_url + re.sub(r"{\w+}", "something-else", path)
    body = None if method == "GET" else {}
    refused, let_in = (requests.request(method, address, json=body, timeout=40, headers={
        "Authorization": f"Bearer {stack.staff(role)}", "Idempotency-Key": f"as-{role}"})
        for role in ("therapist", "owner"))
    assert (refused.status_code, refused.json()["code"]) == (404, "not_permitted")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert let_in.status_code != 401
    refusal = let_in.headers["Content-Type"] == "application/problem+json"
    assert not refusal or let_in.json()["code"] != "not_permitted"


def test_without_a_token_nobody_gets_past_the_gateway(stack: "Stack") -> None:
    is_refused(ask(stack))


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer ", "Bearer made.up.token", "Bearer x", "Basic cGF6OnBheg=="])
def test_what_is_no_token_is_refused(stack: "Stack", token: str) -> None:
    is_refused(ask(stack, token))


def test_a_token_somebody_changed_is_refused(stack: "Stack") -> None:
    head, body, signature = stack.staff("therapist").split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["cognito:groups"] = ["owner"]
    promoted = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    is_refused(ask(stack, f"Bearer {head}.{promoted}.{signature}"))


def test_a_token_that_is_over_is_refused(stack: "Stack") -> None:
    cognito, pool = stack.client("cognito-idp"), stack.outputs["StaffPoolId"]
    hasty = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="hasty", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"], IdTokenValidity=3,
        TokenValidityUnits={"IdToken": "seconds"})["UserPoolClient"]["ClientId"]
    token = f"Bearer {staff.sign_in(cognito, hasty, 'reception@aremko.test')}"
    assert ask(stack, token).status_code == 200
    eventually(lambda: ask(stack, token).status_code != 200, what="the end of the token")
    is_refused(ask(stack, token))


def test_the_token_of_another_pool_is_refused(stack: "Stack") -> None:
    cognito = stack.client("cognito-idp")
    pool = cognito.create_user_pool(PoolName="somebody-elses", UsernameAttributes=["email"])["UserPool"]["Id"]
    for role in ("owner", "manager", "reception", "marketing", "therapist", "kitchen"):
        cognito.create_group(UserPoolId=pool, GroupName=role)
    staff.hire(cognito, pool)
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="theirs", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])["UserPoolClient"]
    is_refused(ask(stack, f"Bearer {staff.sign_in(cognito, client['ClientId'], 'owner@aremko.test')}"))


def test_an_access_token_says_who_but_not_what_they_are_called_and_is_refused(stack: "Stack") -> None:
    answer = stack.client("cognito-idp").initiate_auth(
        ClientId=stack.outputs["StaffClientId"], AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "owner@aremko.test", "PASSWORD": staff.PASSWORD})
    is_refused(ask(stack, f"Bearer {answer['AuthenticationResult']['AccessToken']}"))


@pytest.mark.parametrize(("email", "password"), [
    ("reception@aremko.test", "not-the-Password-1"), ("nobody@aremko.test", staff.PASSWORD)])
def test_a_wrong_password_and_an_unknown_account_are_refused_alike(
        stack: "Stack", email: str, password: str) -> None:
    with pytest.raises(ClientError) as refusal:
        staff.sign_in(stack.client("cognito-idp"), stack.outputs["StaffClientId"], email, password)
    assert refusal.value.response["Error"] == {"Code": "NotAuthorizedException",
                                               "Message": "Incorrect username or password."}


def test_a_guests_token_is_no_staff_token_and_a_staff_token_opens_no_cart(stack: "Stack") -> None:
    opened = requests.post(f"{stack.site_url}/api/carritos", json={}, timeout=40,
                           headers={"Idempotency-Key": "a-guest-and-staff"}).json()
    is_refused(ask(stack, f"Bearer {opened['token']}"))
    cart = ask(stack, f"Bearer {stack.staff('owner')}", f"/api/carritos/{opened['cart']['id']}")
    assert (cart.status_code, cart.json()["code"]) == (401, "token_invalid")
