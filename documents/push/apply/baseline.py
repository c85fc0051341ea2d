"""OSSEC's database of files, told of what a push itself has changed, and of nothing else.

An entry is +++SIZE:MODE:OWNER:GROUP:MD5:SHA1[:SHA256] !SECONDS PATH; once it holds no more, OSSEC writes # over its
first sign and adds another at the end. An entry is changed only where it says exactly what the
file was before, and then says exactly what the push has put there: who changes the same file in the same minute changes
something that no entry says, and rings. analysisd and syscheckd must not run.
"""

import hashlib
import os
import re
import stat

from base import HOME, unfinished

DATABASE = HOME / "queue/syscheck/syscheck"
ENTRY = re.compile(rb"([^#]..)(\S*) (!\d+) (.+)\n?")
# The mode of a link, as OSSEC writes it.
LINK = str(0o120777).encode()
FIELDS = ("size", "mode", "uid", "gid", "md5", "sha1", "sha256")


def facts(path):
    """As OSSEC sees a file; None where there is none. Of a link it reads what that leads to, but size, mode and owner."""
    try:
        with open(path, "rb") as file:
            status = os.lstat(path) if os.path.islink(path) else os.fstat(file.fileno())
            content = file.read()
    except FileNotFoundError:
        return None
    values = [str(number) for number in (status.st_size, status.st_mode, status.st_uid, status.st_gid)]
    values += [hashlib.new(name, content).hexdigest() for name in ("md5", "sha1", "sha256")]
    return dict(zip(FIELDS, values))


def intended(file):
    """Of a file that is placed: the source's content, and owner and mode that it gets."""
    own = {"mode": str(stat.S_IFREG | file["mode"]), "uid": str(file["uid"]), "gid": str(file["gid"])}
    return {**facts(file["source"]), **own}


def linked(target, file):
    """Of a link that is made: its own size, mode and owner, and the digests of what it leads to."""
    return {**file, "size": str(len(target)), "mode": LINK.decode(), "uid": str(os.geteuid()), "gid": str(os.getegid())}


def tell(changes):
    """changes: path → facts before, facts after; either may be None. Returns the paths that had no fitting entry."""
    if not is_there() or not changes:
        return []
    lines = read()
    left = {os.fsencode(path): change for path, change in changes.items()}
    known, kept, misfits = set(), [], []
    for line in lines:
        match = ENTRY.fullmatch(line)
        path = match.group(4) if match else None
        known.add(path)
        if path in left:
            line, fits = changed(match, *left.pop(path))
            if not fits:
                misfits.append(os.fsdecode(path))
        elif match and is_link(match):
            line = followed(match, changes)
        if line:
            kept.append(line)
    for path, (before, after) in left.items():
        if before is None and after is not None:
            kept.extend(added(path, after, lines, known))
    write(kept)
    return misfits


def known():
    """The paths that OSSEC watches."""
    matches = (ENTRY.fullmatch(line) for line in (read() if is_there() else []))
    return {os.fsdecode(match.group(4)) for match in matches if match}


def changed(match, before, after):
    flags, said, when, path = match.groups()
    values = said.decode("ascii", "replace").split(":")
    if before is None or not says(values, before):
        return match.group(0), False
    if after is None:
        return b"", True
    new = [value if value in ("", "-1", "xxx") else after[name] for name, value in zip(FIELDS, values)]
    return b"%s%s %s %s\n" % (flags, ":".join(new).encode(), when, path), True


def is_link(match):
    values = match.group(2).split(b":")
    return len(values) > 1 and values[1] == LINK


def followed(match, changes):
    """OSSEC looks at what a link leads to: its digests are the file's, and size and owner the link's own."""
    before, after = changes.get(os.path.realpath(os.fsdecode(match.group(4))), (None, None))
    values = match.group(2).decode("ascii", "replace").split(":")
    if before is None or after is None or not says(values[4:], before, FIELDS[4:]):
        return match.group(0)
    new = values[:4] + [after[name] for name, _ in zip(FIELDS[4:], values[4:])]
    return b"%s%s %s %s\n" % (match.group(1), ":".join(new).encode(), match.group(3), match.group(4))


def says(values, file, names=FIELDS):
    if not 1 <= len(values) <= len(names):
        return False
    return all(value in ("", "-1", "xxx") or value == file[name] for name, value in zip(names, values))


def added(path, after, lines, known):
    """An entry like that of a neighbour; none where nothing around it is watched."""
    folder = path
    while folder := folder.rpartition(b"/")[0]:
        for line in lines:
            match = ENTRY.fullmatch(line)
            if match and match.group(4).startswith(folder + b"/"):
                count = len(match.group(2).split(b":"))
                values = ":".join(after[name] for name in FIELDS[:count]).encode()
                return [b"+++%s %s %s\n" % (values, match.group(3), path)]
    return []


def is_there():
    """The folder is the user ossec's, who could lay a link in the way."""
    return DATABASE.is_file() and not DATABASE.is_symlink()


def read():
    with open(os.open(DATABASE, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return file.read().splitlines(keepends=True)


def write(lines):
    """In one move, and it keeps its owner and mode."""
    new = unfinished(DATABASE)
    new.unlink(missing_ok=True)
    status = os.lstat(DATABASE)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as file:
        file.writelines(lines)
        os.fchown(file.fileno(), status.st_uid, status.st_gid)
        os.fchmod(file.fileno(), status.st_mode & 0o7777)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, DATABASE)
