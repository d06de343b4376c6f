"""Business and health metrics in CloudWatch's embedded format: a log line each, no request."""

import json
import sys
import time

from . import settings

NAMESPACE = "Aremko"


def count(name: str, value: int = 1, **dimensions: str) -> None:
    """Count `value` occurrences of something; the dimensions must be few and bounded (provider, code)."""
    dimensions = {"stage": settings.stage(), **dimensions}
    directive = {"Namespace": NAMESPACE, "Dimensions": [list(dimensions)],
                 "Metrics": [{"Name": name, "Unit": "Count"}]}
    stamp = time.time_ns() // 1_000_000  # the log's own time, not the business's
    line = {"_aws": {"Timestamp": stamp, "CloudWatchMetrics": [directive]}, name: value, **dimensions}
    sys.stdout.write(json.dumps(line) + "\n")
