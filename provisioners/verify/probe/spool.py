"""What the notifier would have posted: the URLs of its hooks can't be read here, so everything waits on the disk."""

import json
from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path("/var/lib/bake-notifier/spool")


@dataclass(frozen=True, slots=True)
class Waiting:
    hook: str
    rule: int | None
    kind: str
    text: str
    """All that names what it is about."""
    seconds: float
    """When it was written, since 1970."""


def waiting() -> list[Waiting]:
    return [found for path in _FOLDER.glob("*/*.json") if (found := _read(path)) is not None]


def _read(path: Path) -> Waiting | None:
    try:
        found = json.loads(path.read_bytes())
        written = path.stat().st_mtime
    except (OSError, ValueError):
        return None
    text = "\n".join(str(found.get(key, "")) for key in ("title", "text", "log", "file"))
    return Waiting(path.parent.name, found.get("rule"), str(found.get("kind")), text, written)
