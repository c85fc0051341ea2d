"""The daemons' own look at their configuration: each reads only its part."""

import subprocess

from tree import last_words, program

# analysisd first: it writes the list of responses that execd reads.
DAEMONS = ["analysisd", "execd", "logcollector", "syscheckd", "monitord"]


def findings(email):
    return refusals([*DAEMONS, "maild"] if email == "yes" else DAEMONS)


def refusals(names):
    for name in names:
        result = subprocess.run([program(name), "-t"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                errors="replace", timeout=60, check=False)
        if result.returncode != 0:
            said = (result.stdout + result.stderr).strip() or last_words()
            yield f"ossec-{name} -t refuses the configuration:\n{said}"
