"""Staff at the edge: what of a verified token counts, and for whom a request with an Idempotency-Key acts."""

from typing import Any

import pytest
from pydantic import BaseModel

from chalicelib.aws.idempotency import Answer
from chalicelib.aws.limits import FREE_PER_WINDOW
from chalicelib.aws.transactions import Transaction
from chalicelib.core.errors import NotFound, Unauthenticated
from chalicelib.core.roles import Role
from chalicelib.web.access import PUBLIC, Signed, Staff
from chalicelib.web.app import App
from chalicelib.web.call import Call
from chalicelib.web.routes import Limit, Routes
from tests.support.http import Client
from tests.support.spa import Spa
from tests.support.staff import claims


class Done(BaseModel):
    """Who did it, and which time it was."""

    by: str
    run: int


@pytest.fixture
def desk(spa: Spa) -> Client:
    """An app with one route for the front desk that counts its runs."""
    routes, runs = Routes(__name__), []

    @routes.post("/api/admin/prueba", access=Staff("payments.confirm"), limit=Limit(FREE_PER_WINDOW + 1))
    def try_it(call: Call) -> Answer:
        """Do something once."""
        runs.append(call.staff)
        return call.commit(Transaction(), Done(by=call.staff.id, run=len(runs)))

    return Client(App.of({"desk": routes}))


@pytest.mark.parametrize(("groups", "roles"), [
    ("reception", (Role.RECEPTION,)), ("kitchen,reception", (Role.RECEPTION, Role.KITCHEN)),
    ("[kitchen reception]", (Role.RECEPTION, Role.KITCHEN)), (["reception"], (Role.RECEPTION,)), ("[]", ()), (None, ()),
    ("Reception,receptionist,sa-east-1_x_Google", ()), ("", ())])
def test_groups_are_read_however_the_gateway_writes_them_and_strangers_among_them_are_nothing(
        groups: Any, roles: tuple[Role, ...]) -> None:
    actor = Staff().recognise(claims("owner", **{"cognito:groups": groups}))
    assert actor is not None and actor.roles == roles


@pytest.mark.parametrize("missing", [None, {}, {"sub": "1"}, {"token_use": "id"}, {"sub": "", "token_use": "id"},
                                     {"sub": "1", "token_use": "access", "cognito:groups": "owner"}])
def test_without_an_id_tokens_claims_nobody_is_recognised(missing: Any) -> None:
    with pytest.raises(Unauthenticated, match="staff_only"):
        Staff().recognise(missing)


def test_a_member_is_called_by_name_or_by_mail() -> None:
    def called(**changes: Any) -> str | None:
        actor = Staff().recognise(claims("owner", **changes))
        return actor and actor.name

    assert called() == "Paz Soto"
    assert called(name="") == called(name=None) == "paz@aremko.test"
    assert called(name="", email="") == "member-owner"


def test_a_role_without_the_permission_finds_nothing() -> None:
    with pytest.raises(NotFound, match="not_permitted"):
        Staff("payments.confirm").recognise(claims("therapist"))


def test_a_route_for_guests_takes_nobody_for_staff() -> None:
    assert PUBLIC.recognise(claims("owner")) is None
    assert Signed("cart").recognise(claims("owner")) is None


def test_a_members_repeated_request_is_answered_alike_and_anothers_is_their_own(desk: Client) -> None:
    first, again = (desk.post("/api/admin/prueba", key="the-same-key", staff="reception") for _ in range(2))
    other = desk.post("/api/admin/prueba", key="the-same-key", staff="manager")
    assert (first.status, first.body) == (again.status, again.body)
    assert (first.json["by"], other.json["by"]) == ("member-reception", "member-manager")


def test_a_limit_counts_members_and_not_the_address_they_share(desk: Client) -> None:
    def statuses(staff: str) -> set[int]:
        return {desk.post("/api/admin/prueba", staff=staff).status for _ in range(2 * FREE_PER_WINDOW + 2)}

    assert statuses("reception") == {200, 429}
    assert desk.post("/api/admin/prueba", staff="manager").status == 200


def test_whoever_may_not_spends_nothing_and_runs_nothing(desk: Client, spa: Spa) -> None:
    before = spa.dump()
    refused = [desk.post("/api/admin/prueba", key="the-same-key", staff=role) for role in ("therapist", "")]
    assert {(answer.status, answer.code) for answer in refused} == {(404, "not_permitted")}
    assert refused[0].json["detail"].startswith("Tu cuenta de trabajo no permite hacer esto.")
    assert spa.dump() == before
    assert desk.post("/api/admin/prueba", key="the-same-key", staff="owner").json == {"by": "member-owner", "run": 1}
