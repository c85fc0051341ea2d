"""What was begun and is not ended, and putting it back: one way for whoever comes first.

The push itself, where something goes wrong; systemd, where the push was killed; a daemon before it starts, as at a boot;
the next push.
"""

import contextlib
import os
import pathlib
import shutil

import enabling
import installing
import units
from base import STATE, Broken
from transaction import OPEN, Transaction

# This program, and what it needs of a bundle: the next one takes the place of what was brought.
PROGRAM = STATE / "recover"
OF_BUNDLE = ("apply", "steps/lib.sh", "steps/ossec/uninstall.sh")


def keep_program(bundle):
    """Nothing is open."""
    new = PROGRAM.with_name(f"{PROGRAM.name}.new")
    for folder in (new, PROGRAM):
        shutil.rmtree(folder, ignore_errors=True)
    for name in OF_BUNDLE:
        source, target = pathlib.Path(bundle) / name, new / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copyfile(source, target)
    os.rename(new, PROGRAM)
    os.sync()


def is_left():
    return OPEN.exists() or installing.KEPT.exists()


def put_back(go_on=None):
    """
    What was before is back, and runs; `go_on` starts the daemons otherwise than just so. Does nothing where nothing is
    left. Raises what hinders it; where only the daemons did not start, nothing is left then.
    """
    installing.put_back(PROGRAM)
    transaction = Transaction.left_open()
    if transaction is None:
        return
    try:
        enabling.stop(transaction.links())
        units.stop(concerned(transaction)[::-1])
        transaction.undo()
    except Exception:
        # Better watched by whatever there is than by nobody.
        with contextlib.suppress(Exception):
            start(transaction)
        raise
    units.reload_units()
    (go_on or start)(transaction)


def files_back():
    """Where a daemon is about to start. What a first installation has left is not undone here: it would stop that daemon."""
    transaction = Transaction.left_open()
    if transaction is not None:
        transaction.undo()
        units.reload_units()


def concerned(transaction):
    """Also daemons that it brought."""
    known = [*transaction.wanted, units.NOTIFIER]
    return [name for name in units.every() if name in transaction.names or name not in known]


def start(transaction):
    units.start(concerned(transaction))


def start_all():
    """Also those of what somebody else has put back, who starts one daemon only. Raises Broken."""
    if units.wanted():
        units.start(units.every())
