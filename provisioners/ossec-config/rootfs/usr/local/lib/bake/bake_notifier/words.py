"""What the notifier says of its own accord. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from .daemons import missing
from .limit import HeldBack
from .notification import Notification


@dataclass(slots=True)
class Counts:
    """Since the last heartbeat."""

    alerts: int = 0
    notifications: int = 0
    held_back: int = 0
    unreadable: int = 0
    """Lines of alerts.json that are no alerts."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says it, and when."""

    host: str
    now: str
    """UTC, `2026-11-24T07:31:02Z`."""

    def held_back(self, held: HeldBack, per_minute: int) -> Notification:
        parts = [
            (f"More than {per_minute} in a minute", held.too_many),
            ("The same again, word for word, within an hour", held.repeated),
        ]
        text = " ".join(f"{why}: {_rules(rules)}." for why, rules in parts if rules)
        facts = {"too_many": _by_rule(held.too_many), "repeated": _by_rule(held.repeated)}
        return self._say("held_back", "Alerts were held back", text, facts)

    def lost(self, count: int) -> Notification:
        what = _count(count, "notification")
        text = f"{what} for this hook will never arrive: too many waited, or it refused them."
        return self._say("lost", "Notifications were lost", text, {"lost": count})

    def unreadable(self, count: int) -> Notification:
        text = f"{_count(count, 'line')} of alerts.json can't be read as alerts: look at it on the machine."
        return self._say("unreadable", "Alerts could not be read", text, {"unreadable": count})

    def deaf(self, daemons: Sequence[str], problem: str) -> Notification:
        text = f"Twice a log line did not become an alert within a minute. {_daemons(daemons)}"
        text += f" {problem}." if problem else ""
        facts = {"running": list(daemons), "not_running": missing([*daemons]), "problem": problem or None}
        return self._say("deaf", "OSSEC is deaf", text, facts)

    def hearing(self, daemons: Sequence[str]) -> Notification:
        facts = {"running": list(daemons), "not_running": missing([*daemons])}
        return self._say(
            "hearing", "OSSEC hears again", f"Log lines become alerts. {_daemons(daemons)}", facts
        )

    def heartbeat(
        self, counts: Counts, seconds: float, daemons: Sequence[str], version: str, deaf: bool
    ) -> Notification:
        text = (
            f"OSSEC {version} {'is deaf' if deaf else 'hears'}. {_daemons(daemons)} "
            f"In the last {_span(seconds)}: {_count(counts.alerts, 'alert')}, "
            f"{_count(counts.notifications, 'notification')}, {counts.held_back} held back"
        )
        text += f", {_count(counts.unreadable, 'unreadable line')}." if counts.unreadable else "."
        facts = {
            **asdict(counts),
            "seconds": round(seconds),
            "version": version,
            "deaf": deaf,
            "running": list(daemons),
            "not_running": missing([*daemons]),
        }
        return self._say("heartbeat", "Heartbeat", text, facts)

    def _say(self, kind: str, title: str, text: str, facts: Mapping[str, object]) -> Notification:
        return Notification(kind=kind, time=self.now, host=self.host, title=title, text=text, facts=facts)


def _rules(rules: Mapping[int, int]) -> str:
    shown = sorted(rules.items(), key=lambda entry: (-entry[1], entry[0]))
    first = [f"{count} × rule {rule}" for rule, count in shown[:20]]
    rest = sum(count for _, count in shown[20:])
    return ", ".join([*first, f"{rest} of other rules"] if rest else first)


def _by_rule(rules: Mapping[int, int]) -> dict[str, int]:
    return {str(rule): count for rule, count in sorted(rules.items())}


def _daemons(running: Sequence[str]) -> str:
    gone = missing([*running])
    if not gone:
        return f"All daemons run: {', '.join(running)}."
    return f"Not running: {', '.join(gone)}. Running: {', '.join(running) or 'none'}."


def _span(seconds: float) -> str:
    if seconds < 7200:
        return f"{max(round(seconds / 60), 1)} min"
    return f"{round(seconds / 3600)} h"


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
