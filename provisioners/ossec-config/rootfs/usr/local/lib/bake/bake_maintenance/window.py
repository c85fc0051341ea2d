"""One maintenance window: how long it is open, and which change it covers. Pure."""

from dataclasses import dataclass
from typing import Literal

from .clock import Moment, was_set

LONGEST_SECONDS = 4 * 3600
"""No window is longer, whatever its file says: who needs more time begins another one, which is told again."""

PACKAGES_SECONDS = 3600
"""The same for windows of packages."""

Kind = Literal["deployment", "packages"]
"""What it covers: declared folders and ports, or what packages own."""

# A file's time of change comes from a clock of the kernel's that lags behind by a tick.
_TICK = 0.05


@dataclass(frozen=True, slots=True)
class Window:
    id: str
    reason: str
    by: str
    """Who began it: the user who logged in, where there is one."""
    begun: Moment
    seconds: int
    """How long it is at most."""
    ended: float | None = None
    """Seconds since the boot, where somebody ended it."""
    kind: Kind = "deployment"

    def end_since_boot(self) -> float:
        """When it is over at the latest."""
        longest = PACKAGES_SECONDS if self.kind == "packages" else LONGEST_SECONDS
        latest = self.begun.since_boot + min(self.seconds, longest)
        return latest if self.ended is None else min(self.ended, latest)

    def end_wall(self) -> float:
        return self.begun.wall + self.end_since_boot() - self.begun.since_boot

    def is_sound(self, now: Moment) -> bool:
        """Whether its times can be compared with files': the same boot, and a clock that nobody has set."""
        return (
            self.begun.boot == now.boot
            and self.begun.since_boot <= now.since_boot
            and not was_set(self.begun, now)
        )

    def is_open(self, now: Moment) -> bool:
        return self.is_sound(now) and now.since_boot < self.end_since_boot()


@dataclass(frozen=True, slots=True)
class Change:
    """What a look at a file shows of when it was changed; seconds since 1970."""

    at: float
    """Of the file; of the folder that it was in, where it is gone."""
    above: float
    """The latest change of a folder on the way to it, up to the declared one: a file that was made earlier may have
    been moved to its place, and a folder with it."""


def covers(window: Window, alert: float, change: Change, late: float, now: Moment) -> bool:
    """Whether the window covers what an alert says about a declared file.

    `alert` is the alert's own time, in whole seconds since 1970. OSSEC may find a change long after it was made:
    what counts is the file's time of change, which nobody but root can set back. Nothing may have changed on the
    way to the file after the end, and OSSEC has to say so within `late` seconds.
    """
    end = window.end_wall()
    return (
        window.is_sound(now)
        and window.begun.wall < alert + 1
        and alert <= end + late
        and window.begun.wall - _TICK <= change.at <= end
        and change.above <= end
    )


def covers_moment(window: Window, alert: float, late: float, now: Moment) -> bool:
    """The same for what has no time of change: an open port."""
    return window.is_sound(now) and window.begun.wall < alert + 1 and alert <= window.end_wall() + late
