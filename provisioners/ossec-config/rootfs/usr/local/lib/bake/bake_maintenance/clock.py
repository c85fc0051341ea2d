"""When it is: by the clock on the wall, which anybody who may can set, and by one that only goes on."""

import time
from dataclasses import dataclass
from pathlib import Path

LARGEST_STEP = 2.0
"""Seconds that the clock on the wall may be set by; a correction of its pace moves both clocks and doesn't show."""

_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Moment:
    boot: str
    """Which boot of the machine; the clock that only goes on begins anew with each."""
    wall: float
    """Seconds since 1970: what files' times of change are in."""
    since_boot: float
    """Seconds, those that the machine slept included."""


def now(boot: Path = _BOOT) -> Moment:
    """Raises OSError."""
    return Moment(boot.read_text("ascii").strip(), time.time(), time.clock_gettime(time.CLOCK_BOOTTIME))


def was_set(earlier: Moment, later: Moment) -> bool:
    """Whether the clock on the wall was set between two moments of one boot."""
    drift = (later.wall - later.since_boot) - (earlier.wall - earlier.since_boot)
    return abs(drift) > LARGEST_STEP
