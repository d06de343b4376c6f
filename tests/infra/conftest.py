"""The template of each stage, assembled once, without its zips: what it says does not depend on their bytes."""

import pytest

from infra import assemble, bundle, functions, sam
from infra.bundle import Bundle
from infra.package import KINDS
from infra.paths import BUILD


@pytest.fixture(scope="session")
def everything():
    """The functions of functions.yaml."""
    return functions.load()


@pytest.fixture(scope="session")
def chalice_template():
    """What `chalice package` says."""
    return sam.package("dev")


@pytest.fixture(scope="session")
def template_of(everything, chalice_template):
    """Make a stage's template."""
    def make(stage):
        bundles = {kind: Bundle(BUILD / f"{kind}.zip", kind * 8) for kind in KINDS}
        definition = sam.api_definition(chalice_template, everything)
        return assemble.template(stage, everything, definition, bundles, bundle.AWS)

    return make


@pytest.fixture(scope="session")
def resources(template_of):
    """The resources of the dev stage."""
    return template_of("dev")["Resources"]


@pytest.fixture(scope="session")
def of_type(resources):
    """Find the resources of a type: {logical id: properties}."""
    def find(kind):
        return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}

    return find
