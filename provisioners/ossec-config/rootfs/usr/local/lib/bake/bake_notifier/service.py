"""The notifier's one loop: alerts in, notifications out, and what it says of its own accord."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import daemons
from .alert import Alert, read_alert
from .deferred import Deferred
from .follow import Follower
from .limit import Limiter
from .log import describe, warn, warn_of_bug
from .maintenance import Maintenance
from .notification import Notification, of_alert
from .probe import RULE as PROBE_RULE
from .probe import Probe
from .routes import Route, Settings, decide
from .sender import Sender
from .state import State, save
from .upkeep import Upkeep
from .words import Counts, speaker

# Lines that can't be read are told of this often at most.
_UNREADABLE_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Parts:
    """What the loop works with."""

    follower: Follower
    senders: Mapping[str, Sender]
    probe: Probe
    maintenance: Maintenance
    deferred: Deferred
    state_file: Path
    running_daemons: Callable[[], list[str]]
    version: Callable[[], str] = daemons.version


class Notifier:
    """`tick` is the whole of its work. `now` is a clock that never goes back."""

    def __init__(self, settings: Settings, parts: Parts, state: State) -> None:
        self._settings = settings
        self._parts = parts
        self._limiter = Limiter(settings.per_minute)
        for held in state.held:
            self._limiter.restore(held)
        self._upkeep = Upkeep(parts.maintenance, parts.deferred, self._tell_all, self._route)
        self.state = state
        self._saved = ""
        self._unreadable = 0
        self._tell_unreadable_at = 0.0
        self.heartbeat_wanted = False
        """Set by whoever wants one now."""

    def tick(self, now: float) -> bool:
        """Returns whether there was something to read: then there may be more."""
        lines = self._parts.follower.take()
        self._upkeep.look(now)
        for line in lines:
            try:
                self._take(line, now)
            except Exception as error:
                # No line may stop those that follow it.
                warn_of_bug(error)
                self._count_unreadable()
        self._tell_held_back(now)
        self._tell_unreadable(now)
        self._tell_hearing(now)
        self._tell_heartbeat(time.time())
        self.save()
        return bool(lines)

    def save(self) -> None:
        """After the spools have it: what is done twice after a crash is better than what is lost."""
        state = self.state
        state.position = self._parts.follower.position()
        state.held = self._limiter.untold()
        state.deaf = self._parts.probe.deaf
        state.maintenance = self._parts.maintenance.known()
        if repr(state) == self._saved:
            return
        try:
            save(self._parts.state_file, state)
            self._saved = repr(state)
        except OSError as error:
            warn(f"{self._parts.state_file} can't be written: {describe(error)}")
            # Not again before something else has changed.
            self._saved = repr(state)

    def _take(self, line: bytes, now: float) -> None:
        alert = read_alert(line)
        if alert is None:
            self._count_unreadable()
        elif alert.rule == PROBE_RULE:
            self._parts.probe.seen(alert.log, now)
        else:
            self.state.counts.alerts += 1
            self._route(alert, now, line)

    def _route(self, alert: Alert, now: float, line: bytes | None = None) -> None:
        route = decide(self._settings, alert)
        if route is None:
            return
        verdict = self._upkeep.judge(alert, line, now)
        if verdict == "held":
            self.state.counts.maintenance += 1
        elif verdict == "notified":
            self._notify(alert, route, now)

    def _notify(self, alert: Alert, route: Route, now: float) -> None:
        if not self._limiter.admits(route.hook, alert, now):
            self.state.counts.held_back += 1
            return
        self.state.counts.notifications += 1
        said = speaker()
        self._parts.senders[route.hook].add(of_alert(alert, route, said.host, said.now))

    def _count_unreadable(self) -> None:
        self.state.counts.unreadable += 1
        self._unreadable += 1

    def _tell_held_back(self, now: float) -> None:
        for held in self._limiter.due(now):
            sender = self._parts.senders.get(held.hook)
            if sender is not None:
                sender.add(speaker().held_back(held, self._settings.per_minute))

    def _tell_unreadable(self, now: float) -> None:
        if self._unreadable == 0 or now < self._tell_unreadable_at:
            return
        self._tell_all(speaker().unreadable(self._unreadable))
        self._unreadable = 0
        self._tell_unreadable_at = now + _UNREADABLE_SECONDS

    def _tell_hearing(self, now: float) -> None:
        event = self._parts.probe.tick(now)
        if event is None:
            return
        found = self._parts.running_daemons()
        if event == "deaf":
            self._tell_all(speaker().deaf(found, self._parts.follower.problem))
        else:
            self._tell_all(speaker().hearing(found))

    def _tell_heartbeat(self, wall: float) -> None:
        """By the clock on the wall, which goes on while the machine is off; set back, it begins again."""
        state, every = self.state, self._settings.heartbeat_seconds
        state.since = min(state.since, wall)
        due = every is not None and wall - state.since >= every
        if not due and not self.heartbeat_wanted:
            return
        self.heartbeat_wanted = False
        found, version = self._parts.running_daemons(), self._parts.version()
        seconds = wall - state.since
        self._tell_all(speaker().heartbeat(state.counts, seconds, found, version, self._parts.probe.deaf))
        state.counts, state.since = Counts(), wall

    def _tell_all(self, notification: Notification) -> None:
        """Each hook: it shows that this very hook works, too."""
        for sender in self._parts.senders.values():
            sender.add(notification)
