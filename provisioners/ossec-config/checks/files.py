"""What only a look at the files shows: OSSEC's daemons accept all of it and stay silent for ever."""

import json
import os
import pathlib
import re
import shlex
import xml.etree.ElementTree as xml

from tree import CONFIGURATION, HOME, is_stand_in

NOTIFY = pathlib.Path("/etc/bake/ossec/notify.json")


def findings(email):
    try:
        # A comment may stand before the root, and OSSEC takes several roots.
        root = xml.fromstring(f"<all>{CONFIGURATION.read_text(encoding='utf8')}</all>")
    except xml.ParseError as error:
        yield f"{CONFIGURATION} is not well formed: {error}"
        return
    yield from switches(root, email)
    yield from named_files(root)
    # The stand-in has a few rules only.
    known = None if is_stand_in() else rule_ids(root)
    yield from responses(root, known)
    yield from routes(known)


def texts(root, path):
    return [(element.text or "").strip() for element in root.iterfind(path)]


def switches(root, email):
    """Settings that make OSSEC deaf or dumb as a whole."""
    if "yes" in texts(root, ".//active-response/disabled"):
        yield "ossec.conf: <active-response><disabled>yes switches every active response off; take it out"
    if texts(root, ".//global/jsonout_output")[-1:] != ["yes"]:
        yield "ossec.conf: <jsonout_output> is not yes, so the notifier has nothing to read"
    if texts(root, ".//syscheck/auto_ignore")[-1:] != ["no"]:
        yield "ossec.conf: <auto_ignore> is not no, so a file is muted for good after its third change"
    if "yes" in texts(root, ".//syscheck/disabled"):
        yield "ossec.conf: <syscheck><disabled>yes switches integrity checks off; take it out"
    if not texts(root, ".//syscheck/directories"):
        yield "ossec.conf: no folder is watched; name some in ossec.syscheck.folders"
    if (texts(root, ".//global/email_notification")[-1:] == ["yes"]) != (email == "yes"):
        yield "ossec.conf: <email_notification> and whether ossec-maild is started contradict each other"


def named_files(root):
    """OSSEC starts without what it is to run or to read, and says nothing when it is not there."""
    for executable in texts(root, ".//command/executable"):
        if not os.access(HOME / "active-response/bin" / executable, os.X_OK):
            yield f"ossec.conf: no program {executable} in {HOME}/active-response/bin for an active response"
    for command in texts(root, ".//localfile/command"):
        words = shlex.split(command)
        if not words or not os.access(words[0], os.X_OK):
            yield f"ossec.conf: there is no program for the command {command!r} of a <localfile>"
    for name in ("rootkit_files", "rootkit_trojans"):
        for file in texts(root, f".//rootcheck/{name}"):
            if not os.path.isfile(file):
                yield f"ossec.conf: <{name}> names {file}, which is missing, so no rootkit is looked for"


def rule_ids(root):
    """The ids of all rules in the files that are included."""
    ids = set()
    for name in texts(root, ".//rules/include"):
        file = HOME / "rules" / name
        if file.exists():
            ids.update(re.findall(r'<rule\s[^>]*\bid="(\d+)"', file.read_text(errors="replace")))
    return {int(number) for number in ids}


def responses(root, known):
    for listed in texts(root, ".//active-response/rules_id"):
        for number in re.findall(r"\d+", listed):
            if known is not None and int(number) not in known:
                yield f"ossec.conf: an active response waits for rule {number}, which no rule file has"


def hooks_of_rules():
    """Which hook gets the alerts of a rule: the rule's id to the hook's name."""
    routed = json.loads(NOTIFY.read_text(encoding="utf8")).get("routes", {})
    return {int(rule): route["hook"] for rule, route in routed.items()}


def routes(known):
    """Every alert that is to leave the machine has a way out."""
    notify = json.loads(NOTIFY.read_text(encoding="utf8"))
    hooks = notify.get("hooks", {})
    for rule, route in notify.get("routes", {}).items():
        if known is not None and int(rule) not in known:
            yield f"notify.json: rule {rule} is to be notified of, and no rule file has it"
        if route.get("hook") not in hooks:
            yield f"notify.json: rule {rule} goes to {route.get('hook')}, which is no hook"
    for name, hook in hooks.items():
        file = hook["url"].get("file")
        if file is not None and not (os.path.isfile(file) and os.path.getsize(file) > 0):
            yield f"notify.json: the URL of {name} should be in {file}, which is missing or empty"
