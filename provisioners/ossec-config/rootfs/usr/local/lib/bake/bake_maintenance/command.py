"""The command line: `bake-maintenance begin | run | end | status`."""

import argparse
import json
import os
import pwd
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bake_notifier.alert import utc
from bake_notifier.text import one_line

from .arguments import parser
from .book import BookError, locked, read_windows, write_windows
from .clock import Moment, now
from .declared import FILE, Declared, DeclaredError, read_declared
from .running import OWN_FAILURE, run_command
from .window import Window

DONE, FAILED = 0, 1

_LONGEST_REASON = 200
# What the kernel says where nobody logged in.
_NOBODY = 2**32 - 1


class Refused(Exception):
    """Why it is not done."""


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    try:
        match options.command:
            case "begin":
                print(_begun(begin(options.seconds, options.reason)))
            case "end":
                end(None)
                print("the maintenance window has ended")
            case "run":
                return _run(options)
            case _:
                print(json.dumps(status(), indent=2) if options.json else _words(status()))
    except (Refused, BookError, OSError) as error:
        print(f"bake-maintenance: {_why(error)}", file=sys.stderr)
        return OWN_FAILURE if options.command == "run" else FAILED
    return DONE


def begin(seconds: int, reason: str) -> Window:
    """Raises Refused where one is open: a longer window is a new one, which is told anew."""
    _only_root()
    moment = now()
    with locked():
        windows = read_windows()
        already = _open(windows, moment)
        if already is not None:
            raise Refused(
                f"a window is open until {utc(already.end_wall())} ({already.reason}): end it first"
            )
        window = Window(secrets.token_hex(8), _reason(reason), _who(), moment, seconds)
        write_windows([*windows, window], moment)
    declared = _declared()
    if not declared.folders and not declared.ports:
        print(
            "bake-maintenance: this image declares no folder and no port: no alert is held back",
            file=sys.stderr,
        )
    return window


def end(which: str | None) -> None:
    """The one that is open, or the one with this id where it still is. Raises Refused where there is none."""
    _only_root()
    moment = now()
    with locked():
        windows = read_windows()
        found = _open(windows, moment)
        if found is None or which not in (None, found.id):
            raise Refused("no window is open")
        ended = replace(found, ended=moment.since_boot)
        write_windows([ended if window.id == found.id else window for window in windows], moment)


def status() -> dict[str, object]:
    moment = now()
    windows = read_windows()
    declared = _declared()
    found = _open(windows, moment)
    return {
        "version": 1,
        "open": None if found is None else _shown(found),
        "recent": [_shown(window) for window in windows if window is not found],
        "folders": list(declared.folders),
        "ports": sorted(declared.ports),
    }


def _run(options: argparse.Namespace) -> int:
    # The first word alone: arguments may be secrets.
    window = begin(options.seconds, options.reason or Path(options.words[0]).name or "a command")
    print(_begun(window), file=sys.stderr)
    code = run_command(options.words)
    try:
        end(window.id)
    except Refused:
        late = "the window was over before the command was: alerts since then were notified"
        print(f"bake-maintenance: {late}", file=sys.stderr)
    except (BookError, OSError) as error:
        print(f"bake-maintenance: the window ends by itself: {_why(error)}", file=sys.stderr)
    return code


def _open(windows: Sequence[Window], moment: Moment) -> Window | None:
    return next((window for window in windows if window.is_open(moment)), None)


def _declared(path: Path = FILE) -> Declared:
    try:
        return read_declared(path.read_text("utf-8"))
    except (UnicodeDecodeError, DeclaredError) as error:
        raise Refused(f"{path}: {error}") from None


def _only_root() -> None:
    if os.geteuid() != 0:
        raise Refused("only root may")


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


def _shown(window: Window) -> dict[str, object]:
    return {
        "id": window.id,
        "reason": window.reason,
        "by": window.by,
        "begun": utc(window.begun.wall),
        "until": utc(window.end_wall()),
        "seconds": window.seconds,
    }


def _begun(window: Window) -> str:
    return f"maintenance until {utc(window.end_wall())} at the latest: {window.reason}"


def _words(found: dict[str, object]) -> str:
    what = [*found["folders"], *found["ports"]]  # type: ignore[misc]
    lines = [f"declared: {', '.join(what) or 'nothing'}"]
    window = found["open"]
    if isinstance(window, dict):
        lines.append(f"open until {window['until']} at the latest: {window['reason']} (by {window['by']})")
    else:
        lines.append("no window is open")
    return "\n".join(lines)


def _why(error: Exception) -> str:
    if isinstance(error, BookError):
        return f"the file of windows {error}"
    if isinstance(error, OSError):
        return f"{error.filename or 'the file of windows'}: {error.strerror}"
    return str(error)
