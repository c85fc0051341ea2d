"""Another version beside the one that runs, and the swap of both."""

import errno
import json
import os
import shutil
import subprocess

import baseline
from base import HOME, INIT_CONF, RECORD, STATE, Refused, replace, run, tail, write
from transaction import SWAP

NEW = HOME.with_name("ossec.bake-new")
OLD = HOME.with_name("ossec.bake-old")
# What the new tree's installer says of itself.
NEW_INIT = STATE / "ossec-init.conf"
# What an instance has gathered, and goes on with.
CARRIED = ("logs", "stats", "queue/syscheck", "queue/diff", "queue/fts", "queue/rootcheck", "queue/rids",
           "queue/agent-info", "etc/client.keys", "etc/localtime", "etc/shared", ".ssh")
# Not carried, and told by no baseline: sockets and pid files come by themselves.
PASSING = ("queue/ossec", "queue/alerts", "var/run", "tmp")


def prepare(manifest):
    """The new tree in NEW, configured and asked whether it works. Nothing that runs notices. Raises Refused."""
    shutil.rmtree(NEW, ignore_errors=True)
    NEW.mkdir(mode=0o750)
    result = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "--fork", "--pid", "--kill-child", "bash",
         str(manifest.bundle / "apply/side-by-side.sh"), str(manifest.bundle), str(NEW)],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False)
    if result.returncode != 0:
        shutil.rmtree(NEW, ignore_errors=True)
        raise Refused(tail((result.stdout + result.stderr).decode("utf8", "replace")))
    for file in manifest.files:
        if file["path"].startswith(f"{HOME}/"):
            target = NEW / os.path.relpath(file["path"], HOME)
            replace(manifest.source(file), target, int(file["mode"], 8), file["owner"], file["group"])


def program_files(top):
    """Path on the instance → path now, of all that a version brings and that does not change by itself."""
    skipped = {*CARRIED, *PASSING}
    for folder, folders, files in os.walk(top):
        here = os.path.relpath(folder, top)
        folders[:] = [name for name in folders if os.path.normpath(f"{here}/{name}") not in skipped]
        for name in files:
            path = os.path.normpath(f"{here}/{name}")
            if path not in skipped:
                yield str(HOME / path), os.path.join(folder, name)


def difference(old, new):
    """Path → facts before and after, of all that two trees have otherwise."""
    before = {path: baseline.facts(now) for path, now in program_files(old)}
    after = {path: baseline.facts(now) for path, now in program_files(new)}
    return {
        path: (before.get(path), after.get(path))
        for path in {*before, *after}
        if before.get(path) != after.get(path)
    }


def swap(tarball, changes):
    """All daemons are off. `changes`: the difference, found out before, while OSSEC still watched."""
    init = {str(INIT_CONF): (baseline.facts(INIT_CONF), baseline.like(INIT_CONF, NEW_INIT))}
    write(SWAP, {"record": RECORD.read_text() if RECORD.exists() else "", "init": INIT_CONF.read_text()})
    for name in CARRIED:
        move(HOME / name, NEW / name)
    relocate(HOME, OLD)
    relocate(NEW, HOME)
    INIT_CONF.write_bytes(NEW_INIT.read_bytes())
    RECORD.write_text(f"{tarball}\n")
    baseline.tell({**changes, **init})


def move(source, target):
    if not source.exists():
        return
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    relocate(source, target)


def relocate(source, target):
    """In one move, also where it has to be copied first: to another disk, or from the lower layer of an overlay."""
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        part = target.with_name(f"{target.name}.part")
        run("rm", "-rf", str(part))
        run("cp", "--archive", str(source), str(part))
        os.rename(part, target)
        run("rm", "-rf", str(source))


def is_open():
    return SWAP.exists()


def undo():
    """All daemons are off. Wherever the swap was when it ended, the old tree is in its place afterwards."""
    kept = json.loads(SWAP.read_text())
    if OLD.exists():
        if HOME.exists():
            shutil.rmtree(NEW, ignore_errors=True)
            relocate(HOME, NEW)
        relocate(OLD, HOME)
    if NEW.exists():
        for name in CARRIED:
            # What was carried is there and not here; what the new tree brought itself stays where it is.
            if not (HOME / name).exists():
                move(NEW / name, HOME / name)
        baseline.tell(difference(NEW, HOME))
        shutil.rmtree(NEW, ignore_errors=True)
    now = baseline.facts(INIT_CONF)
    INIT_CONF.write_text(kept["init"])
    baseline.tell({str(INIT_CONF): (now, baseline.facts(INIT_CONF))})
    if kept["record"]:
        RECORD.write_text(kept["record"])
    SWAP.unlink()


def close():
    """The old tree stays beside the new one, without what was carried on, until the next version comes."""
    kept = HOME.with_name("ossec.previous")
    if OLD.exists():
        shutil.rmtree(kept, ignore_errors=True)
        relocate(OLD, kept)
    SWAP.unlink(missing_ok=True)



