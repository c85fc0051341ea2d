"""What no two instances of an image may share."""

import hashlib
from pathlib import Path


def identity() -> dict[str, object]:
    """Digests only: they are enough to compare."""
    keys = sorted(Path("/etc/ssh").glob("ssh_host_*_key.pub"))
    return {
        "machine_id": _digest(Path("/etc/machine-id")),
        "host_keys": {key.name: _digest(key) for key in keys},
    }


def _digest(path: Path) -> str | None:
    try:
        content = path.read_bytes().strip()
    except OSError:
        return None
    return hashlib.sha256(content).hexdigest() if content else None
