"""Delivers what waits for one hook, in a thread of its own: a hook that hangs holds up no other."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .hook_urls import HookUrl, HookUrls, UrlError
from .log import say, warn, warn_of_bug
from .notification import Notification, from_json, to_json
from .payload import Origin, payload
from .post import Outcome, post
from .routes import Hook
from .spool import Item, Spool
from .web import Web


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds."""

    first_retry: float = 1.0
    longest_retry: float = 60.0
    """Twice as long each time, up to this."""
    refresh: float = 3600.0
    """How old a URL gets."""
    after_refusal: float = 60.0
    """A URL that the hook refuses is fetched again at once, but no sooner than this after the last time."""


_ATTEMPTS_WHERE_REFUSED = 3


@dataclass(slots=True)
class Report:
    """What a sender says about itself; read by others at any time."""

    url: str = "not fetched yet"
    sent: int = 0
    refused: int = 0
    last_sent: float | None = None
    problem: str = ""
    """Why nothing gets through right now; empty where all is well."""


class Sender:
    """`step` is the whole of its work; a thread only repeats it."""

    def __init__(
        self,
        hook: Hook,
        spool: Spool,
        web: Web,
        urls: HookUrls,
        origin: Callable[[], Origin],
        lost: Callable[[int], Notification],
        pace: Pace = Pace(),
    ) -> None:
        """`lost` words a notification about so many that went undelivered."""
        self._hook = hook
        self._spool = spool
        self._web = web
        self._urls = urls
        self._origin = origin
        self._word_lost = lost
        self._pace = pace
        self._url: HookUrl | None = None
        self._fetch_at = 0.0
        self._fetched_at = 0.0
        self._fetches_failed = 0
        self._post_at = 0.0
        self._posts_failed = 0
        self._refusals = 0
        self._woken = threading.Event()
        self._ending = threading.Event()
        self.report = Report()

    def add(self, notification: Notification) -> None:
        """From any thread; on the disk when this returns."""
        self._spool.add(to_json(notification))
        self._woken.set()

    def waiting(self) -> tuple[int, int]:
        """How many wait, and how many bytes."""
        return self._spool.size()

    def lost(self) -> int:
        """How many went undelivered and nobody was told yet."""
        return self._spool.lost()

    def run(self) -> None:
        while not self._ending.is_set():
            try:
                wait = self.step(time.monotonic())
            except Exception as error:
                warn_of_bug(error)
                wait = self._pace.longest_retry
            self._woken.wait(max(wait, 0))
            self._woken.clear()

    def end(self) -> None:
        self._ending.set()
        self._woken.set()

    def step(self, now: float) -> float:
        """Does what is due: a URL, one post. Returns the seconds until there may be more to do."""
        if now >= self._fetch_at:
            self._fetch(now)
            now = max(now, time.monotonic())
        first = self._spool.first()
        if self._url is None or first is None:
            return self._fetch_at - now
        if now < self._post_at:
            return min(self._post_at, self._fetch_at) - now
        self._deliver(self._url, *first)
        return min(self._post_at, self._fetch_at) - time.monotonic()

    def _fetch(self, now: float) -> None:
        self._fetched_at = now
        try:
            url = self._urls.fetch(self._hook.url)
        except UrlError as error:
            self._fetches_failed += 1
            self._fetch_at = now + self._backoff(self._fetches_failed)
            self.report.url = str(error) if self._url is None else f"an older one: {error}"
            if self._fetches_failed == 1:
                warn(f"{self._hook.name}: {error}")
            return
        if self._fetches_failed > 0 or self._url is None:
            say(f"{self._hook.name}: its URL is there")
        if url != self._url:
            self._post_at = 0.0
        self._url = url
        self._fetches_failed = 0
        # Not all instances of a fleet at the same second.
        self._fetch_at = now + self._pace.refresh * random.uniform(0.9, 1.0)
        self.report.url = "known"

    def _deliver(self, url: HookUrl, item: Item, content: bytes) -> None:
        notification = from_json(content)
        if notification is None:
            self._spool.lose(item)
            return
        self._settle(item, post(self._web, url, payload(self._hook.format, notification, self._origin())))

    def _settle(self, item: Item, outcome: Outcome) -> None:
        now = time.monotonic()
        if outcome.meaning == "delivered":
            self._spool.remove(item)
            self._delivered()
            return
        self._posts_failed += 1
        self._refusals = self._refusals + 1 if outcome.meaning == "refused" else 0
        self._post_at = now + (outcome.wait or self._backoff(self._posts_failed))
        if outcome.meaning == "wrong-url":
            self._fetch_at = min(self._fetch_at, max(now, self._fetched_at + self._pace.after_refusal))
        if self._refusals >= _ATTEMPTS_WHERE_REFUSED:
            self._give_up(item)
        if self._posts_failed == 1:
            warn(f"{self._hook.name}: not delivered, it stays on disk: {outcome.reason}")
        self.report.problem = outcome.reason

    def _delivered(self) -> None:
        if self._posts_failed > 0:
            say(f"{self._hook.name}: delivers again")
        self._posts_failed = self._refusals = 0
        self._post_at = 0.0
        self.report.sent += 1
        self.report.last_sent = time.time()
        self.report.problem = ""
        lost = self._spool.lost()
        if lost > 0:
            self.add(self._word_lost(lost))
            self._spool.told(lost)

    def _give_up(self, item: Item) -> None:
        """The hook takes others, maybe: one that it will not take must not stop them."""
        self._spool.lose(item)
        self._refusals = 0
        self._post_at = 0.0
        self.report.refused += 1

    def _backoff(self, failures: int) -> float:
        longest = min(self._pace.first_retry * 2.0 ** min(failures - 1, 20), self._pace.longest_retry)
        return longest * random.uniform(0.5, 1.0)
