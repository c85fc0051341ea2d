"""What can be said on the command line of `bake-maintenance`."""

import argparse
import re

from .window import LONGEST_SECONDS

_UNITS = {"s": 1, "m": 60, "h": 3600}


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="bake-maintenance",
        description="For a while, alerts about what deployments are declared to change are not notified. "
        "OSSEC's own log keeps them, anything else is notified as ever, and so are begin and end.",
    )
    commands = made.add_subparsers(dest="command", required=True)
    first = commands.add_parser("begin", help="open a window; it ends by itself")
    first.add_argument(
        "--for", dest="seconds", type=_seconds, required=True, help="how long at most: 90s, 10m, 2h"
    )
    first.add_argument("--reason", required=True, help="for those who are told")
    around = commands.add_parser(
        "run", help="a window for as long as a command runs; its exit code is the command's"
    )
    around.add_argument("--for", dest="seconds", type=_seconds, default=1800, help="how long at most; 30m")
    around.add_argument("--reason", help="for those who are told; the command's name")
    around.add_argument("words", nargs="+", metavar="COMMAND", help="after --, with its arguments")
    commands.add_parser("end", help="end the window that is open")
    packages = commands.add_parser("packages", help="for apt's hooks, where the image patches itself")
    packages.add_argument("what", choices=["begin", "end"])
    shown = commands.add_parser("status", help="what is declared, and which window is open")
    shown.add_argument("--json", action="store_true", help="for programs, with the windows before")
    return made


def _seconds(text: str) -> int:
    match = re.fullmatch(r"([1-9][0-9]{0,5})([smh])", text)
    seconds = int(match[1]) * _UNITS[match[2]] if match else 0
    if not 0 < seconds <= LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(f"such as 90s, 10m or 2h; {LONGEST_SECONDS // 3600}h at most")
    return seconds
