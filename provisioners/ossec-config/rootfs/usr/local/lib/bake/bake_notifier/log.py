"""What the notifier says to the journal.

A hook's URL is a secret, and libraries write what they were given into their errors. So no error's own text
is ever written: only its kind, and a library's fixed words for a number.
"""

import os
import socket
import ssl
import sys
import threading
import traceback
from contextlib import suppress
from types import TracebackType

from .text import one_line

_LONGEST = 500


def say(message: str) -> None:
    _write(6, message)


def warn(message: str) -> None:
    _write(4, message)


def describe(error: BaseException) -> str:
    """What an error is, without anything that it was given."""
    kind = type(error).__name__
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"{kind} (code {error.verify_code})"
    if isinstance(error, ssl.SSLError):
        return f"{kind} ({getattr(error, 'reason', None)})"
    if isinstance(error, socket.gaierror):
        return f"{kind} ({error.strerror})"
    if isinstance(error, OSError) and isinstance(error.errno, int):
        return f"{kind} ({os.strerror(error.errno)})"
    return kind


def warn_of_bug(error: BaseException) -> None:
    """Where it happened, too: files, lines and names of functions are our own."""
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    warn(f"bug: {describe(error)} at {' < '.join(reversed(places))}")


def take_over_errors() -> None:
    """Nothing that ends the program or a thread prints a traceback with an error's text."""

    def end(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        warn_of_bug(error)

    def end_thread(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            warn_of_bug(arguments.exc_value)

    sys.excepthook = end
    threading.excepthook = end_thread


def _write(priority: int, message: str) -> None:
    with suppress(OSError):
        print(f"<{priority}>{one_line(message, _LONGEST)}", file=sys.stderr, flush=True)
