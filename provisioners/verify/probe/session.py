"""The log lines of our own way in: of exactly this session, never of a kind of line.

The processes between this one and sshd, the connections from the address that we came from, and the manager that
systemd starts for the user who logs in.
"""

import json
import os
import re
from collections import Counter
from pathlib import Path

from alerts import Alert
from shell import output

_SSHD = {"sshd", "sshd-session", "sshd-auth"}


def own_lines() -> Counter[str]:
    """Each message that our session has put into the journal, with how often."""
    ancestors = _ancestors()
    address = _client_address(ancestors)
    users = {Path(f"/proc/{pid}").stat().st_uid for pid in ancestors} - {0}
    units = {f"user@{uid}.service" for uid in users}
    entries = _journal()
    connections = {
        entry["_PID"]
        for entry in entries
        if address and entry.get("SYSLOG_IDENTIFIER") in _SSHD and _names(entry["MESSAGE"], address)
    }
    pids = {str(pid) for pid in ancestors} | connections
    return Counter(
        entry["MESSAGE"]
        for entry in entries
        if entry.get("_PID") in pids or entry.get("_SYSTEMD_UNIT") in units
    )


def without_own(alerts: list[Alert]) -> list[Alert]:
    """Each line of ours excuses one alert."""
    lines = own_lines()
    rest = []
    for alert in alerts:
        mine = next((line for line in lines if line and lines[line] > 0 and alert.log.endswith(line)), None)
        if mine is None or alert.file:
            rest.append(alert)
        else:
            lines[mine] -= 1
    return rest


def _ancestors() -> list[int]:
    """Up to the sshd that listens, which is none of ours."""
    listener = output("systemctl", "show", "--property=MainPID", "--value", "ssh.service").strip()
    pids, pid = [], os.getpid()
    while pid > 1 and str(pid) != listener:
        pids.append(pid)
        pid = int(re.search(r"^PPid:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)[1])
    return pids


def _client_address(pids: list[int]) -> str:
    """Of the session's own environment: sudo keeps it from us."""
    for pid in pids:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        for variable in variables:
            if variable.startswith(b"SSH_CONNECTION="):
                return variable.partition(b"=")[2].split(b" ")[0].decode()
    return ""


def _names(message: str, address: str) -> bool:
    return re.search(rf"(?:^|\s){re.escape(address)} port \d+", message) is not None


def _journal() -> list[dict]:
    text = output("journalctl", "--boot", "--output=json", "--all", "--no-pager")
    entries = (json.loads(line) for line in text.splitlines())
    return [entry for entry in entries if isinstance(entry.get("MESSAGE"), str)]
