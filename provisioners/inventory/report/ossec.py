"""The OSSEC that is installed: its version, and the rules that its configuration includes."""

import pathlib
import re

HOME = pathlib.Path("/var/ossec")
RECORD = pathlib.Path("/etc/ossec-init.conf")

COMMENT = re.compile(r"<!.*?(?:-->|!>)", re.DOTALL)
RULE = re.compile(r"<rule\b([^>]*)>(.*?)</rule>", re.DOTALL)
ID = re.compile(r"\bid\s*=\s*[\"'](\d{1,6})")
LEVEL = re.compile(r"\blevel\s*=\s*[\"'](\d{1,4})")
DESCRIPTION = re.compile(r"<description>(.*?)</description>", re.DOTALL)


def installed():
    """None where there is no OSSEC."""
    if not RECORD.exists():
        return None
    version = re.search(r'^VERSION="?([^"\n]*)', text(RECORD), re.MULTILINE)
    rules = {}
    for file in rule_files():
        # A later rule of the same id overwrites the one before.
        rules.update((rule["id"], rule) for rule in rules_in(text(file)))
    return {"version": version[1] if version else "", "rules": [rules[number] for number in sorted(rules)]}


def rule_files():
    configuration = HOME / "etc" / "ossec.conf"
    if not configuration.exists():
        return []
    names = re.findall(r"<include>\s*([^<\s]+)\s*</include>", COMMENT.sub("", text(configuration)))
    files = [HOME / "rules" / pathlib.PurePosixPath(name).name for name in names]
    return [file for file in files if file.is_file()]


def rules_in(source):
    for attributes, content in RULE.findall(COMMENT.sub("", source)):
        number, level = ID.search(attributes), LEVEL.search(attributes)
        if number and level:
            description = " ".join(part.strip() for part in DESCRIPTION.findall(content))
            yield {"id": int(number[1]), "level": int(level[1]), "description": " ".join(description.split())}


def text(file):
    return file.read_text(encoding="utf8", errors="surrogateescape")
