"""What leaves the machine, before it is put into a hook's format. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from .alert import Alert
from .routes import Route


@dataclass(frozen=True, slots=True)
class Notification:
    """Every text is clean."""

    kind: str
    """alert, held_back, lost, unreadable, heartbeat, deaf, hearing, maintenance_begun, _ended, _late"""
    time: str
    host: str
    title: str
    text: str = ""
    level: int | None = None
    rule: int | None = None
    rule_level: int | None = None
    rule_description: str = ""
    log: str = ""
    source: str = ""
    file: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    """What `text` says, for programs."""


def of_alert(alert: Alert, route: Route, host: str, now: str) -> Notification:
    """The route's level and description take the place of the rule's, which go along."""
    level = alert.level if route.level is None else route.level
    return Notification(
        kind="alert",
        time=alert.time or now,
        host=host,
        title=route.description or alert.description or f"Rule {alert.rule}",
        level=level,
        rule=alert.rule,
        rule_level=alert.level,
        rule_description=alert.description,
        log=alert.log,
        source=alert.source,
        file=alert.file,
    )


def to_json(notification: Notification) -> bytes:
    return json.dumps(asdict(notification)).encode()


def from_json(content: bytes) -> Notification | None:
    """None where the content is not what `to_json` made."""
    try:
        return Notification(**json.loads(content))
    except (ValueError, TypeError, RecursionError):
        return None
