"""The desk, the books and the night's work on gift cards: over HTTP and by their functions, roles enforced."""

import io
import json
import os
import subprocess
import sys
import zipfile
from typing import Any

import pytest
import requests

from chalicelib.aws.limits import FREE_PER_WINDOW
from chalicelib.core.clock import SystemClock, spa_date
from chalicelib.giftcards.sheet import XLSX
from infra.local.cloud import settings
from infra.paths import ROOT
from tests.support.guest import Guest, eventually, token_of

GIFT = {"experience": "regalo-tina-para-dos", "design": "bosque", "sender": "Ana", "language": "es", "message": "",
        "recipient": "Berta", "delivery": {"way": "now", "email": "berta@books.test"}}
ADMIN = "/api/admin/giftcards"


def bought(stack: Any) -> Guest:
    """Return the buyer of one card, once it is there."""
    stack.flow.clear_faults()
    ana = Guest(stack)
    assert ana.put({"gifts": [GIFT]}).status_code == 201
    stack.flow.pay(token_of(ana.check_out().json()["payment"]["url"]))
    eventually(lambda: ana.look()["lines"][0]["gift"]["state"] == "delivered", seconds=60, what="the card's mail")
    return ana


@pytest.fixture(scope="module")
def ana(stack: Any) -> Guest:
    """The buyer of Berta's card."""
    return bought(stack)


def desk(stack: Any, method: str, path: str, body: Any = None, *, role: str = "reception", key: str | None = None,
         **options: Any) -> Any:
    more = {"json": body} if body is not None else {}
    return Guest(stack).ask(method, ADMIN + path, token=stack.staff(role), key=key, **more, **options)


def card_of(stack: Any, buyer: Guest) -> str:
    """Return the id of the card that an order bought, by the desk's list."""
    [card] = desk(stack, "GET", f"?order={buyer.order}").json()["items"]
    return str(card["id"])


def key_of(id: str, sort: str = "card") -> dict[str, Any]:
    return {"pk": {"S": id}, "sk": {"S": sort}}


def run(stack: Any, worker: str) -> dict[str, int]:
    answer = stack.client("lambda").invoke(FunctionName=stack.resources[worker], Payload=b"{}")
    assert "FunctionError" not in answer, answer["Payload"].read()
    found: dict[str, int] = json.loads(answer["Payload"].read())
    return found


def diagnosis(stack: Any) -> tuple[int, str]:
    """Run the diagnosis as somebody at a terminal would."""
    command = [sys.executable, "-m", "infra.diagnose", "giftcards", "--stage", "local"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **settings(stack.cloud)}, capture_output=True,
                          text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_the_desk_sees_to_a_card_from_finding_to_giving_it_another_code(stack: Any, ana: Guest) -> None:
    card = card_of(stack, ana)
    month = f"{spa_date(SystemClock().now()):%Y-%m}"
    assert card in [one["id"] for one in desk(stack, "GET", f"?month={month}").json()["items"]]
    assert desk(stack, "GET", "?cursor=made.up").json()["code"] == "cursor_invalid"
    mails = [one["mail"] for one in stack.mail.messages() if "tarjeta/#" in json.dumps(one["mail"]["content"])
             and "berta@books.test" in json.dumps(one["mail"]["personalizations"])]
    code = mails[-1]["content"][0]["value"].partition("/tarjeta/#")[2].split()[0]
    assert desk(stack, "POST", "/busqueda", {"code": code}).json()["id"] == card

    for _ in range(2):
        blocked = desk(stack, "POST", f"/{card}/bloqueo", {"reason": "La perdió"}, key="blocked-over-http")
        assert (blocked.status_code, blocked.json()["state"]) == (200, "blocked"), blocked.text
    assert Guest(stack).ask("GET", f"/api/giftcards/{code}").status_code == 404
    assert desk(stack, "POST", f"/{card}/desbloqueo", {}).json()["state"] == "active"
    assert Guest(stack).ask("GET", f"/api/giftcards/{code}").json()["balance"] == 50_000

    replaced = desk(stack, "POST", f"/{card}/reemplazo", {"reason": "La perdió", "email": "otra@books.test"})
    assert replaced.status_code == 200, replaced.text
    assert Guest(stack).ask("GET", f"/api/giftcards/{code}").status_code == 404
    eventually(lambda: desk(stack, "GET", f"/{card}").json()["stage"] == "delivered", seconds=60, what="the new mail")
    assert desk(stack, "POST", f"/{card}/envio", {}).status_code == 200

    body = {"amount": 5_000, "reason": "Cortesía"}
    assert desk(stack, "POST", f"/{card}/ajuste", body).json()["code"] == "not_permitted"
    assert desk(stack, "POST", f"/{card}/ajuste", body, role="manager").json()["balance"] == 55_000
    history = [one["type"] for one in desk(stack, "GET", f"/{card}").json()["history"] if one["by"]]
    assert history == ["giftcard.blocked", "giftcard.unblocked", "giftcard.replaced", "giftcard.resent",
                       "giftcard.adjusted"]
    for _ in range(2 * FREE_PER_WINDOW):  # beyond what a container allows without counting
        assert desk(stack, "POST", "/busqueda", {"code": "nothing"}).status_code == 404
    kept = "".join(line for name in ("giftcards-admin", "giftcards", "relay-giftcards") for line in stack.logs(name))
    assert code not in kept and code.replace("-", "") not in kept


