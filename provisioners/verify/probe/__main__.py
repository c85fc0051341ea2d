"""Looks at a boot of an image, tampers with it, and writes down what was seen. What that means is judged elsewhere.

probe PART EXPECT OBSERVED   PART is all, or identity
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from checks import run_checks
from hygiene import look_around
from identity import identity
from quiet import watch_first_scans
from tampering import tamper


def observe(part: str, expect: Mapping) -> dict[str, object]:
    observed: dict[str, object] = {"identity": identity()}
    if part == "identity":
        return observed
    watches = expect["watches"]
    if watches:
        observed["boot"] = watch_first_scans(expect["scan_seconds"])
    observed["hygiene"] = look_around(expect)
    observed["checks"] = run_checks(expect["checks"])
    if watches:
        observed["tampering"] = tamper(expect["tampering"])
    return observed


def main(part: str, expect: str, observed: str) -> None:
    found = observe(part, json.loads(Path(expect).read_bytes()))
    Path(observed).write_text(json.dumps({"version": 1, **found}), "utf-8")


main(*sys.argv[1:])
