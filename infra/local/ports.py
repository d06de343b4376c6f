"""Choosing ports, and saying clearly when one is taken."""

import os
import socket

HOST = "127.0.0.1"


class PortTaken(RuntimeError):
    """Another program listens on a port we need; the message names it and the setting that chooses another."""


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def chosen(setting: str, default: int) -> int:
    """Return the port an environment variable asks for, or the default.

    Raises PortTaken when somebody listens there.
    """
    port = int(os.environ.get(setting, default))
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise PortTaken(f"Port {port} is in use by another program. Choose another one: "
                            f"make run {setting}={port + 1000}") from None
    return port
