"""Writes what is in this machine to a file, as JSON compressed by gzip. The same machine gives the same bytes.

report FILE [PATHS.TSV]: PATHS.TSV is the list of what the seal removes, which the report leaves out. Runs as root.
"""

import gzip
import json
import os
import sys

import machine
import packages

import files
import ossec


def report(sealed):
    entries, setuid = files.listing(sealed, packages.owned())
    return {
        "schema": 1,
        "system": machine.system(),
        "packages": packages.installed(),
        "listeners": machine.listeners(),
        "setuid": setuid,
        "units": machine.units(),
        "users": machine.users(),
        "ossec": ossec.installed(),
        "files": entries,
    }


def write(content, target):
    """In one move; readable for whoever fetches it."""
    temporary = f"{target}.part"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    os.replace(temporary, target)


def main():
    target, *lists = sys.argv[1:]
    sealed = [path for path in lists if os.path.exists(path)]
    # Names of files may be no text: what isn't stays in as an escape of JSON.
    text = json.dumps(report(sealed), ensure_ascii=True, separators=(",", ":"))
    write(gzip.compress(text.encode("ascii"), compresslevel=6, mtime=0), target)


if __name__ == "__main__":
    main()
