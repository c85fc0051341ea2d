"""OSSEC's daemons, as systemd runs them."""

import socket
import subprocess
import time

from base import HOME, Broken, run

QUEUE = HOME / "queue/ossec/queue"
NOTIFIER = "bake-notifier"


def unit(name):
    return f"{NOTIFIER}.service" if name == NOTIFIER else f"ossec@{name}.service"


def wanted():
    """The daemons that this configuration needs, as ossec.target says."""
    words = run("systemctl", "show", "--property=Wants", "--value", "ossec.target").split()
    return [word.removeprefix("ossec@").removesuffix(".service") for word in words if word.startswith("ossec@")]


def every():
    """The same, and the notifier where there is one."""
    loaded = run("systemctl", "show", "--property=LoadState", "--value", unit(NOTIFIER)).strip() == "loaded"
    return [*wanted(), *([NOTIFIER] if loaded else [])]


def reload_units():
    run("systemctl", "daemon-reload")


def stop(names):
    if names:
        run("systemctl", "stop", *[unit(name) for name in names])


def start(names):
    if not names:
        return
    units = [unit(name) for name in names]
    subprocess.run(["systemctl", "reset-failed", *units], capture_output=True, check=False)
    run("systemctl", "start", *units)


def until_listening(seconds=30):
    """analysisd takes messages. Raises Broken."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            connect().close()
            return
        except OSError:
            time.sleep(0.05)
    raise Broken(f"analysisd does not listen after {seconds} s")


def connect():
    queue = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        queue.settimeout(10)
        queue.connect(str(QUEUE))
    except OSError:
        queue.close()
        raise
    return queue


def all_up(names, seconds=3):
    """They run, and still do a little later, without a restart. Raises Broken."""
    before = {name: started(name) for name in names}
    time.sleep(seconds)
    for name in names:
        now = started(name)
        if now[0] != "active" or now[1] != before[name][1]:
            raise Broken(f"{unit(name)} does not stay up: {now[0]}")


def started(name):
    said = run("systemctl", "show", "--property=ActiveState,NRestarts", unit(name))
    values = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    return values.get("ActiveState", ""), values.get("NRestarts", "")


def down(names):
    return [name for name in names if started(name)[0] != "active"]


def main_pid(name):
    return int(run("systemctl", "show", "--property=MainPID", "--value", unit(name)).strip() or 0)
