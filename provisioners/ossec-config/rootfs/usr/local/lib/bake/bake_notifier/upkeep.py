"""Maintenance, for the notifier's loop: tells of windows, and says what becomes of an alert.

Whatever goes wrong here keeps no alert from leaving.
"""

from collections.abc import Callable

from .alert import Alert, read_alert
from .deferred import Deferred
from .log import warn_of_bug
from .maintenance import Event, Maintenance
from .maintenance_words import of_event
from .notification import Notification
from .verdicts import Verdict
from .words import speaker


class Upkeep:
    """`tell` reaches every hook; `again` takes an alert that was put off."""

    def __init__(
        self,
        maintenance: Maintenance,
        deferred: Deferred,
        tell: Callable[[Notification], None],
        again: Callable[[Alert, float], None],
    ) -> None:
        self._maintenance = maintenance
        self._deferred = deferred
        self._tell = tell
        self._again = again

    def look(self, now: float) -> None:
        """To be done once the alerts are read: a window that was open before one was written is known by then."""
        try:
            events = self._maintenance.look(now)
            if not self._maintenance.upgrades():
                self._judge_deferred(now)
        except Exception as error:
            warn_of_bug(error)
            return
        for event in events:
            self._tell_event(event)

    def judge(self, alert: Alert, line: bytes | None, now: float) -> Verdict:
        """Without a line, the alert was put off once and is not again."""
        try:
            verdict = self._maintenance.judge(alert, now)
        except Exception as error:
            warn_of_bug(error)
            return "notified"
        if verdict == "later" and (line is None or not self._deferred.add(line)):
            return "notified"
        return verdict

    def _tell_event(self, event: Event) -> None:
        """A window that can't be told is not known, so that nothing is held back for it."""
        try:
            whole = self._maintenance.with_rest(event) if event.kind == "ended" else event
            self._tell(of_event(whole, self._maintenance.declared, speaker()))
        except Exception as error:
            warn_of_bug(error)
            self._maintenance.forget(event.window.id)

    def _judge_deferred(self, now: float) -> None:
        """Twice after a crash is better than never."""
        lines = self._deferred.lines()
        for line in lines:
            alert = read_alert(line)
            try:
                if alert is not None:
                    self._again(alert, now)
            except Exception as error:
                warn_of_bug(error)
        if lines:
            self._deferred.clear()
