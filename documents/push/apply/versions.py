"""Another version beside the one that runs, and the swap of both."""

import errno
import json
import os
import pathlib
import shutil
import subprocess

import baseline
from base import HOME, INIT_CONF, RECORD, STATE, Refused, replace, run, tail, write

NEW = HOME.with_name("ossec.bake-new")
OLD = HOME.with_name("ossec.bake-old")
PREVIOUS = HOME.with_name("ossec.previous")
# What the new tree's installer says of itself, and where it came from.
NEW_INIT = STATE / "ossec-init.conf"
NEW_RECORD = STATE / "ossec.sha256"
# What is being copied, since it can't be renamed.
MOVING = STATE / "moving.json"
MOUNTS = pathlib.Path("/proc/self/mountinfo")
# What an instance has gathered, or writes at each start as ar.conf, and goes on with.
CARRIED = ("logs", "stats", "queue/syscheck", "queue/diff", "queue/fts", "queue/rootcheck", "queue/rids",
           "queue/agent-info", "etc/client.keys", "etc/localtime", "etc/shared/ar.conf", ".ssh")
# Not carried, and told by no baseline: sockets and pid files come by themselves.
PASSING = ("queue/ossec", "queue/alerts", "var/run", "tmp")


def prepare(manifest):
    """The new tree in NEW, configured and asked whether it works. Nothing that runs notices. Raises Refused."""
    refuse_other_disks()
    tidy()
    NEW.mkdir(mode=0o750)
    install_beside(manifest)
    NEW_RECORD.write_text(f"{manifest.ossec['tarball']}\n")
    for file in manifest.files():
        if file["path"].startswith(f"{HOME}/"):
            target = NEW / os.path.relpath(file["path"], HOME)
            replace(file["source"], target, file["mode"], file["uid"], file["gid"])


def install_beside(manifest):
    result = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "--fork", "--pid", "--kill-child", "bash",
         str(manifest.bundle / "apply/side-by-side.sh"), str(manifest.bundle), str(NEW)],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False)
    if result.returncode != 0:
        shutil.rmtree(NEW, ignore_errors=True)
        raise Refused(tail((result.stdout + result.stderr).decode("utf8", "replace")))


def refuse_other_disks():
    """What can't be moved with its folder."""
    if HOME.is_symlink():
        raise Refused(f"{HOME} is a link, so that no other version can take its place: bake and roll out")
    for line in MOUNTS.read_text().splitlines():
        point = line.split(" ")[4]
        if f"{point}/".startswith(f"{HOME}/"):
            raise Refused(f"{point} is a disk of its own, so that no other version can take its place: bake and roll out")


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


def files():
    """Those outside the tree that say which version it is."""
    return [{"path": str(path), "source": str(source), **owner(path)}
            for path, source in ((INIT_CONF, NEW_INIT), (RECORD, NEW_RECORD))]


def owner(path):
    status = os.stat(path)
    return {"mode": status.st_mode & 0o7777, "uid": status.st_uid, "gid": status.st_gid}


def carried():
    """What there is to go on with."""
    return [name for name in CARRIED if os.path.lexists(HOME / name)]


def swap(names):
    """All daemons are off. `names`: what goes on in the new tree."""
    for name in names:
        move(HOME / name, NEW / name)
    relocate(HOME, OLD)
    relocate(NEW, HOME)


def undo(names):
    """All daemons are off. Wherever a swap was ended, the old tree is in its place; returns what is otherwise now."""
    settle()
    if OLD.exists():
        if HOME.exists():
            relocate(HOME, NEW)
        relocate(OLD, HOME)
    for name in names:
        if not os.path.lexists(HOME / name):
            move(NEW / name, HOME / name)
    return difference(NEW, HOME)


def move(source, target):
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
        write(MOVING, [str(source), str(target)])
        os.rename(part, target)
        settle()


def settle():
    """What was copied goes where it came from, also where the program ended between the two."""
    if MOVING.exists():
        source, target = json.loads(MOVING.read_text())
        if os.path.lexists(target):
            run("rm", "-rf", source)
        MOVING.unlink()


def tidy():
    """
    Nothing is open. The old tree stays beside the new one, without what was carried on, until the next version comes;
    of one that did not come nothing stays.
    """
    settle()
    if OLD.exists():
        shutil.rmtree(PREVIOUS, ignore_errors=True)
        relocate(OLD, PREVIOUS)
    shutil.rmtree(NEW, ignore_errors=True)
