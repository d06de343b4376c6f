"""Every mail as a mail program shows it, on a phone and a desktop: nothing sticks out, every word can be read."""

import base64
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from chalicelib.giftcards.paper.looks import LOOKS
from chalicelib.notifications.compose import KINDS, compose
from chalicelib.notifications.gifts import KINDS as GIFTS
from chalicelib.notifications.waiting import KINDS as WAITING
from infra.paths import ROOT
from tests.browser.screens import PHONE, SIZES, look
from tests.notifications import test_gift_mails
from tests.notifications.builders import ACCOUNT, a_fact, a_payment, an_order, everything
from tests.notifications.test_mails import DATA, LINK, SITE
from tests.notifications.test_waiting_mails import written

RULES = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-name", "html-has-lang", "heading-order"]}}


def _html(type: str) -> str:
    if type in WAITING:
        return written(type, waits=True).html
    if type in GIFTS:
        return _with_its_picture(test_gift_mails.written(type).html)
    transfer = ACCOUNT if type == "payment.transfer_awaited" else None
    return compose(a_fact(type, **DATA[type]), an_order(*everything(), paid=100_000), payment=a_payment(),
                   transfer=transfer, site=SITE, link=LINK).html


def _with_its_picture(html: str) -> str:
    """Return a mail whose picture is the site's own, without a site."""
    def data(found: re.Match[str]) -> str:
        picture = (ROOT / "static_site/public" / found[1]).read_bytes()
        return f'src="data:image/jpeg;base64,{base64.b64encode(picture).decode()}"'
    return re.sub(rf'src="{SITE}/(mail/\w+\.jpg)"', data, html)


@pytest.mark.parametrize("design", sorted(LOOKS))
def test_a_gift_of_each_design_can_be_read(browser: Any, design: str) -> None:
    card = test_gift_mails.a_card()
    card = card.model_copy(update={"face": card.face.model_copy(update={"design": design})})
    page = browser.new_page(viewport=SIZES[PHONE])
    page.set_content(_with_its_picture(test_gift_mails.gift(card).html))
    look(page, f"mail-gift-{design}", checked=())
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.close()


@pytest.mark.parametrize("type", [*KINDS, *WAITING, *GIFTS])
def test_a_mail_fits_a_phone_and_a_desktop_and_can_be_read(browser: Any, type: str) -> None:
    page = browser.new_page(viewport=SIZES[PHONE])
    page.set_content(_html(type))
    look(page, f"mail-{type}", checked=())
    assert Axe().run(page, options=RULES).response["violations"] == []
    page.close()
