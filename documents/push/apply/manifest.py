"""What a bundle brings."""

import json
import pathlib

from base import digest


class Manifest:
    def __init__(self, bundle):
        self.bundle = pathlib.Path(bundle)
        self.facts = json.loads((self.bundle / "manifest.json").read_text())
        self.files = self.facts["files"]
        self.absent = self.facts["absent"]
        self.ossec = self.facts["ossec"]

    def source(self, file):
        return self.bundle / file["from"]

    def changed(self):
        """The files that this instance has otherwise, or not."""
        return [file for file in self.files if digest(file["path"]) != file["sha256"]]

    def surplus(self):
        return [path for path in self.absent if pathlib.Path(path).exists()]

    def artifact(self, sha256):
        return self.bundle / "artifacts" / sha256
