"""What people type into forms, and what makes it acceptable."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ..core.shapes import Form

EMAIL = r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$"


def one_line(text: str) -> str:
    """Refuse what doesn't show: line breaks, control characters, changes of writing direction."""
    text = text.replace("\u00a0", " ")
    if not text.isprintable():
        raise PydanticCustomError("invalid_value", "nothing invisible")
    return text.strip()


def some_lines(text: str) -> str:
    """As `one_line` for each line."""
    return "\n".join(one_line(line) for line in text.split("\n")).strip()


def agreed(value: bool) -> bool:
    """Refuse what was not agreed to."""
    if not value:
        raise PydanticCustomError("consent_required", "the policy must be accepted")
    return value


Text = Annotated[str, AfterValidator(one_line)]


class Nothing(Form):
    """A body without anything in it."""

