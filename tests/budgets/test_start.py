"""Functions start and answer without wasting time. `make bench` measures; here only a clear loss of it fails.

The bars of DESIGN.md §7 are 1.15 (cold) and 1.5 (warm). A machine that runs other tests beside this one adds noise,
which the margin is for.
"""

import os
from pathlib import Path

import pytest

from infra.bench import record, start
from infra.bench.start import Ratio
from tests.support import journey

pytestmark = pytest.mark.slow
COLD_BAR, WARM_BAR, MARGIN = 1.15, 1.5, 1.25
Measured = tuple[dict[str, Ratio], dict[str, Ratio]]


@pytest.fixture(scope="module")
def measured(dynamodb: str, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    scenes, code = tmp_path_factory.mktemp("scenes"), tmp_path_factory.mktemp("code")
    start.unpacked(Path(code))
    journey.published()
    record.record(scenes)
    environment = {name: value for name, value in os.environ.items() if name.endswith(("_TABLE", "_ARN", "_URL"))}
    environment["STAGE"] = "test"
    return (start.cold(code, scenes, environment, runs=3, cut="client"),
            start.warm(code, scenes, environment, runs=4, rounds=60))


def test_every_function_starts_about_as_fast_as_a_bare_one(measured: Measured) -> None:
    slow = {area: found for area, found in measured[0].items() if found.ours / found.yardstick > COLD_BAR * MARGIN}
    assert slow == {}


def test_a_warm_request_costs_little_more_than_its_calls_to_dynamodb(measured: Measured) -> None:
    slow = {area: found for area, found in measured[1].items() if found.ours / found.yardstick > WARM_BAR * MARGIN}
    assert slow == {}
