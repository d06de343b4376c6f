"""The Chalice application of one function, or of them all."""

from collections.abc import Iterable
from typing import Any

from chalice.app import Blueprint, Chalice, Request

from . import problem
from .call import language_of, request_id_of
from .routes import Routes

APP_NAME = "aremko"


class App(Chalice):
    """A Chalice app whose own refusals (405, 415 …) are problems like all others.

    `areas` names the routes of each area: one Lambda function each (DESIGN.md §2 row 2).
    """

    areas: dict[str, Routes]

    @classmethod
    def of(cls, areas: dict[str, Routes], jobs: Iterable[Blueprint] = ()) -> "App":
        """Return the app with these areas and these blueprints of workers and jobs."""
        app = cls(app_name=APP_NAME, configure_logs=False)  # chalicelib.aws.logs writes them
        app.areas = areas
        app.api.binary_types += {route.binary for area in areas.values() for route in area.table if route.binary}
        for blueprint in (*areas.values(), *jobs):
            app.register_blueprint(blueprint)
        return app

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one API Gateway proxy event."""
        response: dict[str, Any] = super().__call__(event, context)
        if problem.speaks_for_itself(response):
            return response
        request = Request(event, context)
        return problem.chalice_refusal(response, language_of(request), request_id_of(request))


def area_app(area: str, routes: Routes) -> App:
    """Return the app of one area's function: just that area's routes, so that it starts fast."""
    return App.of(areas={area: routes})
