"""The fleet's tests of its rules, by OSSEC's own ossec-logtest."""

import json
import re
import subprocess

from files import notified
from tree import program

PHASE_1 = "**Phase 1: Completed pre-decoding."
ALERT = "**Alert to be generated."


# bake's own rules have to hold beside the fleet's, which could take their events away.
OWN = [
    {"name": "an undeclared port", "rule": 990002,
     "lines": ["ossec: output: 'bake-ports': policy=violation undeclared=tcp/0.0.0.0:31337(nc)"]},
    {"name": "declared ports", "rule": "none", "lines": ["ossec: output: 'bake-ports': policy=ok"]},
    {"name": "the notifier's probe", "rule": 990010,
     "lines": ["Nov 24 08:00:00 localhost bake-probe: bake asks whether OSSEC hears"]},
]


def findings(file):
    tests = json.loads(file.read_text(encoding="utf8")) if file.exists() else []
    routed = notified()
    for test in [*OWN, *tests]:
        yield from judge(test, last_event(test["lines"]), routed)


def last_event(lines):
    """Rule, level and decoder of the last line, as strings, where there are any."""
    # An ending without a line end would be lost.
    text = "".join(f"{line}\n" for line in lines)
    result = subprocess.run([program("logtest")], input=text, capture_output=True, text=True, errors="replace",
                            timeout=120, check=False)
    events = (result.stdout + result.stderr).split(PHASE_1)[1:]
    if len(events) != len(lines):
        return None
    found = {}
    for key, pattern in {"rule": r"Rule id: '(\d+)'", "level": r"Level: '(\d+)'", "decoder": r"decoder: '([^']*)'"}.items():
        match = re.search(pattern, events[-1])
        found[key] = match.group(1) if match else None
    found["alert"] = ALERT in events[-1]
    return found


def judge(test, found, routed):
    name = f"rule test {test['name']!r}"
    if found is None:
        yield f"{name}: ossec-logtest did not answer for every line"
        return
    goes_out = found["rule"] in routed
    if test.get("notified", goes_out) != goes_out:
        yield f"{name}: rule {found['rule'] or 'none'} is {'' if goes_out else 'not '}notified of"
    if test["rule"] == "none":
        if found["alert"]:
            yield f"{name}: expected no alert, but rule {found['rule']} (level {found['level']}) fires"
        return
    for key in ("rule", "level", "decoder"):
        if test.get(key) is not None and str(test[key]) != found[key]:
            yield f"{name}: expected {key} {test[key]}, but it is {found[key] or 'none'}{context(key, found)}"


def context(key, found):
    return "" if key == "rule" else f" (rule {found['rule'] or 'none'})"
