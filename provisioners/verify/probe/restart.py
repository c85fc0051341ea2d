"""The sequence that release 4.2.0 loses, and with it a restart, whose scans find what real time does not."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from plants import append, choose
from shell import eventually, output, say, succeeds

_CHANGED = [550, 551, 552]
_STOP_SECONDS = 60
# Stamps of alerts are whole seconds.
_TICK = 1.1


def change_while_stopped(
    trial: Any, used: set[str], wait_for: Callable[[Sequence[Any]], None]
) -> None:
    """One file changes, another, the first again; OSSEC stops; the other changes; OSSEC starts."""
    try:
        first, second = (choose(trial.plant, used) for _ in range(2))
        for path in (first, second, first):
            step = type(trial)({**trial.plant, "name": "before the restart", "hook": None, "rules": _CHANGED})
            step.at = time.time()
            step.planted = append({"path": path}, set())
            wait_for([step])
            time.sleep(_TICK)
        say("OSSEC is stopped, and started again")
        succeeds("systemctl", "stop", "ossec.target")
        eventually(_is_stopped, _STOP_SECONDS)
        trial.at = time.time()
        trial.planted = append({"path": second}, set())
        time.sleep(_TICK)
        succeeds("systemctl", "start", "ossec.target")
    except OSError as error:
        trial.problem = f"it could not be tampered with: {error}"


def _is_stopped() -> bool | None:
    return not output("pgrep", "--exact", "ossec-.*").strip() or None
