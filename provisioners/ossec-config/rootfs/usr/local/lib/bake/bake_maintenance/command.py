"""The command line: `bake-maintenance begin | run | end | status`."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bake_notifier.alert import utc

from .arguments import parser
from .book import FOLDER, BookError, read_windows
from .clock import now
from .declared import FILE, Declared, DeclaredError, read_declared
from .opening import Refused, begin, begin_upgrade, end, end_upgrade, open_window
from .running import OWN_FAILURE, run_command
from .window import Window

DONE, FAILED = 0, 1


def main(arguments: Sequence[str]) -> int:
    options = parser().parse_args(arguments)
    try:
        match options.command:
            case "begin":
                print(_begin(options.seconds, options.reason)[0])
            case "end":
                end(None)
                print("the maintenance window has ended")
            case "packages":
                _packages(options.what)
            case "run":
                return _run(options)
            case _:
                print(json.dumps(status(), indent=2) if options.json else _words(status()))
    except (Refused, BookError, OSError) as error:
        _warn(_why(error))
        return OWN_FAILURE if options.command == "run" else FAILED
    return DONE


def status() -> dict[str, object]:
    moment = now()
    windows = read_windows()
    declared = _declared()
    found = open_window(windows, moment, "deployment")
    return {
        "version": 1,
        "open": None if found is None else _shown(found),
        "recent": [_shown(window) for window in windows if window is not found],
        "folders": list(declared.folders),
        "ports": sorted(declared.ports),
        "packages": declared.packages,
    }


def _run(options: argparse.Namespace) -> int:
    # The first word alone: arguments may be secrets.
    said, window = _begin(options.seconds, options.reason or Path(options.words[0]).name or "a command")
    print(said, file=sys.stderr)
    code = run_command(options.words)
    try:
        end(window.id)
    except Refused:
        _warn("the window was over before the command was: alerts since then were notified")
    except (BookError, OSError) as error:
        _warn(f"the window ends by itself: {_why(error)}")
    return code


def _packages(what: str) -> None:
    if not _declared().packages:
        return
    if what == "begin":
        begin_upgrade()
    else:
        end_upgrade()


def _declared(path: Path = FILE) -> Declared:
    try:
        return read_declared(path.read_text("utf-8"))
    except (UnicodeDecodeError, DeclaredError) as error:
        raise Refused(f"{path}: {error}") from None


def _shown(window: Window) -> dict[str, object]:
    return {
        "id": window.id,
        "kind": window.kind,
        "reason": window.reason,
        "by": window.by,
        "begun": utc(window.begun.wall),
        "until": utc(window.end_wall()),
        "seconds": window.seconds,
    }


def _begin(seconds: int, reason: str) -> tuple[str, Window]:
    declared = _declared()
    window = begin(seconds, reason)
    if not declared.folders and not declared.ports:
        _warn("this image declares no folder and no port: no alert is held back")
    return f"maintenance until {utc(window.end_wall())} at the latest: {window.reason}", window


def _warn(message: str) -> None:
    print(f"bake-maintenance: {message}", file=sys.stderr)


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
        return f"the file of windows in {FOLDER} {error}"
    if isinstance(error, OSError):
        return f"{error.filename or 'the file of windows'}: {error.strerror}"
    return str(error)
