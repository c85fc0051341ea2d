"""Files that change together: kept before, and put back as a whole where something goes wrong.

What is written down survives the program: the next run of it puts back what an earlier one has left half done.
"""

import json
import os
import pathlib
import shutil

import baseline
from base import STATE, replace, write

OPEN = STATE / "open.json"
SWAP = STATE / "swap.json"
KEPT = STATE / "before"


class Transaction:
    def __init__(self, entries):
        self.entries = entries

    @classmethod
    def begin(cls, paths, links=()):
        """Keeps every file, and writes down that they may be changed from now on. Links are such that are not there."""
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(parents=True, mode=0o700)
        entries = []
        for index, path in enumerate(paths):
            kept = KEPT / str(index)
            exists = pathlib.Path(path).exists()
            if exists:
                status = os.stat(path)
                shutil.copyfile(path, kept)
                entry = {"mode": status.st_mode & 0o7777, "owner": status.st_uid, "group": status.st_gid}
            else:
                entry = {}
            entries.append({"path": path, "exists": exists, "kept": str(kept), **entry,
                            "facts": baseline.facts(path)})
        entries += [{**link, "exists": False, "facts": None} for link in links]
        write(OPEN, entries)
        return cls(entries)

    @classmethod
    def left_open(cls):
        return cls(json.loads(OPEN.read_text())) if OPEN.exists() else None

    def place(self, files, absent, source_of):
        for file in files:
            replace(source_of(file), file["path"], int(file["mode"], 8), file["owner"], file["group"])
        for path in absent:
            pathlib.Path(path).unlink(missing_ok=True)
        for entry in self.links():
            link = pathlib.Path(entry["path"])
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(entry["to"])

    def links(self):
        return [entry for entry in self.entries if "to" in entry]

    def tell_baseline(self, files, source_of):
        """The daemons are off: the database learns what the bundle says, whatever somebody has made of it meanwhile."""
        after = {file["path"]: baseline.intended(source_of(file), file) for file in files}
        after |= {link["path"]: baseline.linked(link["path"], after[link["to"]]) for link in self.links()}
        return baseline.tell({entry["path"]: (entry["facts"], after.get(entry["path"])) for entry in self.entries})

    def undo(self):
        """The daemons are off. What was not changed yet stays as it is."""
        changes = {}
        # A link is looked at before what it leads to goes.
        for entry in reversed(self.entries):
            now = baseline.facts(entry["path"])
            if entry["exists"]:
                replace(entry["kept"], entry["path"], entry["mode"], entry["owner"], entry["group"])
            else:
                pathlib.Path(entry["path"]).unlink(missing_ok=True)
            changes[entry["path"]] = (now, entry["facts"])
        baseline.tell(changes)

    def close(self):
        OPEN.unlink(missing_ok=True)
