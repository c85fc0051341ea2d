"""Answers in JSON what this image's OSSEC makes of log lines, or how the tests of its rules end.

The request is JSON on standard input: {"lines": [...]}, or {} for the tests. The answer has "stand_in"; "refused",
where OSSEC does not take its rules; or "events", one a line or null where it did not answer for each, or "tests".
"""

import json
import sys

import daemons
import rules
import tree
from logtest import events


def answer(step):
    request = json.load(sys.stdin)
    if tree.is_stand_in():
        return {"stand_in": True}
    refused = [*daemons.refusals(["analysisd"])]
    if refused:
        return {"stand_in": False, "refused": refused[0]}
    if "lines" in request:
        return {"stand_in": False, "events": events(request["lines"])}
    return {"stand_in": False, "tests": [*rules.results(step / "rule-tests.json")]}
