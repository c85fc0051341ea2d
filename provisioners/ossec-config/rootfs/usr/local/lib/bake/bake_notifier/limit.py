"""How many notifications a hook gets; the rest is counted, and the count is told. Pure.

Two things hold an alert back:
- its hook has had as many in this minute as it may;
- it says, to the letter, what an earlier one of the last hour said: OSSEC looks at the open ports every few
  seconds, and says the same each time.
"""

import hashlib
from collections import Counter, OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from .alert import Alert

WINDOW_SECONDS = 60.0
REPEAT_SECONDS = 3600.0
_MOST_REMEMBERED = 2000


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What a hook did not get: how many alerts of which rule."""

    hook: str
    too_many: Mapping[int, int]
    repeated: Mapping[int, int]


@dataclass(slots=True)
class _Window:
    end: float
    admitted: int = 0
    too_many: Counter[int] = field(default_factory=Counter)


@dataclass(slots=True)
class _Said:
    hook: str
    rule: int
    end: float
    again: int = 0


class Limiter:
    """`now` is any clock that never goes back."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._windows: dict[str, _Window] = {}
        self._said: OrderedDict[bytes, _Said] = OrderedDict()
        self._ready: dict[str, tuple[Counter[int], Counter[int]]] = {}

    def admits(self, hook: str, alert: Alert, now: float) -> bool:
        """False: it is counted instead."""
        window = self._windows.setdefault(hook, _Window(now + WINDOW_SECONDS))
        digest = _digest(hook, alert)
        said = self._said.get(digest)
        if said is not None and said.end > now:
            said.again += 1
            return False
        if window.end > now and window.admitted >= self._per_minute:
            window.too_many[alert.rule] += 1
            return False
        if window.end <= now:
            self._close(hook, window)
            window = self._windows[hook] = _Window(now + WINDOW_SECONDS)
        window.admitted += 1
        self._remember(digest, _Said(hook, alert.rule, now + REPEAT_SECONDS))
        return True

    def due(self, now: float) -> list[HeldBack]:
        """What was held back in minutes and hours that are over."""
        for hook, window in [*self._windows.items()]:
            if window.end <= now:
                self._close(hook, window)
                del self._windows[hook]
        # They all last equally long, so the first to be said is the first to end.
        while self._said and next(iter(self._said.values())).end <= now:
            self._forget()
        ready, self._ready = self._ready, {}
        return [HeldBack(hook, dict(many), dict(again)) for hook, (many, again) in ready.items()]

    def untold(self) -> list[HeldBack]:
        """Everything that was held back and not told yet, for whoever goes on after a restart."""
        counters = {hook: (Counter(many), Counter(again)) for hook, (many, again) in self._ready.items()}
        for hook, window in self._windows.items():
            counters.setdefault(hook, (Counter(), Counter()))[0].update(window.too_many)
        for said in self._said.values():
            if said.again > 0:
                counters.setdefault(said.hook, (Counter(), Counter()))[1][said.rule] += said.again
        return [
            HeldBack(hook, dict(many), dict(again))
            for hook, (many, again) in counters.items()
            if many or again
        ]

    def restore(self, held: HeldBack) -> None:
        """Is told with what is due next."""
        many, again = self._counters(held.hook)
        many.update(held.too_many)
        again.update(held.repeated)

    def _remember(self, digest: bytes, said: _Said) -> None:
        former = self._said.pop(digest, None)
        if former is not None:
            self._count_repeats(former)
        self._said[digest] = said
        if len(self._said) > _MOST_REMEMBERED:
            self._forget()

    def _forget(self) -> None:
        self._count_repeats(self._said.popitem(last=False)[1])

    def _count_repeats(self, said: _Said) -> None:
        if said.again > 0:
            self._counters(said.hook)[1][said.rule] += said.again

    def _close(self, hook: str, window: _Window) -> None:
        if window.too_many:
            self._counters(hook)[0].update(window.too_many)

    def _counters(self, hook: str) -> tuple[Counter[int], Counter[int]]:
        return self._ready.setdefault(hook, (Counter(), Counter()))


def _digest(hook: str, alert: Alert) -> bytes:
    return hashlib.sha256(repr((hook, alert.rule, alert.file, alert.source, alert.log)).encode()).digest()
