"""Files that change together: kept before, and put back as a whole where something goes wrong.

What is written down survives the program, and says whether there is anything to put back: until OPEN is there, nothing
was changed; once it is gone again, everything was.
"""

import json
import os
import pathlib
import shutil
import stat

import baseline
import versions
from base import STATE, Refused, replace, unfinished, write

OPEN = STATE / "open.json"
KEPT = STATE / "before"


class Transaction:
    def __init__(self, written):
        self.entries, self.carried = written["entries"], written["carried"]
        self.names, self.wanted = written["names"], written["wanted"]

    @classmethod
    def begin(cls, files, absent, links=(), *, names=(), wanted=(), carried=None):
        """
        Keeps every file, and writes down that they may be changed from now on. Raises Refused.

        `links`: such that are not there. `names`: the daemons that have to do with it, and `wanted`, all that there are.
        `carried`: what goes on in another version, where one comes with it.
        """
        after = {file["path"]: baseline.intended(file) for file in files}
        for path in [*after, *absent, *(link["path"] for link in links)]:
            refuse_what_is_no_file(path)
        shutil.rmtree(KEPT, ignore_errors=True)
        KEPT.mkdir(parents=True, mode=0o700)
        entries = [kept(path, KEPT / str(index), after.get(path)) for index, path in enumerate([*after, *absent])]
        entries += [{**link, "exists": False, "before": None, "after": baseline.linked(link["to"], after[link["to"]])}
                    for link in links]
        written = {"entries": entries, "carried": carried, "names": [*names], "wanted": [*wanted]}
        write(OPEN, written)
        return cls(written)

    @classmethod
    def left_open(cls):
        return cls(json.loads(OPEN.read_text())) if OPEN.exists() else None

    def place(self, files, absent):
        for file in files:
            replace(file["source"], file["path"], file["mode"], file["uid"], file["gid"])
        for path in absent:
            pathlib.Path(path).unlink(missing_ok=True)
        for entry in self.links():
            link = pathlib.Path(entry["path"])
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(entry["to"])

    def links(self):
        return [entry for entry in self.entries if "to" in entry]

    def tell_baseline(self, difference):
        """The daemons are off: the database learns what the bundle says, whatever somebody has made of it meanwhile."""
        baseline.tell({**difference, **{entry["path"]: (entry["before"], entry["after"]) for entry in self.entries}})

    def undo(self):
        """The daemons are off. Wherever it was ended, all is as before; and where this is ended, it is done again."""
        difference = {} if self.carried is None else versions.undo(self.carried)
        changes = {}
        # A link is looked at before what it leads to goes.
        for entry in reversed(self.entries):
            now = baseline.facts(entry["path"])
            unfinished(entry["path"]).unlink(missing_ok=True)
            if entry["exists"]:
                replace(entry["kept"], entry["path"], entry["mode"], entry["uid"], entry["gid"])
            else:
                pathlib.Path(entry["path"]).unlink(missing_ok=True)
            # What somebody else has made of it meanwhile is in no entry, and rings.
            if now in (entry["before"], entry["after"]):
                changes[entry["path"]] = (entry["after"], entry["before"])
        unfinished(baseline.DATABASE).unlink(missing_ok=True)
        baseline.tell({**difference, **changes})
        self.close()

    def close(self):
        OPEN.unlink(missing_ok=True)


def refuse_what_is_no_file(path):
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISREG(status.st_mode):
        raise Refused(f"{path} is not an ordinary file")


def kept(path, copy, after):
    before = baseline.facts(path)
    entry = {"path": path, "exists": before is not None, "before": before, "after": after}
    if before is None:
        return entry
    status = os.stat(path)
    owner = {"mode": stat.S_IMODE(status.st_mode), "uid": status.st_uid, "gid": status.st_gid}
    replace(path, copy, 0o600, os.geteuid(), os.getegid())
    return {**entry, **owner, "kept": str(copy)}
