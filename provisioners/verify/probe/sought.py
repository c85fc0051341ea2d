"""Looks for the secrets of the bake on the whole disk. It names files and variables, and never a secret."""

import base64
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

_VARIABLE = "BAKE_VERIFY_SECRETS"
# Shorter ones are found everywhere, by chance.
_SHORTEST = 8
_LARGEST_FILE = 16 * 1024 * 1024
_OURS = "/tmp/bake-verify"


def on_disk(_: Mapping) -> Iterator[str]:
    patterns = _patterns()
    if not patterns:
        return
    os.nice(10)
    for path in _files("/"):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        for name in sorted({name for name, pattern in patterns if pattern in content}):
            yield f"{path} holds the secret {name}"


def _patterns() -> list[tuple[str, bytes]]:
    """Each secret, its longest line where it has several, and what base64 makes of it."""
    encoded = os.environ.get(_VARIABLE, "")
    secrets = json.loads(base64.b64decode(encoded)) if encoded else {}
    found = []
    for name, secret in secrets.items():
        line = max(secret.splitlines(), key=len, default="").strip().encode()
        if len(line) >= _SHORTEST:
            # What comes after the secret changes the last characters.
            encoded_line = base64.b64encode(line).rstrip(b"=")[:-1]
            found += [(name, line), (name, encoded_line)]
    return found


def _files(top: str) -> Iterator[Path]:
    device = os.stat(top).st_dev
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if _is_inside(os.path.join(folder, name), device)]
        for name in names:
            path = Path(folder, name)
            try:
                found = path.lstat()
            except OSError:
                continue
            if path.is_file() and not path.is_symlink() and 0 < found.st_size <= _LARGEST_FILE:
                yield path


def _is_inside(folder: str, device: int) -> bool:
    try:
        return folder != _OURS and not os.path.islink(folder) and os.stat(folder).st_dev == device
    except OSError:
        return False
