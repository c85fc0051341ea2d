"""What is said about maintenance windows. Pure."""

from collections.abc import Mapping

from bake_maintenance.declared import Declared

from .alert import utc
from .known import Why
from .maintenance import Event
from .notification import Notification
from .text import one_line
from .words import Speaker, by_rule, count_of, name_rules

_WHY: Mapping[Why, str] = {
    "ended": "It was ended.",
    "time": "Its time was over.",
    "restarted": "The machine was started anew.",
    "clock": "The machine's clock was set, so that times of change say nothing.",
    "gone": "Its record on the machine is gone, or was changed.",
}
_LONGEST = 300


def of_event(event: Event, declared: Declared, speaker: Speaker) -> Notification:
    match event.kind:
        case "begun":
            return _begun(event, declared, speaker)
        case "ended":
            return _ended(event, speaker)
        case _:
            return _late(event, speaker)


def _begun(event: Event, declared: Declared, speaker: Speaker) -> Notification:
    until = utc(event.window.end_wall())
    folders: list[str] = []
    ports: list[str] = []
    what = "files that are what their package brought"
    if event.window.kind == "deployment":
        folders, ports = [*declared.folders], sorted(declared.ports)
        what = ", ".join([*folders, *ports]) or "nothing is declared"
    text = f"{_who(event)} Until {until} at the latest, alerts about these stay on the machine: {what}."
    facts = {"until": until, "folders": folders, "ports": ports}
    return speaker.say("maintenance_begun", "Maintenance begins", text, {**_window(event), **facts})


def _ended(event: Event, speaker: Speaker) -> Notification:
    why = event.why or "ended"
    text = f"{_WHY[why]} {_held(event.held)} {_who(event)}"
    facts = {"why": why, "held_back": by_rule(event.held)}
    return speaker.say("maintenance_ended", "Maintenance has ended", text, {**_window(event), **facts})


def _late(event: Event, speaker: Speaker) -> Notification:
    text = f"OSSEC found later what was changed before the window's end. {_held(event.held)} {_who(event)}"
    facts = {"held_back": by_rule(event.held)}
    return speaker.say(
        "maintenance_late", "Alerts of a past maintenance were held back", text, {**_window(event), **facts}
    )


def _held(held: Mapping[int, int]) -> str:
    count = sum(held.values())
    if count == 0:
        return "No alert was held back."
    verb = "was" if count == 1 else "were"
    return f"{count_of(count, 'alert')} {verb} held back: {name_rules(held)}."


def _who(event: Event) -> str:
    return f"By {one_line(event.window.by, _LONGEST)}: {one_line(event.window.reason, _LONGEST)}."


def _window(event: Event) -> Mapping[str, object]:
    window = event.window
    return {
        "covers": window.kind,
        "id": one_line(window.id, _LONGEST),
        "reason": one_line(window.reason, _LONGEST),
        "by": one_line(window.by, _LONGEST),
        "begun": utc(window.begun.wall),
        "seconds": window.seconds,
    }
