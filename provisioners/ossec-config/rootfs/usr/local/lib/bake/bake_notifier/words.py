"""What the notifier says of its own accord."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from .alert import utc
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
    maintenance: int = 0
    """Alerts that a maintenance window covers."""


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
        text = " ".join(f"{why}: {name_rules(rules)}." for why, rules in parts if rules)
        facts = {"too_many": by_rule(held.too_many), "repeated": by_rule(held.repeated)}
        return self.say("held_back", "Alerts were held back", text, facts)

    def lost(self, count: int) -> Notification:
        what = count_of(count, "notification")
        text = f"{what} for this hook will never arrive: too many waited, or it refused them."
        return self.say("lost", "Notifications were lost", text, {"lost": count})

    def unreadable(self, count: int) -> Notification:
        text = f"{count_of(count, 'line')} of alerts.json can't be read as alerts: look at it on the machine."
        return self.say("unreadable", "Alerts could not be read", text, {"unreadable": count})

    def deaf(self, daemons: Sequence[str], problem: str) -> Notification:
        text = f"Twice a log line did not become an alert within a minute. {_daemons(daemons)}"
        text += f" {problem}." if problem else ""
        facts = {"running": list(daemons), "not_running": missing([*daemons]), "problem": problem or None}
        return self.say("deaf", "OSSEC is deaf", text, facts)

    def hearing(self, daemons: Sequence[str]) -> Notification:
        facts = {"running": list(daemons), "not_running": missing([*daemons])}
        return self.say(
            "hearing", "OSSEC hears again", f"Log lines become alerts. {_daemons(daemons)}", facts
        )

    def heartbeat(
        self, counts: Counts, seconds: float, daemons: Sequence[str], version: str, deaf: bool
    ) -> Notification:
        text = (
            f"OSSEC {version} {'is deaf' if deaf else 'hears'}. {_daemons(daemons)} "
            f"In the last {span_of(seconds)}: {count_of(counts.alerts, 'alert')}, "
            f"{count_of(counts.notifications, 'notification')}, {counts.held_back} held back"
        )
        text += f", {counts.maintenance} covered by maintenance" if counts.maintenance else ""
        text += f", {count_of(counts.unreadable, 'unreadable line')}." if counts.unreadable else "."
        facts = {
            **asdict(counts),
            "seconds": round(seconds),
            "version": version,
            "deaf": deaf,
            "running": list(daemons),
            "not_running": missing([*daemons]),
        }
        return self.say("heartbeat", "Heartbeat", text, facts)

    def say(self, kind: str, title: str, text: str, facts: Mapping[str, object]) -> Notification:
        return Notification(kind=kind, time=self.now, host=self.host, title=title, text=text, facts=facts)


def speaker() -> Speaker:
    """This machine, now. cloud-init names it late, so its name is asked for each time."""
    return Speaker(host=os.uname().nodename, now=utc(time.time()))


def name_rules(rules: Mapping[int, int]) -> str:
    shown = sorted(rules.items(), key=lambda entry: (-entry[1], entry[0]))
    first = [f"{count} × rule {rule}" for rule, count in shown[:20]]
    rest = sum(count for _, count in shown[20:])
    return ", ".join([*first, f"{rest} of other rules"] if rest else first)


def by_rule(rules: Mapping[int, int]) -> dict[str, int]:
    return {str(rule): count for rule, count in sorted(rules.items())}


def _daemons(running: Sequence[str]) -> str:
    gone = missing([*running])
    if not gone:
        return f"All daemons run: {', '.join(running)}."
    return f"Not running: {', '.join(gone)}. Running: {', '.join(running) or 'none'}."


def span_of(seconds: float) -> str:
    if seconds < 7200:
        return f"{max(round(seconds / 60), 1)} min"
    return f"{round(seconds / 3600)} h"


def count_of(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
