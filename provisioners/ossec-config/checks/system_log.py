"""Whether a line of the system log becomes an alert: one release opens the journal and hears nothing."""

import os
import pathlib
import signal
import socket
import subprocess
import time

from tree import HOME, last_words, program

AUTH_LOG = pathlib.Path("/var/log/auth.log")
QUEUE = HOME / "queue/ossec/queue"
RESPONSES = HOME / "queue/alerts/execq"
ALERTS = HOME / "logs/alerts/alerts.json"
# bake's own rule, for lines of the program bake-probe.
RULE = '"sidid":990010'
RULES = (RULE, '"id":990010')
SECONDS = 25
# Between one line that is written and the next.
PAUSE = 0.5
ADVICE = {
    "journald": "it cannot read the journal: set ossec.system_log to rsyslog, or freeze another release",
    "rsyslog": "look at the end of its log below",
}


def findings(source):
    if source == "no":
        return
    if source == "rsyslog":
        # The real file keeps its content: rsyslog's part is checked by its configuration.
        copy = HOME / "auth.log"
        copy.touch()
        subprocess.run(["mount", "--bind", copy, AUTH_LOG], check=True)
    QUEUE.unlink(missing_ok=True)
    execd = nobody_responds()
    running = [start("analysisd"), start("logcollector")]
    try:
        if not heard(source, running[-1]):
            yield (f"a line in the system log ({source}) became no alert within {SECONDS} s, so OSSEC would hear "
                   f"nothing on an instance; {ADVICE[source]}\n{last_words()}")
    finally:
        for daemon in running:
            daemon.kill()
            daemon.wait()
        execd.close()


def nobody_responds():
    """In the place of execd, for which analysisd waits half a minute where there are responses; none must run here."""
    RESPONSES.unlink(missing_ok=True)
    queue = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    queue.bind(str(RESPONSES))
    RESPONSES.chmod(0o666)
    return queue


def start(name):
    return subprocess.Popen([program(name), "-f"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def heard(source, logcollector):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        wake(logcollector.pid)
        say(source)
        time.sleep(PAUSE)
        if ALERTS.exists() and any(rule in ALERTS.read_text(errors="replace") for rule in RULES):
            return True
    return False


def wake(pid):
    """Ends a sleep of a daemon's. ossec-logcollector takes one of 6 s before it opens anything, whatever its options say;
    OSSEC catches SIGPIPE and does nothing (HandleSIGPIPE of src/shared/sig_op.c). Before it does, it sleeps on."""
    try:
        status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt:")).split()[1]
        sleeps = "nanosleep" in pathlib.Path(f"/proc/{pid}/wchan").read_text(encoding="ascii")
    except (OSError, StopIteration):
        return
    if sleeps and int(caught, 16) >> (signal.SIGPIPE - 1) & 1:
        os.kill(pid, signal.SIGPIPE)


def say(source):
    if source == "journald":
        subprocess.run(["logger", "--tag", "bake-probe", "bake asks whether OSSEC hears"], check=True)
    else:
        with AUTH_LOG.open("a", encoding="utf8") as log:
            log.write(time.strftime("%b %d %H:%M:%S localhost bake-probe: bake asks whether OSSEC hears\n"))
