"""Maintenance windows, as the notifier sees them: told first, and then what they cover is held back.

Nothing is held back for a window whose begin was not told: whoever may begin one can't do it in silence.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bake_maintenance.book import BookError
from bake_maintenance.clock import Moment
from bake_maintenance.declared import Declared
from bake_maintenance.window import Window

from .alert import Alert
from .known import Known, Why
from .log import warn
from .verdicts import Verdict, Verdicts, Witness

_FIRST_LATE_SECONDS = 600.0
_LATE_SECONDS = 3600.0


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
    witness: Witness
    clock: Callable[[], Moment]


class Maintenance:
    """`now` is a clock that never goes back."""

    def __init__(self, declared: Declared, surroundings: Surroundings, known: Sequence[Known] = ()) -> None:
        self.declared = declared
        self._ask = surroundings
        self._known = {one.window.id: one for one in known}
        self._verdicts = Verdicts(declared, surroundings.witness)
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

    def judge(self, alert: Alert, now: float) -> Verdict:
        """What becomes of an alert; what is held back is counted."""
        return self._verdicts.judge(alert, [*self._known.values()], self._ask.clock(), now)

    def upgrades(self) -> bool:
        """Whether an upgrade of packages goes on: what was put off then may still be held back."""
        return any(known.over is None and known.window.kind == "packages" for known in self._known.values())

    def with_rest(self, event: Event) -> Event:
        """The end of a window, with what was judged since."""
        known = self._known.get(event.window.id)
        rest = {} if known is None else known.take()
        return replace(event, held=dict(Counter(event.held) + Counter(rest)))

    def forget(self, id: str) -> None:
        """Until the next look, which finds it anew."""
        self._known.pop(id, None)

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
                return [Event("ended", known.window, why, known.take())]
        if known.over is not None and known.held and (now >= known.tell_at or current is None):
            known.tell_at = now + _LATE_SECONDS
            return [Event("late", known.window, None, known.take())]
        return []


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
