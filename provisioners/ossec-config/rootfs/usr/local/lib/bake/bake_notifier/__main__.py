"""The command line: `bake-notifier run | check [FILE] | status [--json]`."""

import argparse
import sys
from pathlib import Path

from bake_maintenance.declared import FILE as DECLARED
from bake_maintenance.declared import Declared, DeclaredError, read_declared

from . import health
from .log import describe, warn
from .routes import Settings, SettingsError, read_settings
from .run import run
from .status import status

SETTINGS = Path("/etc/bake/ossec/notify.json")

DONE, UNWELL, WRONG_SETTINGS = 0, 1, 78


def main(arguments: list[str]) -> int:
    options = _parser().parse_args(arguments)
    match options.command:
        case "run":
            return _run()
        case "check":
            return _check(options.file)
        case _:
            text, well = status(health.FILE, options.json)
            print(text)
            return DONE if well else UNWELL


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bake-notifier", description="Posts OSSEC's alerts to web hooks.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="the service: follow the alerts and post them")
    check = commands.add_parser("check", help="is notify.json right? For the builder")
    check.add_argument("file", nargs="?", type=Path, default=SETTINGS)
    shown = commands.add_parser("status", help="how the service does; exit code 1 where something is wrong")
    shown.add_argument("--json", action="store_true", help="the health file as it is")
    return parser


def _read(path: Path) -> Settings:
    try:
        return read_settings(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(describe(error)) from None


def _check(path: Path) -> int:
    try:
        settings = _read(path)
    except SettingsError as error:
        print(f"{path}: {error}", file=sys.stderr)
        return WRONG_SETTINGS
    print(f"{path}: {len(settings.routes)} rules, {len(settings.hooks)} hooks")
    return DONE


def _run() -> int:
    try:
        settings = _read(SETTINGS)
    except SettingsError as error:
        warn(f"{SETTINGS}: {error}")
        return WRONG_SETTINGS
    run(settings, _read_declared())
    return DONE


def _read_declared() -> Declared:
    """Where it is wrong, all is notified: that is no reason to notify of nothing."""
    try:
        return read_declared(DECLARED.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, DeclaredError) as error:
        warn(
            f"{DECLARED}: {error if isinstance(error, DeclaredError) else describe(error)}: nothing is held back"
        )
        return Declared()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
