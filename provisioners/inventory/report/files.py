"""Every file and symbolic link of the root volume, with the hash of its content."""

import concurrent.futures
import functools
import grp
import hashlib
import os
import pwd
import re
import stat

import steady

# Folders whose content is state, and no part of what an image is: it changes by itself.
STATE = (
    "/var/backups",  # copies that cron makes
    "/var/cache",  # made again when it is needed
    "/var/lib/apt",  # package lists and their time
    "/var/lib/bake",  # what steps remember from one to the next
    "/var/lib/cloud",  # cloud-init's memory of the builder's boot
    "/var/lib/dpkg",  # its content is the list of packages
    "/var/lib/systemd",  # time stamps, randomness, catalogs
    "/var/lib/ucf",  # what configuration once was
    "/var/log",  # the build's logs
    "/var/ossec/logs",
    "/var/ossec/queue",
    "/var/ossec/stats",
    "/var/ossec/tmp",
    "/var/ossec/var",
)

PIECE = 1 << 20

# Copies of the account files as they were before the last change: what they say, the files themselves say better.
COPIES = re.compile(r"/etc/(?:group|gshadow|passwd|shadow|subgid|subuid)-")

# Files that one thread hashes at a time: handing them over one by one would cost more than the hashing.
BATCH = 256


def listing(sealed, owned):
    """All entries by path, and those that are setuid or setgid programs."""
    skipped = pattern(sealed)
    found = sorted((path, status) for path, status in walk("/", os.lstat("/").st_dev)
                   if not skipped.match(path) and not COPIES.fullmatch(path))
    batches = [found[start:start + BATCH] for start in range(0, len(found), BATCH)]
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        contents = [hashed for batch in pool.map(hash_all, batches) for hashed in batch]
    entries = [entry(path, status, hashed, is_own(path, owned))
               for (path, status), hashed in zip(found, contents, strict=True)]
    setuid = [{key: item[key] for key in ("path", "mode", "owner", "group")}
              for item, (_, status) in zip(entries, found, strict=True)
              if stat.S_ISREG(status.st_mode) and status.st_mode & (stat.S_ISUID | stat.S_ISGID)]
    return entries, setuid


def walk(folder, device):
    """Files and links; nothing of another file system, also where a single file is one."""
    with os.scandir(folder) as listed:
        children = list(listed)
    for child in children:
        status = child.stat(follow_symlinks=False)
        if status.st_dev != device:
            continue
        if stat.S_ISDIR(status.st_mode):
            if child.path not in STATE:
                yield from walk(child.path, device)
        elif stat.S_ISREG(status.st_mode) or stat.S_ISLNK(status.st_mode):
            yield child.path, status


def hash_all(items):
    return [content(path, status) for path, status in items]


def content(path, status):
    """SHA-256, of some files without what they say of the builder, or where a link leads to; empty where one went."""
    try:
        if stat.S_ISLNK(status.st_mode):
            return f"-> {os.readlink(path)}"
        digest = hashlib.sha256()
        with open(path, "rb") as stream:
            if steady.applies(path, status.st_size):
                digest.update(steady.without_builder(path, stream.read(steady.LARGEST)))
            while piece := stream.read(PIECE):
                digest.update(piece)
        return digest.hexdigest()
    except FileNotFoundError:
        return ""


def entry(path, status, hashed, own):
    return {
        "path": path,
        "mode": f"{stat.S_IMODE(status.st_mode):04o}",
        "owner": name(pwd.getpwuid, status.st_uid),
        "group": name(grp.getgrgid, status.st_gid),
        "content": hashed,
        "own": own,
    }


@functools.cache
def name(lookup, number):
    try:
        return lookup(number)[0]
    except KeyError:
        return str(number)


def is_own(path, owned):
    """Python compiles what packages bring; the results are nobody's, and no news."""
    return path not in owned and not re.search(r"/__pycache__/[^/]*\.pyc$", path)


def pattern(lists):
    """What matches a row of the seal's list, or is below such a path. Matches nothing where there is no list."""
    rows = [line.split("\t")[1] for file in lists for line in read(file) if line.strip() and not line.startswith("#")]
    return re.compile("|".join(f"(?:{expression(row)})(?:/|$)" for row in rows) or r"(?!)")


def read(file):
    with open(file, encoding="utf8") as stream:
        return stream.read().splitlines()


WILDCARDS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


def expression(row):
    """`**` is any depth, `*` and `?` stay in a folder, `~` is every home; sets such as `[0-9]` are the same."""
    home = "(?:/root|/home/[^/]+)" if row.startswith("~") else ""
    parts = re.findall(r"\*\*|[*?]|\[[^]]*\]|[^*?\[]+", row.removeprefix("~"))
    return home + "".join(WILDCARDS.get(part, part if part.startswith("[") else re.escape(part)) for part in parts)
