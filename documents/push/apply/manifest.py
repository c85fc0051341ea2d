"""What a bundle brings."""

import grp
import json
import os
import pathlib
import pwd

from base import digest


class Manifest:
    def __init__(self, bundle):
        self.bundle = pathlib.Path(bundle)
        self.facts = json.loads((self.bundle / "manifest.json").read_text())
        self.absent = self.facts["absent"]
        self.ossec = self.facts["ossec"]

    def files(self):
        """Where each belongs, where it comes from, and whose it is, by number."""
        return [{"path": file["path"], "source": str(self.bundle / file["from"]), "mode": int(file["mode"], 8),
                 "uid": pwd.getpwnam(file["owner"]).pw_uid, "gid": grp.getgrnam(file["group"]).gr_gid,
                 "sha256": file["sha256"]} for file in self.facts["files"]]

    def changed(self):
        """The files that this instance has otherwise, or not."""
        return [file for file in self.files() if not is_there(file)]

    def surplus(self):
        return [path for path in self.absent if os.path.lexists(path)]

    def artifact(self, sha256):
        return self.bundle / "artifacts" / sha256


def is_there(file):
    if digest(file["path"]) != file["sha256"]:
        return False
    status = os.stat(file["path"])
    return (status.st_mode & 0o7777, status.st_uid, status.st_gid) == (file["mode"], file["uid"], file["gid"])
