"""A command for as long as whose window is open: it gets the signals, and its exit code is passed on."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

# As env, timeout and others say it.
OWN_FAILURE, NOT_EXECUTABLE, NOT_FOUND = 125, 126, 127

_FORWARDED = (signal.SIGTERM, signal.SIGHUP)
# A terminal sends these to both.
_ITS_OWN = (signal.SIGINT, signal.SIGQUIT)


def run_command(command: Sequence[str]) -> int:
    """Its exit code, or 128 and the signal that ended it."""
    former: dict[int, Any] = {number: signal.signal(number, signal.SIG_IGN) for number in _ITS_OWN}
    child: subprocess.Popen[bytes] | None = None
    waiting: list[int] = []

    def forward(number: int, _frame: object) -> None:
        if child is None:
            waiting.append(number)
        else:
            child.send_signal(number)

    former.update({number: signal.signal(number, forward) for number in _FORWARDED})
    try:
        child = subprocess.Popen([*command], preexec_fn=lambda: _restore(former))
        for number in waiting:
            child.send_signal(number)
        code = child.wait()
    except FileNotFoundError:
        return NOT_FOUND
    except OSError:
        return NOT_EXECUTABLE
    finally:
        _restore(former)
    return code if code >= 0 else 128 - code


def _restore(former: Mapping[int, Any]) -> None:
    for number, handler in former.items():
        signal.signal(number, handler)
