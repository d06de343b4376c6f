"""What times of the CPU are told in: machines differ, and one machine differs from hour to hour."""

from collections.abc import Callable
from time import process_time


def cost(work: Callable[[], object]) -> float:
    """Return the CPU time of a work, in that of adding up two million squares just before it (0.2 s or so)."""
    began = process_time()
    sum(n * n for n in range(2_000_000))
    between = process_time()
    work()
    return (process_time() - between) / (between - began)
