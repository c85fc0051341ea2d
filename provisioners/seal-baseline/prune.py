"""Takes out of OSSEC's database of files what every first boot writes.

prune.py DATABASE OSSEC_CONF PATTERN...   `*` stands for anything within a folder

Without its entry, a file is new to OSSEC at the first scan; a rule of bake's keeps that one event quiet, and from then
on the file is watched like any other. An <ignore> would be for ever.
"""

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


def main(database, configuration, patterns):
    entries = read(database)
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


main(sys.argv[1], sys.argv[2], sys.argv[3:])
