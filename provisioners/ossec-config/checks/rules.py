"""The fleet's tests of its rules, and bake's own."""

import json

from logtest import events

# bake's own rules have to hold beside the fleet's, which could take their events away.
OWN = [
    {"name": "an undeclared port", "rule": 990002,
     "lines": ["ossec: output: 'bake-ports': policy=violation undeclared=tcp/0.0.0.0:31337(nc)"]},
    {"name": "declared ports", "rule": "none", "lines": ["ossec: output: 'bake-ports': policy=ok"]},
    {"name": "the notifier's probe", "rule": 990010,
     "lines": ["Nov 24 08:00:00 localhost bake-probe: bake asks whether OSSEC hears"]},
]


def findings(file):
    for result in results(file):
        for wrong in result["wrong"]:
            yield f"rule test {result['name']!r}: {wrong}"


def results(file):
    """Each test with the event of its last line, where there is one, and what is wrong with it."""
    tests = json.loads(file.read_text(encoding="utf8")) if file.exists() else []
    for test in [*OWN, *tests]:
        # A run of its own for each: what one test leaves in OSSEC's memory is not the next one's.
        found = events(test["lines"])
        last = found and found[-1]
        yield {**test, "own": test in OWN, "event": last, "wrong": [*judge(test, last)]}


def judge(test, event):
    if event is None:
        yield "ossec-logtest did not answer for every line"
        return
    goes_out = event["hook"] is not None
    if test.get("notified", goes_out) != goes_out:
        yield f"rule {event['rule'] or 'none'} is {'' if goes_out else 'not '}notified of"
    if test["rule"] == "none":
        if event["alert"]:
            yield f"expected no alert, but rule {event['rule']} (level {event['level']}) fires"
        return
    for key in ("rule", "level", "decoder"):
        if test.get(key) is not None and test[key] != event[key]:
            yield f"expected {key} {test[key]}, but it is {shown(event[key])}{context(key, event)}"


def shown(value):
    return "none" if value is None else value


def context(key, event):
    return "" if key == "rule" else f" (rule {shown(event['rule'])})"
