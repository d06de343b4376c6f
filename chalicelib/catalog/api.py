"""What the site asks of the catalogue, open to everybody: all but the stock of products is cached for a minute."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeVar

from pydantic import Field

from ..core.errors import Malformed
from ..core.shapes import Form
from ..core.texts import Lang
from ..web.call import Call
from ..web.cursor import read_cursor, write_cursor
from ..web.routes import PUBLIC, Routes
from . import stock, table
from .model import Catalogue
from .offers import Counter
from .offerviews import PacksView, ProductsView, pack_view, product_view
from .views import CategoriesView, ServicesView, ServiceView, category_view, service_view

CACHE_SECONDS = 60
PAGE = 50

_T = TypeVar("_T")

routes = Routes(__name__)


class _PageQuery(Form):
    """Where to go on, and how far."""

    cursor: str | None = Field(default=None, min_length=1, max_length=400)
    limit: int = Field(default=PAGE, ge=1, le=PAGE)


class ServicesQuery(_PageQuery):
    """Which services."""

    categoria: str | None = Field(default=None, min_length=1, max_length=40)


class ProductsQuery(_PageQuery):
    """Which products: those sold in one place."""

    donde: Counter | None = None


@routes.get(
    "/api/servicios",
    access=PUBLIC,
    query=ServicesQuery,
    answers=ServicesView,
    refuses=(400, 404),
    cache_seconds=CACHE_SECONDS,
)
def list_services(call: Call) -> ServicesView:
    """List the services, in the order of the catalogue; `categoria` narrows them down."""
    query: ServicesQuery = call.query
    catalogue = table.current(call.clock)
    if query.categoria:
        catalogue.category(query.categoria)
    views = [v for v in _views(_Edition(catalogue), call.lang) if query.categoria in (None, v.category)]
    page, following = _page("servicios", views, query, query.categoria)
    return ServicesView(items=page, next=following)


@routes.get("/api/servicios/{slug}", access=PUBLIC, answers=ServiceView, refuses=(404,), cache_seconds=CACHE_SECONDS)
def show_service(call: Call, slug: str) -> ServiceView:
    """Return one service."""
    catalogue = table.current(call.clock)
    service = catalogue.service(slug)
    return next(view for view in _views(_Edition(catalogue), call.lang) if view.slug == service.slug)


@routes.get("/api/categorias", access=PUBLIC, answers=CategoriesView, cache_seconds=CACHE_SECONDS)
def list_categories(call: Call) -> CategoriesView:
    """List the categories with their texts, questions and lowest price."""
    return _categories(_Edition(table.current(call.clock)), call.lang)


@routes.get("/api/packs", access=PUBLIC, answers=PacksView, cache_seconds=CACHE_SECONDS)
def list_packs(call: Call) -> PacksView:
    """List the packs: what each needs and what it saves."""
    catalogue = table.current(call.clock)
    return PacksView(items=[pack_view(pack, call.lang) for pack in catalogue.packs])


@routes.get("/api/productos", access=PUBLIC, query=ProductsQuery, answers=ProductsView, refuses=(400,))
def list_products(call: Call) -> ProductsView:
    """List the products with what is left of each; `donde` narrows them down. Never cached: the last piece may go.

    One Query beyond the catalogue's request.
    """
    query: ProductsQuery = call.query
    products = [p for p in table.current(call.clock).products if query.donde is None or query.donde in p.sold]
    page, following = _page("productos", products, query, query.donde)
    left = stock.left()
    return ProductsView(items=[product_view(one, left.get(one.slug, 0), call.lang) for one in page], next=following)


def _page(name: str, items: Sequence[_T], query: _PageQuery, narrowed: str | None) -> tuple[list[_T], str | None]:
    """Return the page that a query asks for, and the cursor of the following one.

    Raises Malformed("cursor_invalid") for a cursor of another list, or of one narrowed down otherwise.
    """
    first = 0
    if query.cursor:
        of, position = read_cursor(name, query.cursor)
        if of != narrowed:
            raise Malformed("cursor_invalid")
        first = int(position)
    last = first + query.limit
    return list(items[first:last]), write_cursor(name, [narrowed, last]) if last < len(items) else None


class _Edition:
    """A catalogue as the key of a cache: the same object is the same edition."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Edition) and other.catalogue is self.catalogue

    def __hash__(self) -> int:
        return id(self.catalogue)


@lru_cache(maxsize=4)
def _views(edition: _Edition, lang: Lang) -> tuple[ServiceView, ...]:
    """Return the views of all active services; made once per edition and language."""
    catalogue = edition.catalogue
    return tuple(service_view(catalogue, service, lang) for service in catalogue.services if service.active)


@lru_cache(maxsize=4)
def _categories(edition: _Edition, lang: Lang) -> CategoriesView:
    """Return the views of all categories; made once per edition and language."""
    catalogue = edition.catalogue
    return CategoriesView(items=[category_view(catalogue, category, lang) for category in catalogue.categories])
