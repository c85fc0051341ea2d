"""Places, programs and files, as all of this needs them."""

import hashlib
import json
import os
import pathlib
import shutil
import subprocess

HOME = pathlib.Path("/var/ossec")
STATE = pathlib.Path("/var/lib/bake/push")
INIT_CONF = pathlib.Path("/etc/ossec-init.conf")
RECORD = pathlib.Path("/var/lib/bake/ossec.sha256")


class Refused(Exception):
    """It can't be done here, and nothing was changed."""


class Broken(Exception):
    """It was begun, and what was before has to come back."""


def run(*argv, timeout=120, **options):
    """Its output, both streams as one. Raises Broken where it fails."""
    result = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            timeout=timeout, check=False, **options)
    text = result.stdout.decode("utf8", "replace")
    if result.returncode != 0:
        raise Broken(f"{pathlib.Path(argv[0]).name} {' '.join(argv[1:2])} ended with {result.returncode}: {tail(text)}")
    return text


def tail(text, lines=6):
    return " | ".join(line.strip() for line in text.strip().splitlines()[-lines:])


def why(error):
    """What is not ours says little without its kind."""
    return str(error) if isinstance(error, (Refused, Broken)) else f"{type(error).__name__}: {error}"


def is_stand_in():
    return INIT_CONF.exists() and "stand-in" in INIT_CONF.read_text(errors="replace")


def record():
    """The digest of the tarball that this OSSEC was installed from."""
    return RECORD.read_text().strip() if RECORD.exists() else None


def digest(path):
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def replace(source, target, mode, uid, gid):
    """Makes target a file with the content of source, in one move. On the disk when this returns."""
    target = pathlib.Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    new = unfinished(target)
    new.unlink(missing_ok=True)
    shutil.copyfile(source, new)
    with open(new, "rb+") as file:
        os.fchown(file.fileno(), uid, gid)
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())
    os.replace(new, target)


def unfinished(target):
    """What is to take its place, and is left behind where the program ends in between."""
    return pathlib.Path(target).with_name(f".{pathlib.Path(target).name}.bake")


def write(path, value):
    """On the disk when this returns."""
    new = path.with_name(f"{path.name}.new")
    with open(new, "w", encoding="utf8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
