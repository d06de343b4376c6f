"""`python -m infra.local.mail --port 8025 --site http://aremko.localhost:8080`: the mail sandbox by itself."""

import argparse
from pathlib import Path

from infra.local.sandbox import until_stopped

from . import DEFAULT_API_KEY, serve


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8025)
    parser.add_argument("--state", type=Path, default=Path(".local/mail"))
    parser.add_argument("--site", default="", help="where the signed events go; none are posted without it")
    parser.add_argument("--api-key", default=DEFAULT_API_KEY)
    chosen = parser.parse_args()
    server = serve(chosen.port, chosen.state, settings={"api_key": chosen.api_key, "site_url": chosen.site})
    print(f"inbox and API on {server.url}\nwebhook public key {server.public_key}")
    until_stopped(server)


if __name__ == "__main__":
    main()
