"""Addresses of the site's pages that are opened by a secret: those of orders, of the waitlist, of gift cards."""

from .texts import DEFAULT_LANG, Lang


def page_link(site: str, path: str, secret: str, lang: Lang) -> str:
    """Return the address of a page, `site` being the shop's without a trailing slash; on a device on which nobody has
    chosen a language yet it opens in the reader's. The secret stands behind the `#`, where no server sees it.

    >>> page_link("https://aremko.cl", "/reserva/", "7K2M-9Q4T-X.token", "en")
    'https://aremko.cl/reserva/?lang=en#7K2M-9Q4T-X.token'
    """
    return f"{site}{path}{'' if lang == DEFAULT_LANG else f'?lang={lang}'}#{secret}"
