"""Which daemons have to know of a change."""

import pathlib
import xml.etree.ElementTree as tree

import baseline
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
    watched = Watched()
    for path in [*changed, *surplus]:
        found |= of_file(path, source_of(path))
        units |= path.startswith("/etc/systemd/")
    if found - {NOTIFIER} or any(watched.has(path) for path in [*changed, *surplus]):
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


class Watched:
    def __init__(self):
        self.paths = baseline.known()
        self.folders = set()
        for path in self.paths:
            while (path := path.rpartition("/")[0]) and path not in self.folders:
                self.folders.add(path)

    def has(self, path):
        """Whether OSSEC would see the change by itself: of a file that it knows, or one that comes among such."""
        if path in self.paths:
            return True
        folders = (str(folder) for folder in pathlib.PurePosixPath(path).parents)
        return not pathlib.Path(path).exists() and any(folder in self.folders for folder in folders)
