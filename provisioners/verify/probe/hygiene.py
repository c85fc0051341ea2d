"""What a golden image must not carry, and must: one check a row, each with what is wrong."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import accounts
import leftovers
import sought
from shell import output, say, succeeds

_DAEMONS = ("analysisd", "execd", "logcollector", "monitord", "syscheckd")
_PORTS = "/usr/local/lib/bake/bake-ports"


def look_around(expect: Mapping) -> list[dict[str, object]]:
    rows = [_row(name, check, expect) for name, check in _CHECKS.items()]
    bad = sum(bool(row["problems"]) for row in rows)
    say(f"hygiene: {len(rows)} looks, {bad} with something wrong" if bad else f"hygiene: {len(rows)} looks, all well")
    return rows


def _row(name: str, check: Callable[[Mapping], Iterator[str]], expect: Mapping) -> dict[str, object]:
    try:
        problems = list(check(expect))
    except (OSError, ValueError) as error:
        problems = [f"can't be looked at: {error}"]
    return {"name": name, "problems": problems[:20]}


def _ossec_runs(expect: Mapping) -> Iterator[str]:
    daemons = (*_DAEMONS, "maild") if expect["email"] else _DAEMONS
    for unit in ("ossec.target", "bake-notifier.service", *(f"ossec@{name}.service" for name in daemons)):
        if expect["watches"] and not succeeds("systemctl", "is-active", "--quiet", unit):
            yield f"{unit} is {output('systemctl', 'is-active', unit).strip() or 'unknown'}"
        if not succeeds("systemctl", "is-enabled", "--quiet", unit) and unit in ("ossec.target", "bake-notifier.service"):
            yield f"{unit} is not enabled at boot"


def _ossec_version(expect: Mapping) -> Iterator[str]:
    init = Path("/etc/ossec-init.conf").read_text("utf-8", "replace")
    found = dict(re.findall(r'^(VERSION|TYPE)="?([^"\n]*)', init, re.M))
    version = found.get("VERSION", "unknown").removeprefix("v")
    if expect["version"] is not None and version != expect["version"]:
        yield f"OSSEC is {version}, not {expect['version']}"
    if found.get("TYPE") != "local":
        yield f"OSSEC is of the flavour {found.get('TYPE')}, not local"


def _ossec_files(expect: Mapping) -> Iterator[str]:
    for path, sha256 in expect["files"].items():
        content = Path(path).read_bytes() if Path(path).is_file() else None
        if content is None:
            yield f"{path} is missing"
        elif hashlib.sha256(content).hexdigest() != sha256:
            yield f"{path} is not what the fleet file says"


def _ports(_: Mapping) -> Iterator[str]:
    said = output(_PORTS).strip()
    if said != "policy=ok":
        yield said or f"{_PORTS} says nothing"


def _units(_: Mapping) -> Iterator[str]:
    for line in output("systemctl", "list-units", "--failed", "--plain", "--no-legend").splitlines():
        yield f"{line.split()[0]} has failed"


_CHECKS: Mapping[str, Callable[[Mapping], Iterator[str]]] = {
    "OSSEC runs since the boot": _ossec_runs,
    "OSSEC is the release that was frozen": _ossec_version,
    "OSSEC has the configuration of the fleet file": _ossec_files,
    "only declared ports are open": _ports,
    "no unit has failed": _units,
    "host keys were made by this boot": leftovers.host_keys,
    "the machine id was made by this boot": leftovers.machine_id,
    "cloud-init knows of this instance alone": leftovers.cloud_init,
    "no log is older than the boot": leftovers.logs,
    "no lease, seed or agent of the builder": leftovers.states,
    "no history, cache or package list": leftovers.caches,
    "nothing lies in /tmp or /var/tmp from before the boot": leftovers.temporary,
    "no compiler": leftovers.compilers,
    "no secret of the bake is on the disk": sought.on_disk,
    "root's password is locked": accounts.root_locked,
    "passwords don't log in": accounts.no_passwords,
    "every key that logs in is declared": accounts.keys,
}
