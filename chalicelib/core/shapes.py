"""The three bases of what pydantic checks: values of the domain, forms that come in, views that go out.

Each validator is built when first used: a function has many models and its first request needs few of them.
"""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A value of the domain: it never changes."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class Form(BaseModel):
    """What somebody sends: a field that is not asked for is refused."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


class View(BaseModel):
    """What somebody is shown."""

    model_config = ConfigDict(defer_build=True)
