"""Units that come with a push: from then on they begin with the machine, as in an image, and now."""

import pathlib
import re
import subprocess

from base import run

UNITS = pathlib.PurePosixPath("/etc/systemd/system")
# A template is no unit by itself.
UNIT = re.compile(r"[^@]+\.(service|socket|timer|path|target)")
WANTED_BY = re.compile(r"^WantedBy=(.*)$", re.MULTILINE)


def links(files):
    """What `systemctl enable` would make of the changed units, and is not there: path, and what it leads to."""
    found = []
    for file in files:
        path = pathlib.PurePosixPath(file["path"])
        if path.parent != UNITS or not UNIT.fullmatch(path.name):
            continue
        for line in WANTED_BY.findall(pathlib.Path(file["source"]).read_text()):
            all_links = [f"{UNITS}/{target}.wants/{path.name}" for target in line.split()]
            found += [{"path": link, "to": str(path)} for link in all_links if not pathlib.Path(link).is_symlink()]
    return found


def start(made):
    """Raises Broken where one does not start."""
    if made:
        run("systemctl", "start", *names(made))


def stop(made):
    if made:
        subprocess.run(["systemctl", "stop", *names(made)], capture_output=True, timeout=120, check=False)


def names(made):
    return sorted({pathlib.PurePosixPath(link["to"]).name for link in made})
