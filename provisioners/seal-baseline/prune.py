"""Takes out of OSSEC's database of files what every first boot writes.

prune.py DATABASE OSSEC_CONF OPTIONS SCANNED PATTERN...   `*` stands for anything within a folder

OPTIONS is a file in whose place OSSEC has seen SCANNED, of the same length: its entry gets the digests of OPTIONS.

Without its entry, a file is new to OSSEC at the first scan; a rule of bake's keeps that one event quiet, and from then
on the file is watched like any other. An <ignore> would be for ever.
"""

import hashlib
import os
import re
import sys
import xml.etree.ElementTree as tree

# +++SIZE:PERMISSIONS:OWNER:GROUP:DIGESTS !SECONDS PATH; the first three characters count changes.
ENTRY = re.compile(rb"...\S* !\d+ (.+)")


def expression(pattern):
    parts = (re.escape(part) for part in pattern.split("*"))
    return re.compile("[^/]*".join(parts) + r"\Z")


def read(database):
    with open(database, "rb") as file:
        lines = file.readlines()
    return [(os.fsdecode(match.group(1)) if (match := ENTRY.match(line)) else None, line) for line in lines]


def unwatched(configuration, paths):
    """Folders of the configuration that have files, and none in the database."""
    for element in tree.parse(configuration).getroot().iter("directories"):
        folder = element.text
        inside = [path for path in paths if path == folder or path.startswith(folder.rstrip("/") + "/")]
        if not inside and any(files for _, _, files in os.walk(folder)):
            yield folder


def digests(path):
    """As OSSEC writes them, whichever of these a release has."""
    with open(path, "rb") as file:
        content = file.read()
    return [hashlib.new(name, content).hexdigest().encode() for name in ("md5", "sha1", "sha256")]


def mended(line, scanned, true):
    for before, after in zip(digests(scanned), digests(true), strict=True):
        line = line.replace(before, after)
    return line


def main(database, configuration, options, scanned, patterns):
    if os.path.getsize(options) != os.path.getsize(scanned):
        sys.exit(f"{scanned} is not as long as {options}: the baseline would have another length")
    entries = [
        (path, mended(line, scanned, options) if path == options else line) for path, line in read(database)
    ]
    paths = [path for path, _ in entries if path is not None]
    deaf = list(unwatched(configuration, paths))
    if not paths or deaf:
        sys.exit(f"the baseline has no file of {', '.join(deaf) or 'any folder'}: OSSEC would not watch it")
    expressions = [expression(pattern) for pattern in patterns]
    kept = [(path, line) for path, line in entries if path is None or not any(one.match(path) for one in expressions)]
    # In place, so that the file keeps its owner and mode.
    with open(database, "r+b") as file:
        file.writelines(line for _, line in kept)
        file.truncate()
    files = sum(path is not None for path, _ in kept)
    print(f"baseline: {files} files, taken last; {len(paths) - files} that a first boot writes are left out")


main(*sys.argv[1:5], sys.argv[5:])
