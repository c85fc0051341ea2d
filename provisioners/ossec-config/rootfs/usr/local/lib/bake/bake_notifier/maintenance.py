"""Maintenance windows, as the notifier sees them: told first, and then what they cover is held back.

Nothing is held back for a window whose begin was not told: whoever may begin one can't do it in silence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bake_maintenance.book import BookError
from bake_maintenance.clock import Moment
from bake_maintenance.declared import Declared
from bake_maintenance.window import Change, Window, covers, covers_moment
from bake_maintenance.witness import WitnessError

from .alert import Alert
from .log import warn
from .ports import PORTS_RULE, undeclared_ports

Why = Literal["ended", "time", "restarted", "clock", "gone"]

# Open ports are looked at every few seconds.
_PORTS_LATE_SECONDS = 15
_WITNESS_REST_SECONDS = 30.0
_FIRST_LATE_SECONDS = 600.0
_LATE_SECONDS = 3600.0


@dataclass(slots=True)
class Known:
    """A window that was told."""

    window: Window
    held: dict[int, int] = field(default_factory=dict)
    """How many alerts of which rule it has held back, as far as nobody was told."""
    over: Why | None = None
    """Why it is over, which was told."""
    tell_at: float = 0.0
    """When to tell next what was held back after its end."""

    def counts(self) -> bool:
        """Whether it still covers anything."""
        return self.over in (None, "ended", "time")


@dataclass(frozen=True, slots=True)
class Event:
    """To be told. `held`: how many alerts of which rule were held back since it was told last."""

    kind: Literal["begun", "ended", "late"]
    window: Window
    why: Why | None = None
    held: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is asked on the machine."""

    windows: Callable[[], Sequence[Window]]
    change: Callable[[str], Change | None]
    clock: Callable[[], Moment]


class Maintenance:
    """`now` is a clock that never goes back."""

    def __init__(self, declared: Declared, surroundings: Surroundings, known: Sequence[Known] = ()) -> None:
        self.declared = declared
        self._ask = surroundings
        self._known = {one.window.id: one for one in known}
        self._ask_again_at = 0.0
        self.problem = ""
        """Why no window counts; empty where all is well."""

    def known(self) -> list[Known]:
        """For whoever goes on after a restart."""
        return [replace(known, held=dict(known.held)) for known in self._known.values()]

    def look(self, now: float) -> list[Event]:
        """What has begun and ended since the last look. Once it is told, alerts may be asked about."""
        moment = self._ask.clock()
        found = self._read()
        begun = [window for window in found.values() if self._is_new(window, moment)]
        self._known.update({window.id: Known(window) for window in begun})
        events = [Event("begun", window) for window in begun]
        for id, known in [*self._known.items()]:
            events += self._follow(known, found.get(id), moment, now)
            if id not in found and not known.held:
                del self._known[id]
        return events

    def holds(self, alert: Alert, now: float) -> bool:
        """Whether the alert stays on the machine; it is counted then."""
        moment = self._ask.clock()
        if alert.rule == PORTS_RULE:
            return self._holds_port(alert, moment)
        if not any(alert.path.startswith(f"{folder}/") for folder in self.declared.folders):
            return False
        late = self.declared.late_seconds
        possible = self._covering(lambda window: covers_moment(window, alert.seconds, late, moment))
        change = self._change(alert.path, now) if possible else None
        if change is None:
            return False
        return _count(
            alert, [one for one in possible if covers(one.window, alert.seconds, change, late, moment)]
        )

    def _holds_port(self, alert: Alert, moment: Moment) -> bool:
        ports = undeclared_ports(alert.log)
        if not ports or not ports <= self.declared.ports:
            return False
        late = _PORTS_LATE_SECONDS
        return _count(
            alert, self._covering(lambda window: covers_moment(window, alert.seconds, late, moment))
        )

    def _covering(self, covers_it: Callable[[Window], bool]) -> list[Known]:
        return [known for known in self._known.values() if known.counts() and covers_it(known.window)]

    def _read(self) -> dict[str, Window]:
        try:
            windows = self._ask.windows()
            self.problem = ""
            return {window.id: window for window in windows}
        except BookError as error:
            problem = f"the file of maintenance windows {error}, so none counts"
            if problem != self.problem:
                warn(problem)
            self.problem = problem
            return {}

    def _is_new(self, window: Window, moment: Moment) -> bool:
        """One that claims to begin later, or in another boot, is none."""
        begun = window.begun
        return (
            window.id not in self._known
            and begun.boot == moment.boot
            and begun.since_boot <= moment.since_boot
        )

    def _follow(self, known: Known, current: Window | None, moment: Moment, now: float) -> list[Event]:
        why = _over(known.window, current, moment)
        if current is not None and why != "gone":
            known.window = current
        if why is not None and (known.over is None or (known.counts() and why not in ("ended", "time"))):
            is_first, known.over = known.over is None, why
            if is_first:
                known.tell_at = now + _FIRST_LATE_SECONDS
                return [Event("ended", known.window, why, _take(known))]
        if known.over is not None and known.held and (now >= known.tell_at or current is None):
            known.tell_at = now + _LATE_SECONDS
            return [Event("late", known.window, None, _take(known))]
        return []

    def _change(self, path: str, now: float) -> Change | None:
        """Where nobody answers, the next alerts don't wait for it."""
        if now < self._ask_again_at:
            return None
        try:
            return self._ask.change(path)
        except WitnessError:
            warn("nobody says when files were changed: what maintenance would cover is notified")
            self._ask_again_at = now + _WITNESS_REST_SECONDS
            return None


def read_known(found: Mapping[str, Any]) -> Known:
    """From what a restart keeps. Raises KeyError, TypeError or ValueError."""
    window = found["window"]
    return Known(
        window=Window(**{**window, "begun": Moment(**window["begun"])}),
        held={int(rule): int(count) for rule, count in found["held"].items()},
        over=found["over"],
    )


def _over(known: Window, current: Window | None, moment: Moment) -> Why | None:
    if known.begun.boot != moment.boot:
        return "restarted"
    # Its end is all that may come to be known later.
    if current is None or replace(current, ended=None) != replace(known, ended=None):
        return "gone"
    if known.ended is not None and current.ended != known.ended:
        return "gone"
    if not current.is_sound(moment):
        return "clock"
    if current.is_open(moment):
        return None
    return "time" if current.ended is None else "ended"


def _count(alert: Alert, covering: Sequence[Known]) -> bool:
    if not covering:
        return False
    held = covering[-1].held
    held[alert.rule] = held.get(alert.rule, 0) + 1
    return True


def _take(known: Known) -> Mapping[int, int]:
    held, known.held = known.held, {}
    return held
