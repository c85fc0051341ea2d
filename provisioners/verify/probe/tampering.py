"""Tampers with the machine, and waits for what OSSEC and the notifier make of it."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from alerts import Alert, read_alerts
from plants import KINDS, Planted
from restart import change_while_stopped
from shell import say
from spool import Waiting, waiting

_POLL_SECONDS = 0.5


@dataclass(slots=True)
class Trial:
    """One plant, and what came of it."""

    plant: Mapping
    at: float = 0.0
    """Seconds since 1970."""
    planted: Planted | None = None
    problem: str = ""
    alert: Alert | None = None
    seconds: float | None = None
    hooks: dict[str, float] = field(default_factory=dict)
    """Hook → seconds after which it was to be told."""


def tamper(tampering: Mapping) -> list[dict[str, object]]:
    used: set[str] = set()
    trials = [Trial(plant) for plant in tampering["plants"]]
    for trial in trials:
        _plant(trial, used)
        time.sleep(tampering["pause_seconds"])
    _await([trial for trial in trials if not trial.plant["at_restart"]])
    sequence = Trial(tampering["sequence"])
    change_while_stopped(sequence, used, _await)
    trials.append(sequence)
    _await(trials)
    return [_report(trial) for trial in trials]


def _plant(trial: Trial, used: set[str]) -> None:
    trial.at = time.time()
    try:
        trial.planted = KINDS[trial.plant["kind"]](trial.plant, used)
        say(f"{trial.plant['name']}: {trial.planted.did}")
    except OSError as error:
        trial.problem = f"it could not be tampered with: {error}"
        say(f"{trial.plant['name']}: {trial.problem}")


def _await(trials: Sequence[Trial]) -> None:
    """Until each was told of, or its time is over."""
    while True:
        _look(trials)
        now = time.time()
        if all(_is_over(trial, now) for trial in trials):
            return
        time.sleep(_POLL_SECONDS)


def _is_over(trial: Trial, now: float) -> bool:
    if trial.planted is None:
        return True
    hook = trial.plant["hook"]
    is_told = trial.alert is not None and (hook is None or hook in trial.hooks)
    return is_told or now - trial.at > trial.plant["within_seconds"]


def _look(trials: Sequence[Trial]) -> None:
    alerts, posts, now = read_alerts(), waiting(), time.time()
    for trial in trials:
        if trial.planted is None:
            continue
        if trial.alert is None:
            trial.alert = next((alert for alert in alerts if _is_about(trial, alert)), None)
            if trial.alert is not None:
                trial.seconds = now - trial.at
                say(f"{trial.plant['name']}: rule {trial.alert.rule} after {trial.seconds:.1f} s")
        for post in posts:
            if _tells(trial, post):
                trial.hooks.setdefault(post.hook, max(0.0, post.seconds - trial.at))


def _is_about(trial: Trial, alert: Alert) -> bool:
    names = trial.planted.names
    is_named = names in (alert.file, alert.log) or names in alert.log
    # OSSEC's stamps are whole seconds.
    return alert.rule in trial.plant["rules"] and is_named and alert.seconds >= int(trial.at)


def _tells(trial: Trial, post: Waiting) -> bool:
    return post.rule in trial.plant["rules"] and trial.planted.names in post.text and post.seconds >= int(trial.at)


def _report(trial: Trial) -> dict[str, object]:
    return {
        "name": trial.plant["name"],
        "did": trial.planted.did if trial.planted else "",
        "problem": trial.problem,
        "seconds": None if trial.seconds is None else round(trial.seconds, 1),
        "alert": None if trial.alert is None else asdict(trial.alert),
        "hooks": {hook: round(seconds, 1) for hook, seconds in trial.hooks.items()},
    }
