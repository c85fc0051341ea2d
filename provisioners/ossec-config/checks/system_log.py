"""Whether a line of the system log becomes an alert: one release opens the journal and hears nothing."""

import pathlib
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
# ossec-logcollector waits for 6 s before it opens anything.
SECONDS = 25
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
        if not heard(source):
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


def heard(source):
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        say(source)
        time.sleep(1)
        if ALERTS.exists() and any(rule in ALERTS.read_text(errors="replace") for rule in RULES):
            return True
    return False


def say(source):
    if source == "journald":
        subprocess.run(["logger", "--tag", "bake-probe", "bake asks whether OSSEC hears"], check=True)
    else:
        with AUTH_LOG.open("a", encoding="utf8") as log:
            log.write(time.strftime("%b %d %H:%M:%S localhost bake-probe: bake asks whether OSSEC hears\n"))
