"""What a restart goes on with: one file, replaced in one move."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .files import replace_file
from .follow import Position
from .known import Known, read_known
from .limit import HeldBack
from .words import Counts


@dataclass(slots=True)
class State:
    position: Position | None = None
    """None: from the beginning of alerts.json; nothing that was written before the first start is missed."""
    since: float = 0.0
    """When the last heartbeat was, or the first start: seconds since 1970."""
    counts: Counts = field(default_factory=Counts)
    held: list[HeldBack] = field(default_factory=list)
    deaf: bool = False
    maintenance: list[Known] = field(default_factory=list)


def load(path: Path) -> State | None:
    """None where there is none, or not one that this version wrote."""
    try:
        found = json.loads(path.read_bytes())
        return State(
            position=None if found["position"] is None else Position(**found["position"]),
            since=float(found["since"]),
            counts=Counts(**found["counts"]),
            held=[
                HeldBack(held["hook"], _rules(held["too_many"]), _rules(held["repeated"]))
                for held in found["held"]
            ],
            deaf=bool(found["deaf"]),
            maintenance=[read_known(known) for known in found.get("maintenance", [])],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def save(path: Path, state: State) -> None:
    """Raises OSError."""
    replace_file(path, json.dumps(asdict(state)).encode(), 0o600)


def _rules(counts: Mapping[str, int]) -> dict[int, int]:
    return {int(rule): int(count) for rule, count in counts.items()}
