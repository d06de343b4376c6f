"""Rendering a mail's templates: as HTML, and as the text twin."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def rendered(kind: str, context: dict[str, Any]) -> tuple[str, str]:
    """Return a mail's HTML and text. Raises UndefinedError for a value that is missing: a mail has no blanks."""
    return (_templates().get_template(f"{kind}.html.jinja").render(context),
            _templates().get_template(f"{kind}.txt.jinja").render(context))


@cache
def _templates() -> Environment:
    """Return the template engine: names and texts are escaped in HTML, as they are in plain text."""
    return Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), undefined=StrictUndefined,
                       autoescape=lambda name: name is not None and ".html." in name,
                       trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True)
