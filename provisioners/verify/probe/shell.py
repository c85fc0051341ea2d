"""Programs of the machine, and the clock."""

import subprocess
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_SECONDS = 60


def say(text: str) -> None:
    """One short line of progress."""
    print(text, flush=True)


def output(*argv: str, given: str | None = None) -> str:
    """What it prints on standard output, whatever its exit code; nothing where there is no such program."""
    try:
        ended = subprocess.run(
            argv, input=given, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return ended.stdout


def succeeds(*argv: str) -> bool:
    try:
        quiet = subprocess.DEVNULL
        ended = subprocess.run(
            argv, stdin=quiet, stdout=quiet, stderr=quiet, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0


def eventually(look: Callable[[], T | None], seconds: float, every: float = 0.5) -> T | None:
    """The first answer; None where there was none in that time."""
    deadline = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None or time.monotonic() >= deadline:
            return found
        time.sleep(every)
