"""What systemd wants to know of a service: that it is ready, and again and again that it lives."""

import os
import socket
from contextlib import suppress


def notify(state: str) -> None:
    """Tell systemd, where it started us (sd_notify(3)); else nobody."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
        way.sendto(state.encode(), address)
