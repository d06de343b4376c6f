"""A guest pays by bank transfer, over HTTP, on the true template with roles enforced."""

from tests.support.guest import Guest, eventually, free_hour


def _mails_about(stack, order):
    return [message["mail"] for message in stack.mail.messages() if order in message["mail"]["subject"]]


def test_a_guest_who_pays_by_transfer_is_mailed_the_account_and_has_a_day(stack):
    guest = Guest(stack, lang="en")
    guest.hold("tina-villarrica", free_hour(stack.api_url, "tina-villarrica"))
    placed = guest.check_out(payment_method="transfer", language="en")
    assert placed.status_code == 201, placed.text
    (mail,) = eventually(lambda: _mails_about(stack, guest.order), what="the mail")
    text = mail["content"][0]["value"]
    assert mail["subject"] == f"Where to transfer: booking {guest.order}"
    account = guest.look()["payments"][0]["instructions"]
    for name in ("bank", "account_type", "account", "holder", "rut", "email", "reference"):
        assert f": {account[name]}\n" in text
    assert f"Exact amount: ${account['amount']:,}".replace(",", ".") in text
    assert "/reserva/?lang=en#" in text
    assert guest.look()["state"] == "pending_payment"