def test_what_cards_owe_comes_as_figures_as_a_sheet_and_as_a_workbook(stack: Any, ana: Guest) -> None:
    figures = desk(stack, "GET", "/pasivo", role="owner").json()
    total = figures["total"]
    assert total["cards"] >= 1 and total["outstanding"] == sum(
        total[name] for name in ("issued", "redeemed", "refunded", "expired", "adjusted"))
    sheet = desk(stack, "GET", "/pasivo/planilla", role="owner")
    assert sheet.content.startswith(b"\xef\xbb\xbf") and f";{total['outstanding']};" in sheet.text
    workbook = desk(stack, "GET", "/pasivo/planilla?formato=xlsx", role="owner", headers={"Accept": XLSX})
    assert (workbook.status_code, workbook.headers["Content-Type"]) == (200, XLSX)
    parts = zipfile.ZipFile(io.BytesIO(workbook.content))
    assert f"<v>{total['outstanding']}</v>" in parts.read("xl/worksheets/sheet1.xml").decode()
    refused = desk(stack, "GET", "/pasivo/planilla?formato=xlsx", role="owner", headers={"Accept": "*/*"})
    assert (refused.status_code, refused.json()["code"]) == (400, "accept_needed")
    through_the_site = requests.get(f"{stack.site_url}{ADMIN}/pasivo/planilla?formato=xlsx", timeout=40, headers={
        "Accept": XLSX, "Authorization": f"Bearer {stack.staff('owner')}"})
    assert through_the_site.status_code == 200, (through_the_site.headers, through_the_site.text[:300])
    assert zipfile.ZipFile(io.BytesIO(through_the_site.content)).testzip() is None


def test_the_night_writes_off_finds_damage_issues_what_was_lost_and_closes_what_agrees(stack: Any) -> None:
    db, table = stack.client("dynamodb"), stack.table("giftcards")
    over, damaged, unheard = bought(stack), bought(stack), bought(stack)
    over_id, damaged_id, lost_id = (card_of(stack, buyer) for buyer in (over, damaged, unheard))

    db.update_item(TableName=table, Key=key_of(over_id), UpdateExpression="SET last_day = :day",
                   ExpressionAttributeValues={":day": {"S": spa_date(SystemClock().now()).replace(year=2025, day=1)
                                                       .isoformat()}})
    assert run(stack, "ExpireCardsWorker")["failed"] == 0
    shown = desk(stack, "GET", f"/{over_id}").json()
    assert (shown["state"], shown["balance"], shown["ledger"][-1]["amount"]) == ("expired", 0, -50_000)

    before = run(stack, "CheckCardsWorker")
    assert (before["differ"], before["whole"], diagnosis(stack)[0]) == (0, 1, 0), diagnosis(stack)
    _never_issued(stack, unheard, lost_id)
    _set_balance(stack, damaged_id, 50_001)
    payment = f"payment#{damaged.look()['payments'][0]['id']}"
    db.update_item(TableName=stack.table("payments"), Key=key_of(payment, "payment"),
                   UpdateExpression="SET received = :less", ExpressionAttributeValues={":less": {"N": "49999"}})
    code, said = diagnosis(stack)
    assert code == 1 and f"amounts: gift card {damaged_id}" in said and f"not_issued: order {unheard.order}" in said
    assert run(stack, "CheckCardsWorker")["differ"] == 3  # amounts, kept, unpaid: what was lost is issued
    assert card_of(stack, unheard) != lost_id
    assert {"amounts", "kept", "unpaid"} == _told(stack, damaged.order)

    _set_balance(stack, damaged_id, 50_000)
    db.update_item(TableName=stack.table("payments"), Key=key_of(payment, "payment"),
                   UpdateExpression="SET received = :all", ExpressionAttributeValues={":all": {"N": "50000"}})
    assert run(stack, "CheckCardsWorker")["differ"] == 0 and _told(stack, damaged.order) == set()
    assert diagnosis(stack)[0] == 0


def _set_balance(stack: Any, card: str, balance: int) -> None:
    stack.client("dynamodb").update_item(
        TableName=stack.table("giftcards"), Key=key_of(card), UpdateExpression="SET balance = :balance",
        ExpressionAttributeValues={":balance": {"N": str(balance)}})


def _never_issued(stack: Any, buyer: Guest, card: str) -> None:
    """Leave an order as if nobody had ever heard that its card was paid for, two hours ago."""
    db, giftcards, orders = stack.client("dynamodb"), stack.table("giftcards"), stack.table("orders")
    stored = db.get_item(TableName=giftcards, Key=key_of(card), ConsistentRead=True)["Item"]
    db.delete_item(TableName=giftcards, Key=key_of(card))
    db.delete_item(TableName=giftcards, Key=key_of(f"code#{stored['code_hash']['S']}", "code"))
    order = db.get_item(TableName=orders, Key=key_of(buyer.order, "order"), ConsistentRead=True)["Item"]
    lines = [{**line, "card": None, "ending": None} for line in json.loads(order["lines"]["S"])]
    db.put_item(TableName=orders, Item={**order, "lines": {"S": json.dumps(lines)},
                                        "updated_at": {"S": "2026-01-01T12:00:00Z"}})


def _told(stack: Any, order: str) -> set[str]:
    """Return what waits for a person about an order's cards."""
    waiting = Guest(stack).ask("GET", "/api/admin/pendientes", token=stack.staff("reception")).json()["items"]
    return {one["about"]["what"] for one in waiting if one["kind"] == "gift_card_differs"
            and one["about"].get("order") == order}


def test_each_function_of_the_desk_and_the_books_did_all_it_is_granted(stack: Any) -> None:
    """What `tests/infra/test_grants.py` asks of a whole run, of these four alone."""
    from infra import functions
    from infra.local import calls

    names = {"giftcards-admin", "giftcards-books", "expire-cards", "check-cards"}
    mine = [one for one in functions.load() if one.name in names]
    used = {call for call in stack.calls() if call[0] in names}
    assert (sorted(calls.granted(mine) - used), sorted(used - calls.granted(mine))) == ([], [])
