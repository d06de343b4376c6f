"""Declaring routes. Each says who may use it, what it reads and what it answers; the rest follows from that."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalice.app import Blueprint, Response
from pydantic import BaseModel

from ..aws.limits import Limit
from .access import PUBLIC, Access, Signed, Staff

__all__ = ["PUBLIC", "Access", "Limit", "Route", "Routes", "Signed", "Staff"]

Handler = Callable[..., Any]


@dataclass(frozen=True)
class Route:
    """One method of one path: the whole of what the edge and the API reference need to know.

    `binary` is the media type of the bytes that it may answer instead.
    """

    method: str
    path: str
    access: Access
    handler: Handler
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    form: bool = False
    answers: type[BaseModel] | None = None
    status: int = 200
    media_type: str = "application/json"
    binary: str | None = None
    refuses: tuple[int, ...] = ()
    idempotent: bool = False
    limit: Limit | None = None
    cache_seconds: int = 0

    @property
    def name(self) -> str:
        """The route's name in logs and counters: `POST /api/carritos`."""
        return f"{self.method} {self.path}"


class Routes(Blueprint):
    """A Chalice blueprint whose routes go through the edge and are remembered for the API reference.

    Example::

        routes = Routes(__name__)

        @routes.get("/api/servicios/{slug}", access=PUBLIC, answers=ServiceView, refuses=(404,))
        def show(call: Call, slug: str) -> ServiceView:
            '''One service.'''
    """

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.table: list[Route] = []

    def get(self, path: str, *, access: Access, **options: Any) -> Callable[[Handler], Handler]:
        """Declare a reading route; it changes nothing."""
        return self._declare("GET", path, access, options)

    def post(self, path: str, *, access: Access, idempotent: bool = True,
             **options: Any) -> Callable[[Handler], Handler]:
        """Declare a changing route; callers send an Idempotency-Key, unless they are providers who can't."""
        return self._declare("POST", path, access, {"idempotent": idempotent, **options})

    def delete(self, path: str, *, access: Access, **options: Any) -> Callable[[Handler], Handler]:
        """Declare a removing route; callers send an Idempotency-Key."""
        return self._declare("DELETE", path, access, {"idempotent": True, **options})

    def _declare(self, method: str, path: str, access: Access,
                 options: dict[str, Any]) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            route = Route(method=method, path=path, access=access, handler=handler, **options)
            self.table.append(route)

            def view(**path_values: str) -> Response:
                from .edge import answer  # the edge needs Route

                return answer(route, self.current_request, path_values)

            view.__name__ = handler.__name__
            self.route(path, methods=[method], content_types=_content_types(route))(view)
            return handler

        return register


def _content_types(route: Route) -> list[str]:
    if route.form:
        return ["application/x-www-form-urlencoded"]
    return ["application/json"] if route.body else ["*/*"]
