"""What this image's OSSEC makes of log lines, as its own ossec-logtest says."""

import re
import subprocess

from files import hooks_of_rules
from tree import program

# What a line of a log says stands within one line of the output, so no log line can pass for one of these.
EVENT = re.compile(r"^\*\*Phase 1: Completed pre-decoding\.$", re.MULTILINE)
ALERT = re.compile(r"^\*\*Alert to be generated\.$", re.MULTILINE)
RULE = re.compile(r"^       Rule id: '(\d+)'$", re.MULTILINE)
LEVEL = re.compile(r"^       Level: '(\d+)'$", re.MULTILINE)
DECODER = re.compile(r"^       decoder: '(.*)'$", re.MULTILINE)
SECONDS = 120


def events(lines):
    """One event for each line, all seen by one OSSEC in their order; None where it did not answer for every line."""
    # An ending without a line end would be lost.
    text = "".join(f"{line}\n" for line in lines)
    result = subprocess.run([program("logtest")], input=text.encode(), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
    # Not read as text: a carriage return within a line would count as a line end.
    found = parse(result.stdout.decode(errors="replace"), hooks_of_rules())
    return found if len(found) == len(lines) else None


def parse(output, hooks):
    """`hooks`: the id of a rule to the name of the hook that gets its alerts."""
    return [event(part, hooks) for part in EVENT.split(output)[1:]]


def event(text, hooks):
    rule, alert = number(RULE, text), ALERT.search(text) is not None
    decoder = DECODER.search(text)
    return {
        "rule": rule,
        "level": number(LEVEL, text),
        "decoder": decoder and decoder.group(1),
        "alert": alert,
        "hook": hooks.get(rule) if alert else None,
    }


def number(pattern, text):
    match = pattern.search(text)
    return match and int(match.group(1))
