"""`python -m infra.local.flow --port 8026`: the Flow sandbox by itself."""

import argparse
from pathlib import Path

from infra.local.sandbox import until_stopped

from . import DEFAULT_API_KEY, DEFAULT_SECRET_KEY, serve


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8026)
    parser.add_argument("--state", type=Path, default=Path(".local/flow"))
    parser.add_argument("--api-key", default=DEFAULT_API_KEY)
    parser.add_argument("--secret-key", default=DEFAULT_SECRET_KEY)
    chosen = parser.parse_args()
    keys = {"api_key": chosen.api_key, "secret_key": chosen.secret_key}
    server = serve(chosen.port, chosen.state, settings=keys)
    print(f"payments and faults on {server.url}\nFLOW_API_URL={server.api_url}")
    until_stopped(server)


if __name__ == "__main__":
    main()
