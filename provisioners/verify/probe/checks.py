"""The fleet's own checks: a command each, tried again until it succeeds or its time is over."""

import subprocess
import time
from collections.abc import Mapping, Sequence

from shell import say

_MOST_OUTPUT = 2000
_BETWEEN_SECONDS = 1.0


def run_checks(checks: Sequence[Mapping]) -> list[dict[str, object]]:
    return [_run(check["name"], check["run"], check["within_seconds"]) for check in checks]


def _run(name: str, command: str, within: float) -> dict[str, object]:
    begun = time.monotonic()
    while True:
        code, text = _once(command, max(1.0, within - (time.monotonic() - begun)))
        took = time.monotonic() - begun
        if code == 0 or took + _BETWEEN_SECONDS >= within:
            say(f"check {name}: {'passed' if code == 0 else 'failed'}")
            return {"name": name, "exit_code": code, "seconds": round(took, 1), "output": text}
        time.sleep(_BETWEEN_SECONDS)


def _once(command: str, seconds: float) -> tuple[int | None, str]:
    """None: it did not end in time."""
    try:
        ended = subprocess.run(
            ["bash", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return None, _tail(error.stdout or b"")
    return ended.returncode, _tail(ended.stdout)


def _tail(content: bytes) -> str:
    return content.decode("utf-8", "replace").strip()[-_MOST_OUTPUT:]
