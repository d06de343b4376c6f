"""What the site asks of the catalogue: services and categories, open to everybody, cached for a minute."""

from __future__ import annotations

from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from ..core.errors import Malformed
from ..core.texts import Lang
from ..web.call import Call
from ..web.cursor import read_cursor, write_cursor
from ..web.routes import PUBLIC, Routes
from . import stock, table
from .model import Catalogue
from .views import (
    CategoriesView,
    PacksView,
    ProductsView,
    ServicesView,
    ServiceView,
    category_view,
    pack_view,
    product_view,
    service_view,
)

CACHE_SECONDS = 60
PAGE = 50
_CURSOR = "servicios"

routes = Routes(__name__)


class ServicesQuery(BaseModel):
    """Which services, and where to go on."""

    model_config = ConfigDict(extra="forbid")

    categoria: str | None = Field(default=None, min_length=1, max_length=40)
    cursor: str | None = Field(default=None, min_length=1, max_length=400)
    limit: int = Field(default=PAGE, ge=1, le=PAGE)


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
    first = _position(query.cursor, query.categoria) if query.cursor else 0
    last = first + query.limit
    following = write_cursor(_CURSOR, [query.categoria, last]) if last < len(views) else None
    return ServicesView(items=views[first:last], next=following)


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


@routes.get("/api/productos", access=PUBLIC, answers=ProductsView)
def list_products(call: Call) -> ProductsView:
    """List the products with what is left of each. Never cached: the last piece may go at any moment.

    Requests beyond the catalogue's: 1 Query.
    """
    products = table.current(call.clock).products
    left = stock.left()
    return ProductsView(items=[product_view(product, left.get(product.slug, 0), call.lang) for product in products])


def _position(cursor: str, category: str | None) -> int:
    of_category, position = read_cursor(_CURSOR, cursor)
    if of_category != category:
        raise Malformed("cursor_invalid")
    return int(position)


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
