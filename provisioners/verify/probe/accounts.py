"""Who can log in."""

import pwd
from collections.abc import Iterator, Mapping
from pathlib import Path

from shell import output

_FIRST_PERSON = 1000


def homes() -> list[Path]:
    """Of root and of every person."""
    people = [one for one in pwd.getpwall() if one.pw_uid == 0 or one.pw_uid >= _FIRST_PERSON]
    return sorted({Path(one.pw_dir) for one in people if one.pw_dir != "/" and Path(one.pw_dir).is_dir()})


def root_locked(_: Mapping) -> Iterator[str]:
    status = output("passwd", "--status", "root").split()
    if len(status) < 2 or status[1] != "L":
        yield "it is not"


def no_passwords(_: Mapping) -> Iterator[str]:
    for user in ("root", "somebody"):
        settings = output("sshd", "-T", "-C", f"user={user},host=localhost,addr=203.0.113.7").splitlines()
        for keyword in ("passwordauthentication", "kbdinteractiveauthentication"):
            if f"{keyword} no" not in settings:
                yield f"sshd: {keyword} is not off for {user}"


def keys(expect: Mapping) -> Iterator[str]:
    """The fleet's, and the one that this instance was launched with."""
    known = {*expect["keys"], *_launch_keys()}
    for home in homes():
        for name in ("authorized_keys", "authorized_keys2"):
            yield from _unknown(home / ".ssh" / name, known)


def _unknown(path: Path, known: set[str]) -> Iterator[str]:
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines:
        words = line.split()
        if words and not line.startswith("#") and not known.intersection(words):
            yield f"{path}: a key that nothing declares: {' '.join(words[-1:])}"


def _launch_keys() -> set[str]:
    """The text in base64 says it all."""
    return {word for word in output("cloud-init", "query", "public_ssh_keys").split('"') for word in word.split() if word.startswith("AAAA")}
