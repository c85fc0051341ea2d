"""What systemd is told, that the service is ready, alive, and how it does; and what it hands over."""

import os
import socket
from contextlib import suppress
from pathlib import Path

CREDENTIALS = Path("/run/credentials/bake-notifier.service")
"""Where the service sees root's files that its unit names."""


def notify(message: str) -> None:
    """`READY=1`, `WATCHDOG=1`, `STATUS=…`; silent where systemd didn't ask."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
        connection.settimeout(1)
        connection.sendto(message.encode(), address.replace("@", "\0", 1))
