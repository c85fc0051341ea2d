"""Whether the OSSEC of this image would work: every finding at once, each with what to do.

checks FOLDER STEP SYSTEM_LOG EMAIL: FOLDER is where the copy of OSSEC's tree is mounted, STEP the step's folder,
SYSTEM_LOG journald, rsyslog, or "no" where this OSSEC has already proven to hear it, EMAIL yes or no. Runs as root in
namespaces of its own. Exit code 0: nothing is wrong; 1: the findings, on standard error.

checks ask STEP: see ask.py. Works on the tree itself, so it is for machines that become no image.
"""

import json
import pathlib
import sys

import ask
import daemons
import files
import rules
import system_log
import tree


def findings(step, log, email):
    yield from files.findings(email)
    tests = step / "rule-tests.json"
    if tree.is_stand_in():
        if log != "no" or tests.exists():
            print("not checked, this OSSEC is a stand-in: configuration of the daemons, rule tests, system log")
        return
    broken = [*daemons.findings(email)]
    yield from broken
    # A daemon that refuses its configuration would only be heard of again and again.
    if not broken:
        yield from rules.findings(tests)
        yield from system_log.findings(log)


def main():
    if sys.argv[1] == "ask":
        print(json.dumps(ask.answer(pathlib.Path(sys.argv[2]))))
        return 0
    folder, step, log, email = tree.paths(sys.argv[1:])
    tree.copy_to(folder)
    wrong = [*findings(step, log, email)]
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
