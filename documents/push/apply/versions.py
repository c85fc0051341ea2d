"""Another version beside the one that runs, and the swap of both."""

import json
import os
import shutil
import subprocess

import baseline
from base import HOME, INIT_CONF, RECORD, STATE, Refused, replace, tail, write

NEW = HOME.with_name("ossec.bake-new")
OLD = HOME.with_name("ossec.bake-old")
SWAP = STATE / "swap.json"
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


def swap(tarball):
    """All daemons are off."""
    write(SWAP, {"record": RECORD.read_text() if RECORD.exists() else "", "init": INIT_CONF.read_text()})
    for name in CARRIED:
        move(HOME / name, NEW / name)
    os.rename(HOME, OLD)
    os.rename(NEW, HOME)
    init = HOME / "ossec-init.conf.bake"
    if init.exists():
        shutil.copyfile(init, INIT_CONF)
        init.unlink()
    RECORD.write_text(f"{tarball}\n")
    tell(OLD, HOME)


def move(source, target):
    if not source.exists():
        return
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(source, target)


def tell(old, new):
    before = {path: baseline.facts(now) for path, now in program_files(old)}
    after = {path: baseline.facts(now) for path, now in program_files(new)}
    paths = {*before, *after}
    different = {path: (before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)}
    baseline.tell(different)


def is_open():
    return SWAP.exists()


def undo():
    """All daemons are off. Wherever the swap was when it ended, the old tree is in its place afterwards."""
    kept = json.loads(SWAP.read_text())
    if OLD.exists():
        if HOME.exists():
            shutil.rmtree(NEW, ignore_errors=True)
            os.rename(HOME, NEW)
        os.rename(OLD, HOME)
    if NEW.exists():
        for name in CARRIED:
            # What was carried is there and not here; what the new tree brought itself stays where it is.
            if not (HOME / name).exists():
                move(NEW / name, HOME / name)
        tell(NEW, HOME)
        shutil.rmtree(NEW, ignore_errors=True)
    INIT_CONF.write_text(kept["init"])
    if kept["record"]:
        RECORD.write_text(kept["record"])
    SWAP.unlink()


def close():
    """The old tree stays beside the new one, without what was carried on, until the next version comes."""
    kept = HOME.with_name("ossec.previous")
    if OLD.exists():
        shutil.rmtree(kept, ignore_errors=True)
        os.rename(OLD, kept)
    SWAP.unlink(missing_ok=True)



