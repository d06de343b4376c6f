"""The composition root: every area's routes, every worker and job. Nothing is defined here."""

from chalicelib.aws import relay
from chalicelib.web import system
from chalicelib.web.app import App

app = App.of(
    areas={"system": system.routes},
    jobs=[relay.jobs],
)
