"""Brings an instance's OSSEC to what a bundle says, or leaves it as it was: nothing between the two.

apply BUNDLE: as root. Prints one line of JSON; exit code 0: updated or skipped, 3: rolled back, 4: refused, 7: neither
              the old nor the new, which whoever comes next goes on with.
apply ended: systemd, after that. Where it was killed, what it has left is put back.
apply recover: before OSSEC starts, at a boot (ossec-daemon); the same, and others start the daemons.
`bake ossec push` sends it; docs/push.md says what it does.
"""

import contextlib
import fcntl
import json
import os
import sys
import time

import leftover
from base import STATE, Refused, why, write
from changing import Change
from conditions import mode_of, refuse_what_is_missing
from installing import Installation
from manifest import Manifest

CODES = {"updated": 0, "skipped": 0, "rolled-back": 3, "refused": 4, "broken": 7}
# Whoever is ending a push, or putting one back.
PATIENCE_SECONDS = 120


def push(bundle):
    """The one place that says what has become of it, and has it undone. What is left open tells whether anything was."""
    facts = {}
    try:
        manifest = Manifest(bundle)
        refuse_what_is_missing(manifest)
        facts["mode"] = mode = mode_of(manifest)
        work = (Installation if mode == "install" else Change)(manifest, mode)
        if work.has_nothing_to_do():
            return {"result": "skipped", **facts}
        work.prepare()
        leftover.keep_program(bundle)
        work.carry_out()
    except Exception as error:
        return {**facts, **(undone(work, error) if leftover.is_left() else refused(error))}
    return {"result": "updated", **facts, **work.watch()}


def refused(error):
    return {"result": "refused", "reason": why(error)}


def undone(work, error):
    try:
        work.undo()
    except Exception as second:
        if leftover.is_left():
            return broken(f"{why(error)}; {why(second)}")
        said = f"{why(error)}; what was before is back in its place and does not prove itself either: {why(second)}"
        return {"result": "rolled-back", "reason": said, **work.facts}
    return {"result": "rolled-back", "reason": why(error), **work.facts}


def broken(reason):
    return {"result": "broken", "reason": f"{reason}; what was before is not back yet: the next push goes on with that"}


def recovered():
    """What an earlier push has left comes first. None where that went well."""
    try:
        leftover.put_back()
    except Exception as error:
        # That its daemons do not start is what this push may be for.
        return broken(f"an earlier push was ended midway: {why(error)}") if leftover.is_left() else None


def killed():
    """What there is to say of a push that can't say it itself."""
    was_left = leftover.is_left()
    result = f"it was ended midway ({os.environ.get('EXIT_STATUS', 'unknown')})"
    try:
        leftover.put_back()
        leftover.start_all()
    except Exception as error:
        if leftover.is_left():
            return broken(f"{result}; {why(error)}")
        result = f"{result}; what was before is back in its place and does not start: {why(error)}"
    return {"result": "rolled-back", "reason": result} if was_left else None


def lock(seconds=0):
    """Held until this program ends. False where another one holds it."""
    held = os.open(STATE / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    end = time.monotonic() + seconds
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= end:
            return False
        time.sleep(0.2)


def apply(bundle):
    try:
        STATE.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not lock(PATIENCE_SECONDS):
            raise Refused("another push is at work here")
    except Exception as error:
        return refused(error)
    return recovered() or push(bundle)


def say(outcome):
    answer = {"version": 1, **outcome}
    if outcome["result"] != "refused":
        with contextlib.suppress(Exception):
            write(STATE / "last.json", {**answer, "at": int(time.time())})
    print(json.dumps(answer), flush=True)
    return CODES[outcome["result"]]


def main(what):
    os.umask(0o022)
    if what == "recover":
        if lock():
            leftover.files_back()
        return 0
    if what == "ended":
        if os.environ.get("EXIT_CODE") == "exited" and os.environ.get("EXIT_STATUS") in map(str, CODES.values()):
            return 0
        outcome = killed() if lock(PATIENCE_SECONDS) else None
        return 0 if outcome is None else say(outcome)
    return say(apply(what))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
