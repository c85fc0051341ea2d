"""Which daemons have to know of a change."""

import pathlib
import xml.etree.ElementTree as tree

from base import HOME
from units import NOTIFIER

CONFIGURATION = str(HOME / "etc/ossec.conf")
OF_NOTIFIER = {"/etc/bake/ossec/notify.json", "/etc/bake/ossec/maintenance.json"}
READERS = {
    "global": {"analysisd", "execd", "logcollector", "syscheckd", "monitord", "maild"},
    "rules": {"analysisd"},
    "alerts": {"analysisd", "maild"},
    "syscheck": {"syscheckd", "analysisd"},
    "rootcheck": {"syscheckd"},
    "localfile": {"logcollector"},
    "command": {"analysisd", "execd"},
    "active-response": {"analysisd", "execd"},
}
EVERY = {"analysisd", "execd", "logcollector", "syscheckd", "monitord"}
# A new analysisd is told of by all who write to it; its database is told of changed files while both are off.
TOGETHER = {"analysisd", "logcollector", "syscheckd"}


def daemons(changed, surplus, source_of, wanted):
    """Names of daemons, and whether systemd has to read its units again."""
    found, units = set(), False
    for path in [*changed, *surplus]:
        found |= of_file(path, source_of(path))
        units |= path.startswith("/etc/systemd/")
    if found - {NOTIFIER} or any(is_watched(path) for path in [*changed, *surplus]):
        found |= TOGETHER
    return [name for name in [*wanted, NOTIFIER] if name in found], units


def of_file(path, source):
    if path == CONFIGURATION:
        return of_sections(path, source)
    if path.startswith(str(HOME / "rules")):
        return {"analysisd"}
    if path.startswith(str(HOME / "etc")):
        return set(EVERY)
    if path in OF_NOTIFIER or "/bake_" in path or path.endswith("/bake-notifier"):
        return {NOTIFIER}
    return of_unit(pathlib.Path(path))


def of_unit(path):
    if "bake-" in path.name:
        return {NOTIFIER}
    for name in [*EVERY, "maild"]:
        if f"ossec@{name}.service" in str(path):
            return {name}
    return set(EVERY) if path.name == "ossec@.service" else set()


def of_sections(path, source):
    """By the sections that differ; all where one of both can't be read."""
    try:
        old, new = sections(path), sections(source)
    except (tree.ParseError, OSError):
        return set(EVERY)
    names = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    return set().union(*(READERS.get(name, EVERY) for name in names))


def sections(path):
    found = {}
    for element in tree.parse(path).getroot():
        found.setdefault(element.tag, []).append(tree.canonicalize(tree.tostring(element), strip_text=True))
    return found


def is_watched(path):
    """Whether OSSEC would see the change by itself: of a file that it knows, or one that comes where it knows others."""
    database = HOME / "queue/syscheck/syscheck"
    known = database.read_bytes() if database.exists() else b""
    if f" {path}\n".encode() in known:
        return True
    folders = list(pathlib.PurePosixPath(path).parents)[:-1]
    return not pathlib.Path(path).exists() and any(f" {folder}/".encode() in known for folder in folders)
