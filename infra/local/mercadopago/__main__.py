"""`python -m infra.local.mercadopago --port 8027`: the Mercado Pago sandbox by itself."""

import argparse
from pathlib import Path

from infra.local.sandbox import until_stopped

from . import DEFAULT_ACCESS_TOKEN, DEFAULT_WEBHOOK_SECRET, serve


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8027)
    parser.add_argument("--state", type=Path, default=Path(".local/mercadopago"))
    parser.add_argument("--access-token", default=DEFAULT_ACCESS_TOKEN)
    parser.add_argument("--webhook-secret", default=DEFAULT_WEBHOOK_SECRET)
    chosen = parser.parse_args()
    keys = {"access_token": chosen.access_token, "webhook_secret": chosen.webhook_secret, "localhost": True}
    server = serve(chosen.port, chosen.state, settings=keys)
    print(f"payments and faults on {server.url}\nMERCADOPAGO_API_URL={server.api_url}")
    until_stopped(server)


if __name__ == "__main__":
    main()
