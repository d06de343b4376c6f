"""Cold starts and warm requests in CPU seconds: our functions, from their deployment zip, against two yardsticks."""

import os
import shutil
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from infra import package
from infra.bench.scenes import AREAS

ASKING = ("availability", "carts", "orders", "payments")  # whose warm requests ask DynamoDB
SCRIPT = Path(__file__).parent / "replay.py"


@dataclass(frozen=True)
class Ratio:
    """CPU seconds of ours and of the yardstick (the least of all runs), and the median of the pairs' ratios."""

    ours: float
    yardstick: float
    ratio: float


def unpacked(directory: Path) -> Path:
    """Build the local stage's zips and unpack them; functions start from these very files."""
    for kind, made in package.build("local").bundles.items():
        with zipfile.ZipFile(made.path) as archive:
            archive.extractall(directory / kind)
        shutil.copy(SCRIPT, directory / kind / "replay_bench.py")
    return directory


def cold(code: Path, scenes: Path, environment: dict[str, str], *, runs: int, cut: str,
         areas: Iterable[str] = AREAS) -> dict[str, Ratio]:
    """Start each area's function and the bare one in turn, `runs` times each."""
    found = {}
    for area in areas:
        pairs = []
        for _ in range(runs + 1):
            yardstick = _run(code, scenes / f"{area}.pickle", environment, "bare", cut)
            pairs.append((_run(code, scenes / f"{area}.pickle", environment, "ours", cut), yardstick))
        found[area] = _ratio(pairs[1:])  # the first pair filled the disk's cache
    return found


def warm(code: Path, scenes: Path, environment: dict[str, str], *, runs: int, rounds: int,
         areas: Iterable[str] = ASKING) -> dict[str, Ratio]:
    """Answer the same request `rounds` times in one process: ours, and by hand with the same DynamoDB calls."""
    found = {}
    for area in areas:
        pairs = []
        for _ in range(runs):
            by_hand = _run(code, scenes / f"{area}.pickle", environment, "hand", "client", rounds)
            pairs.append((_run(code, scenes / f"{area}.pickle", environment, "ours", "client", rounds), by_hand))
        found[area] = _ratio(pairs)
    return found


def _ratio(pairs: list[tuple[float, float]]) -> Ratio:
    return Ratio(min(ours for ours, _ in pairs), min(other for _, other in pairs),
                 statistics.median(ours / other for ours, other in pairs))


def _run(code: Path, scene: Path, environment: dict[str, str], who: str, cut: str, rounds: int = 0) -> float:
    kept = {name: value for name, value in environment.items() if name != "AWS_ENDPOINT_URL"}
    place = code / "core"
    done = subprocess.run([sys.executable, place / "replay_bench.py", scene, who, cut, str(rounds)], cwd=place,
                          env={**os.environ, **kept, "PYTHONPATH": str(place), "POWERTOOLS_LOG_LEVEL": "ERROR"},
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return float(done.stdout.strip().rpartition("\n")[2])
