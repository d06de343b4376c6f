"""Every mail as a mail program shows it, on a phone and a desktop: nothing sticks out, every word can be read."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from chalicelib.notifications.compose import KINDS, compose
from chalicelib.notifications.waiting import KINDS as WAITING
from tests.browser.screens import PHONE, SIZES, look
from tests.notifications.builders import ACCOUNT, a_fact, a_payment, an_order, everything
from tests.notifications.test_mails import DATA, LINK, SITE
from tests.notifications.test_waiting_mails import written

RULES = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-name", "html-has-lang", "heading-order"]}}


def _html(type: str) -> str:
    if type in WAITING:
        return written(type, waits=True).html
    transfer = ACCOUNT if type == "payment.transfer_awaited" else None
    return compose(a_fact(type, **DATA[type]), an_order(*everything(), paid=100_000), payment=a_payment(),
                   transfer=transfer, site=SITE, link=LINK).html


@pytest.mark.parametrize("type", [*KINDS, *WAITING])
def test_a_mail_fits_a_phone_and_a_desktop_and_can_be_read(browser: Any, type: str) -> None:
    page = browser.new_page(viewport=SIZES[PHONE])
    page.set_content(_html(type))
    look(page, f"mail-{type}", checked=())
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.close()
