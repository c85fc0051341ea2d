"""Whether OSSEC still hears: a log line with a random word must come back as an alert.

It goes the whole way: syslog or journal, logcollector, analysisd, alerts.json, the notifier's own reading.
"""

import re
import secrets
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

RULE = 990_010
"""bake's own rule for the line; its alerts go no further."""

PATIENCE_SECONDS = 60.0
FIRST_SECONDS = 60.0
"""After a start: OSSEC's daemons may still read their rules."""
_MISSES = 2
_WORD = re.compile(r"\bword=([0-9a-f]{32})\b")
_LOG_SOCKET = Path("/dev/log")

Event = Literal["deaf", "hearing"]


def log_line(word: str, path: Path = _LOG_SOCKET) -> None:
    """What `logger -t bake-probe word=…` sends. Raises OSError."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
        log.settimeout(1)
        # Facility user, severity notice.
        log.sendto(f"<13>bake-probe: word={word}".encode(), str(path))


class Probe:
    """`now` is a clock that never goes back; `deaf` what was known before a restart."""

    def __init__(self, every: float, send: Callable[[str], None], now: float, deaf: bool = False) -> None:
        self._every = every
        self._send = send
        self._next = now + min(FIRST_SECONDS, every)
        self._words: deque[str] = deque(maxlen=8)
        self._sent_at: float | None = None
        self._misses = 0
        self._back = False
        self.deaf = deaf
        self.heard_at: float | None = None
        """When a word last came back."""

    def seen(self, log: str, now: float) -> None:
        """An alert of the probe's rule; only a word that was sent counts, and a late one does."""
        match = _WORD.search(log)
        if match is None or match[1] not in self._words:
            return
        self._words.remove(match[1])
        self._sent_at = None
        self._misses = 0
        self._back = True
        self._next = now + self._every
        self.heard_at = now

    def tick(self, now: float) -> Event | None:
        """Sends when it is time; says when hearing ends or begins again."""
        if self._back and self.deaf:
            self.deaf = self._back = False
            return "hearing"
        if self._sent_at is not None and now - self._sent_at >= PATIENCE_SECONDS:
            self._sent_at = None
            self._misses += 1
            self._next = now if self._misses < _MISSES else now + min(self._every, PATIENCE_SECONDS)
        if self._sent_at is None and now >= self._next:
            self._ask(now)
        if self._misses >= _MISSES and not self.deaf:
            self.deaf = True
            self._back = False
            return "deaf"
        return None

    def _ask(self, now: float) -> None:
        word = secrets.token_hex(16)
        self._words.append(word)
        self._sent_at = now
        # A log that takes nothing is a miss like any other.
        with suppress(OSError):
            self._send(word)
