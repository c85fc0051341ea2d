"""From the boot to the end of the first scans: what OSSEC has alerted on, and what its scans have cost."""

import os
import time
from dataclasses import asdict
from pathlib import Path

from alerts import read_alerts
from session import without_own
from shell import eventually, output, say

_LOG = Path("/var/ossec/logs/ossec.log")
_ENDED = ("Ending syscheck scan", "Ending rootcheck scan")
_OFF = "Rootcheck disabled"
# analysisd writes a little after syscheckd has ended, and real time begins then.
_SETTLING_SECONDS = 5


def watch_first_scans(seconds: float) -> dict[str, object]:
    say("waiting for OSSEC's first scans to end")
    ended = eventually(_scans_ended, seconds)
    after = time.monotonic() - _boot()
    cpu = _cpu_seconds()
    time.sleep(_SETTLING_SECONDS)
    say(f"the first scans {f'ended {after:.0f} s after the boot' if ended else 'have not ended in time'}")
    alerts = read_alerts()
    return {
        "scans_ended": ended is True,
        "seconds": round(after, 1),
        "daemons_cpu_seconds": round(cpu, 2),
        "alerts": [asdict(alert) for alert in without_own(alerts)],
        "all_alerts": len(alerts),
    }


def _scans_ended() -> bool | None:
    try:
        log = _LOG.read_text("utf-8", "replace")
    except OSError:
        return None
    return all(words in log or (words == _ENDED[1] and _OFF in log) for words in _ENDED) or None


def _boot() -> float:
    """When systemd began, on the monotonic clock: in a container the kernel is older."""
    shown = output("systemctl", "show", "--property=UserspaceTimestampMonotonic", "--value").strip()
    return int(shown) / 1e6 if shown.isdigit() else 0.0


def _cpu_seconds() -> float:
    """What OSSEC's daemons have used so far, on all cores."""
    ticks = 0
    for name in Path("/proc").glob("[0-9]*/comm"):
        try:
            if not name.read_text().startswith("ossec-"):
                continue
            fields = name.with_name("stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
