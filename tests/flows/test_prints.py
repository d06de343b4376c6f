"""A gift card is bought, printed and opened over HTTP, roles enforced; its PDF comes straight from the bucket."""

from typing import Any

import pypdfium2
import requests
import zxingcpp

from tests.support.guest import Guest, eventually, token_of

GIFT = {"experience": "regalo-velada-romantica", "design": "noche", "recipient": "Íñigo Muñoz", "sender": "Ana",
        "message": "Para que descanses.", "language": "es", "delivery": {"way": "self"}}


def test_a_card_that_was_paid_for_is_printed_and_its_holder_gets_it(stack: Any) -> None:
    stack.flow.clear_faults()
    ana = Guest(stack)
    assert "noche" in [one["slug"] for one in ana.ask("GET", "/api/giftcards").json()["designs"]]
    drawn = ana.ask("POST", "/api/giftcards/vista", json={name: GIFT[name] for name in GIFT if name != "delivery"})
    assert (drawn.status_code, drawn.headers["Content-Type"]) == (200, "image/svg+xml")
    assert "Íñigo Muñoz" in drawn.text
    assert ana.put({"gifts": [GIFT]}).status_code == 201
    stack.flow.pay(token_of(ana.check_out().json()["payment"]["url"]))

    bucket, s3 = stack.resources["PrintsBucket"], stack.client("s3")
    prints = eventually(lambda: _prints(stack, ana.order), seconds=60, what="both prints")
    by_form = {key.rpartition("-")[2]: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in prints}
    address = _read(by_form["phone.pdf"])
    site, _, code = address.partition("/tarjeta/#")
    assert (site, _read(by_form["print.pdf"])) == (stack.site_url, address)

    berta = Guest(stack, lang="en")
    card = berta.ask("GET", f"/api/giftcards/{code}").json()
    assert (card["balance"], card["recipient"], card["printable"]) == (82000, "Íñigo Muñoz", True)
    for form, shown in (("print", "attachment"), ("phone", "inline")):
        link = berta.ask("POST", f"/api/giftcards/{code}/pdf", json={"format": form}).json()["url"]
        answer = requests.get(link, timeout=20)
        assert (answer.status_code, answer.content) == (200, by_form[f"{form}.pdf"])
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Disposition"] == (
            f"{shown}; filename*=UTF-8''Aremko%20-%20Regalo%20para%20%C3%8D%C3%B1igo%20Mu%C3%B1oz.pdf")
        for tampered in (link.replace("X-Amz-Expires=300", "X-Amz-Expires=9000"), link.partition("?")[0]):
            assert requests.get(tampered, timeout=20).status_code == 403


def test_no_code_stands_in_a_log_or_a_queue_or_a_table(stack: Any) -> None:
    bucket, s3 = stack.resources["PrintsBucket"], stack.client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket)["Contents"] if one["Key"].endswith("phone.pdf")]
    codes = [_read(s3.get_object(Bucket=bucket, Key=key)["Body"].read()).partition("#")[2] for key in keys]
    assert codes
    written = "\n".join(line for function in ("print-cards", "issue-cards", "giftcards", "relay-giftcards")
                        for line in stack.logs(function))
    written += str(stack.client("dynamodb").scan(TableName=stack.table("giftcards"))["Items"])
    for code in codes:
        assert code not in written
        assert code.replace("-", "")[:16] not in written


def _prints(stack: Any, order: str) -> list[str]:
    """Return the keys of both prints of an order's card, as soon as the card says that it is printed."""
    items = stack.client("dynamodb").scan(TableName=stack.table("giftcards"))["Items"]
    cards = [item["pk"]["S"] for item in items if item["sk"]["S"] == "card" and item["order"]["S"] == order
             and item["printed"]["N"] != "0"]
    if not cards:
        return []
    found = stack.client("s3").list_objects_v2(Bucket=stack.resources["PrintsBucket"], Prefix=f"cards/{cards[0]}/")
    return [one["Key"] for one in found["Contents"]]


def _read(content: bytes) -> str:
    """Return what a telephone's camera reads off a PDF."""
    [found] = zxingcpp.read_barcodes(pypdfium2.PdfDocument(content)[0].render(scale=2).to_pil())
    return str(found.text)
