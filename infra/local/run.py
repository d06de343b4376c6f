"""`make run`: the whole system on this machine until Ctrl-C, its data kept in .local/ between runs."""

import os
import signal
import sys
import time
from typing import NoReturn

from infra.bundle import PackagingFailed
from infra.local import staff
from infra.local.cloud import DEFAULT_PORT, CloudFailed
from infra.local.ports import PortTaken, chosen
from infra.local.stack import Ports, Stack
from infra.paths import LOCAL
from infra.sam import RoutingFailed
from infra.site import SiteFailed
from infra.site import build as build_site
from infra.stack import DeploymentFailed

DEFAULT_PORTS = {"SITE_PORT": 8080, "CLOUD_PORT": DEFAULT_PORT, "FLOW_PORT": 8081, "MAIL_PORT": 8082,
                 "MERCADOPAGO_PORT": 8083}


def main() -> int:
    """Start everything, print the addresses, wait for Ctrl-C, stop everything."""
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    begun = time.monotonic()
    try:
        ports = Ports(*(chosen(setting, port) for setting, port in DEFAULT_PORTS.items()))
        stack = Stack.start(LOCAL, ports=ports, keep_state=True, site=build_site(), providers=dict(os.environ),
                            say=_say)
    except (PortTaken, CloudFailed, PackagingFailed, RoutingFailed, SiteFailed, DeploymentFailed) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    try:
        _print_addresses(stack, time.monotonic() - begun)
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        stack.stop()
    return 0


def _print_addresses(stack: Stack, seconds: float) -> None:
    addresses = {
        "Booking site": stack.site_url,
        "Inbox": stack.mail.url if stack.mail else "SendGrid (SENDGRID_API_KEY is set)",
        "Flow's sandbox": stack.flow.url if stack.flow else "Flow (FLOW_API_KEY is set)",
        "Mercado Pago's sandbox": stack.mercadopago.url if stack.mercadopago
        else "Mercado Pago (MERCADOPAGO_ACCESS_TOKEN is set)",
        "API reference": f"{stack.site_url}/api-referencia/",
        "API": f"{stack.site_url}/api/servicios",
        "Local cloud": stack.cloud.endpoint,
        "Staff": f"{', '.join(member.email for member in staff.MEMBERS)}; password {staff.PASSWORD}",
        "Staff client": stack.outputs["StaffClientId"],
    }
    print(f"\nReady in {seconds:.0f} s. Ctrl-C stops everything; the data stays in .local/ (`make reset` wipes it).\n")
    for name, address in addresses.items():
        print(f"  {name:23} {address}")
    print(flush=True)


def _say(line: str) -> None:
    """Print a step; a line per resource of a hundred is for deployments, not for every morning."""
    if not line.startswith("  "):
        print(line, flush=True)


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
