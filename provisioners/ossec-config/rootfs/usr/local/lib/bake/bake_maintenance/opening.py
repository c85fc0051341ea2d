"""Windows begin and end: for a deployment by hand, for the daily upgrade by apt's hooks. Root's alone."""

import os
import pwd
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bake_notifier.alert import utc
from bake_notifier.text import one_line

from .book import locked, read_windows, write_windows
from .clock import Moment, now
from .window import PACKAGES_SECONDS, Kind, Window

_LONGEST_REASON = 200
_DAILY_UPGRADE = "/system.slice/apt-daily-upgrade.service"
# What the kernel says where nobody logged in.
_NOBODY = 2**32 - 1


class Refused(Exception):
    """Why it is not done."""


def begin(seconds: int, reason: str) -> Window:
    """Raises Refused where one is open: a longer window is a new one, which is told anew."""
    only_root()
    moment = now()
    with locked():
        windows = read_windows()
        already = open_window(windows, moment, "deployment")
        if already is not None:
            raise Refused(
                f"a window is open until {utc(already.end_wall())} ({already.reason}): end it first"
            )
        window = Window(secrets.token_hex(8), _reason(reason), _who(), moment, seconds)
        write_windows([*windows, window], moment)
    return window


def end(which: str | None) -> None:
    """The one that is open, or the one with this id where it still is. Raises Refused where there is none."""
    only_root()
    moment = now()
    with locked():
        windows = read_windows()
        found = open_window(windows, moment, "deployment")
        if found is None or which not in (None, found.id):
            raise Refused("no window is open")
        _end(found, windows, moment)


def begin_upgrade() -> None:
    """For the image's own daily upgrade, and no other use of apt; nothing where a window is open already."""
    only_root()
    if not is_daily_upgrade():
        return
    moment = now()
    with locked():
        windows = read_windows()
        if open_window(windows, moment, "packages") is None:
            reason = "the daily upgrade of packages"
            window = Window(secrets.token_hex(8), reason, "apt", moment, PACKAGES_SECONDS, kind="packages")
            write_windows([*windows, window], moment)


def end_upgrade() -> None:
    """Nothing where none is open: most days have no upgrade."""
    only_root()
    moment = now()
    with locked():
        windows = read_windows()
        found = open_window(windows, moment, "packages")
        if found is not None:
            _end(found, windows, moment)


def open_window(windows: Sequence[Window], moment: Moment, kind: Kind) -> Window | None:
    return next((window for window in windows if window.kind == kind and window.is_open(moment)), None)


def is_daily_upgrade(groups: Path = Path("/proc/self/cgroup")) -> bool:
    """Whether whoever runs this is in that unit."""
    return any(line.endswith(_DAILY_UPGRADE) for line in groups.read_text("utf-8", "replace").splitlines())


def only_root() -> None:
    if os.geteuid() != 0:
        raise Refused("only root may")


def _end(found: Window, windows: Sequence[Window], moment: Moment) -> None:
    ended = replace(found, ended=moment.since_boot)
    write_windows([ended if window.id == found.id else window for window in windows], moment)


def _who() -> str:
    """Who logged in, however often they became another since."""
    try:
        number = int(Path("/proc/self/loginuid").read_text("ascii"))
    except (OSError, ValueError):
        number = _NOBODY
    if number == _NOBODY:
        return "root"
    try:
        return one_line(pwd.getpwuid(number).pw_name, 100)
    except KeyError:
        return str(number)


def _reason(text: str) -> str:
    reason = one_line(text, _LONGEST_REASON)
    if not reason:
        raise Refused("a reason, for those who are told")
    return reason
