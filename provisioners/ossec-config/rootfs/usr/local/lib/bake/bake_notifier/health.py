"""How the notifier does: a file for people and programs, written every few seconds while it runs."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .alert import utc
from .daemons import missing
from .files import replace_file
from .follow import Follower
from .imds import Identity
from .maintenance import Maintenance
from .probe import Probe
from .routes import Hook, Settings
from .sender import Sender
from .state import State

FILE = Path("/run/bake-notifier/health.json")
EVERY_SECONDS = 10.0
STALE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at."""

    settings: Settings
    state: State
    follower: Follower
    senders: Mapping[str, Sender]
    probe: Probe
    maintenance: Maintenance
    running: Sequence[str]
    identity: Identity | None
    monotonic: float


@dataclass(frozen=True, slots=True)
class Health:
    problems: Sequence[str]
    """None: all is well."""
    content: Mapping[str, object]
    """Of the file. No URL of a hook is in it."""


def examine(subject: Subject) -> Health:
    settings, state = subject.settings, subject.state
    hooks = {name: _hook(hook, subject.senders[name]) for name, hook in settings.hooks.items()}
    problems = _problems(subject, hooks)
    content = {
        "version": 1,
        "time": utc(time.time()),
        "ok": not problems,
        "problems": problems,
        "fleet": settings.fleet,
        "image": settings.image,
        "instance": None if subject.identity is None else subject.identity.instance,
        "alerts": {
            "problem": subject.follower.problem or None,
            "behind_bytes": subject.follower.behind(),
            "since": utc(state.since),
            "read": state.counts.alerts,
            "notified": state.counts.notifications,
            "held_back": state.counts.held_back,
            "maintenance": state.counts.maintenance,
            "unreadable": state.counts.unreadable,
        },
        "ossec": {
            "hears": _hears(subject.probe),
            "heard_seconds_ago": _ago(subject.probe.heard_at, subject.monotonic),
            "running": list(subject.running),
            "not_running": missing([*subject.running]),
        },
        "hooks": hooks,
        "heartbeat_seconds": settings.heartbeat_seconds,
    }
    return Health(problems, content)


def write(path: Path, content: Mapping[str, object]) -> None:
    """Raises OSError."""
    replace_file(path, f"{json.dumps(content, indent=2)}\n".encode(), 0o600)


def _hook(hook: Hook, sender: Sender) -> dict[str, object]:
    report = sender.report
    waiting, size = sender.waiting()
    return {
        "format": hook.format,
        "url_from": f"{hook.url.kind} {hook.url.name}",
        "url": report.url,
        "sent": report.sent,
        "last_sent": None if report.last_sent is None else utc(report.last_sent),
        "waiting": waiting,
        "waiting_bytes": size,
        "lost": sender.lost(),
        "refused": report.refused,
        "problem": report.problem or None,
    }


def _problems(subject: Subject, hooks: Mapping[str, Mapping[str, object]]) -> list[str]:
    found = [subject.follower.problem] if subject.follower.problem else []
    if subject.maintenance.problem:
        found.append(subject.maintenance.problem)
    if subject.probe.deaf:
        found.append("OSSEC is deaf: log lines do not become alerts")
    gone = missing([*subject.running])
    if gone:
        found.append(f"not running: {', '.join(gone)}")
    for name, hook in hooks.items():
        if hook["url"] != "known":
            found.append(f"{name}: its URL: {hook['url']}")
        if hook["problem"]:
            found.append(f"{name}: {hook['waiting']} not delivered: {hook['problem']}")
    return found


def _hears(probe: Probe) -> str:
    if probe.deaf:
        return "no"
    return "not asked yet" if probe.heard_at is None else "yes"


def _ago(heard_at: float | None, now: float) -> int | None:
    return None if heard_at is None else round(now - heard_at)
