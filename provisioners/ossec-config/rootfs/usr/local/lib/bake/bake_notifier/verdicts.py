"""What becomes of an alert while maintenance goes on, and of what OSSEC finds later."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from bake_maintenance.clock import Moment
from bake_maintenance.declared import Declared
from bake_maintenance.packages import PackageFile
from bake_maintenance.window import Change, Kind, covers, covers_moment
from bake_maintenance.witness import WitnessError

from .alert import Alert, concerns_rights, is_new
from .known import Known
from .log import warn
from .ports import PORTS_RULE, undeclared_ports

Verdict = Literal["notified", "held", "later"]
"""`later`: to be judged again when no upgrade of packages goes on any more."""

T = TypeVar("T")

# Open ports are looked at every few seconds.
_PORTS_LATE_SECONDS = 15
_WITNESS_REST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Witness:
    """Who may look at every file. Raises WitnessError where nobody answers."""

    change: Callable[[str], Change | None]
    package: Callable[[str], PackageFile | None]


class Verdicts:
    """What is held back is counted with its window. `now` is a clock that never goes back."""

    def __init__(self, declared: Declared, witness: Witness) -> None:
        self._declared = declared
        self._witness = witness
        self._ask_again_at = 0.0

    def judge(self, alert: Alert, windows: Sequence[Known], moment: Moment, now: float) -> Verdict:
        if not windows:
            return "notified"
        if alert.rule == PORTS_RULE:
            return self._judge_port(alert, windows, moment)
        if self._is_declared(alert.path):
            verdict = self._judge_file(alert, windows, moment, now)
            if verdict == "held":
                return verdict
        return self._judge_package(alert, windows, moment, now)

    def _is_declared(self, path: str) -> bool:
        return any(path.startswith(f"{folder}/") for folder in self._declared.folders)

    def _judge_port(self, alert: Alert, windows: Sequence[Known], moment: Moment) -> Verdict:
        ports = undeclared_ports(alert.log)
        if not ports or not ports <= self._declared.ports:
            return "notified"
        return _hold(alert, _open_at(windows, "deployment", alert, _PORTS_LATE_SECONDS, moment))

    def _judge_file(self, alert: Alert, windows: Sequence[Known], moment: Moment, now: float) -> Verdict:
        late = self._declared.late_seconds
        possible = _open_at(windows, "deployment", alert, late, moment)
        change = self._look(self._witness.change, alert.path, now) if possible else None
        if change is None:
            return "notified"
        return _hold(
            alert, [one for one in possible if covers(one.window, alert.seconds, change, late, moment)]
        )

    def _judge_package(self, alert: Alert, windows: Sequence[Known], moment: Moment, now: float) -> Verdict:
        """A file that fits is what dpkg says that it wrote; one that doesn't may come to fit while dpkg works."""
        if not self._declared.packages or not alert.path or concerns_rights(alert.log):
            return "notified"
        late = self._declared.late_seconds
        possible = _open_at(windows, "packages", alert, late, moment)
        found = self._look(self._witness.package, alert.path, now) if possible else None
        if found is None or (is_new(alert.log) and not found.plain):
            return "notified"
        change = Change(found.at, found.at)
        covering = [one for one in possible if covers(one.window, alert.seconds, change, late, moment)]
        if found.fits:
            return _hold(alert, covering)
        return "later" if any(one.window.is_open(moment) for one in covering) else "notified"

    def _look(self, ask: Callable[[str], T | None], path: str, now: float) -> T | None:
        """Where nobody answers, the next alerts don't wait for it."""
        if now < self._ask_again_at:
            return None
        try:
            return ask(path)
        except WitnessError:
            warn("nobody says when files were changed: what maintenance would cover is notified")
            self._ask_again_at = now + _WITNESS_REST_SECONDS
            return None


def _open_at(windows: Sequence[Known], kind: Kind, alert: Alert, late: float, moment: Moment) -> list[Known]:
    return [
        known
        for known in windows
        if known.counts()
        and known.window.kind == kind
        and covers_moment(known.window, alert.seconds, late, moment)
    ]


def _hold(alert: Alert, covering: Sequence[Known]) -> Verdict:
    if not covering:
        return "notified"
    covering[-1].hold(alert.rule)
    return "held"
