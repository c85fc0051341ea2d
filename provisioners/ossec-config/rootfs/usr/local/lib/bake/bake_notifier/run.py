"""Puts the notifier together, and runs it until it is told to end."""

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bake_maintenance import book, clock, witness
from bake_maintenance.declared import Declared

from . import daemons, health, state
from .deferred import Deferred
from .follow import Follower
from .hook_urls import HookUrls
from .imds import Identity, Metadata, MetadataError
from .log import describe, say, take_over_errors, warn, warn_of_bug
from .maintenance import Maintenance, Surroundings
from .notification import Notification
from .payload import Origin
from .probe import Probe, log_line
from .routes import Settings
from .sender import Pace, Sender
from .service import Notifier, Parts
from .spool import Spool
from .systemd import notify
from .verdicts import Witness
from .web import Web
from .words import speaker

TICK_SECONDS = 0.5
_DRAIN_SECONDS = 5.0
_METADATA_SECONDS = 2.0
# While the metadata service doesn't answer, it isn't asked for every single notification.
_IDENTITY_RETRY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything on this machine is. Nothing of it comes from the environment; tests have others."""

    alerts: Path = Path("/var/ossec/logs/alerts/alerts.json")
    state: Path = Path("/var/lib/bake-notifier")
    health: Path = health.FILE
    send_probe: Callable[[str], None] = log_line
    running_daemons: Callable[[], list[str]] = daemons.running
    maintenance: Surroundings = Surroundings(
        book.read_windows, Witness(witness.ask, witness.ask_package), clock.now
    )


@dataclass(frozen=True, slots=True)
class Network:
    """Who is asked."""

    web: Web = field(default_factory=Web)
    metadata: Metadata = field(default_factory=lambda: Metadata(Web(seconds=_METADATA_SECONDS)))
    pace: Pace = field(default_factory=Pace)
    urls: HookUrls | None = None


class Running:
    """The loop, with a thread for each hook beside it."""

    def __init__(self, settings: Settings, declared: Declared, places: Places, network: Network) -> None:
        self._settings = settings
        self._places = places
        self._identities = _Identities(network.metadata)
        self._ending = threading.Event()
        kept = state.load(places.state / "state.json") or state.State(since=time.time())
        self._parts = Parts(
            follower=Follower(places.alerts, kept.position),
            senders=self._senders(network),
            probe=Probe(settings.probe_seconds, places.send_probe, time.monotonic(), kept.deaf),
            maintenance=Maintenance(declared, places.maintenance, kept.maintenance),
            deferred=Deferred(places.state / "deferred"),
            state_file=places.state / "state.json",
            running_daemons=places.running_daemons,
        )
        self._notifier = Notifier(settings, self._parts, kept)
        self._health_at = 0.0

    def run(self) -> None:
        """Returns when it was told to end."""
        threads = [
            threading.Thread(target=sender.run, name=name, daemon=True)
            for name, sender in self._parts.senders.items()
        ]
        for thread in threads:
            thread.start()
        notify("READY=1")
        say(f"follows {self._places.alerts} for {len(threads)} hooks and {len(self._settings.routes)} rules")
        while not self._ending.is_set():
            if not self._turn():
                self._ending.wait(TICK_SECONDS)
        self._finish(threads)

    def end(self) -> None:
        self._ending.set()

    def want_heartbeat(self) -> None:
        self._notifier.heartbeat_wanted = True

    def _turn(self) -> bool:
        """Returns whether there may be more to do at once. Never raises."""
        more = False
        try:
            now = time.monotonic()
            more = self._notifier.tick(now)
            if now >= self._health_at:
                self._health_at = now + health.EVERY_SECONDS
                self._write_health(now)
        except Exception as error:
            warn_of_bug(error)
        notify("WATCHDOG=1")
        return more

    def _write_health(self, now: float) -> None:
        parts = self._parts
        found = health.examine(
            health.Subject(
                settings=self._settings,
                state=self._notifier.state,
                follower=parts.follower,
                senders=parts.senders,
                probe=parts.probe,
                maintenance=parts.maintenance,
                running=parts.running_daemons(),
                identity=self._identities.known(),
                monotonic=now,
            )
        )
        try:
            health.write(self._places.health, found.content)
        except OSError as error:
            warn(f"{self._places.health} can't be written: {describe(error)}")
        notify(f"STATUS={'; '.join(found.problems) or 'all is well'}"[:500])

    def _finish(self, threads: list[threading.Thread]) -> None:
        """What came at the very end is still delivered, where that is quick; the rest stays on disk."""
        self._turn()
        end = time.monotonic() + _DRAIN_SECONDS
        while time.monotonic() < end and any(sender.waiting()[0] for sender in self._parts.senders.values()):
            time.sleep(0.05)
        for sender in self._parts.senders.values():
            sender.end()
        for thread in threads:
            thread.join(max(end - time.monotonic(), 0.1))

    def _senders(self, network: Network) -> dict[str, Sender]:
        urls = network.urls or HookUrls(network.web, network.metadata)
        senders = {}
        for name, hook in self._settings.hooks.items():
            spool = Spool(self._places.state / "spool" / name)
            senders[name] = Sender(hook, spool, network.web, urls, self._origin, _lost, network.pace)
        return senders

    def _origin(self) -> Origin:
        return Origin(self._settings.fleet, self._settings.image, self._identities.find())


def _lost(count: int) -> Notification:
    return speaker().lost(count)


class _Identities:
    """Which instance this is, asked for until it is known."""

    def __init__(self, metadata: Metadata) -> None:
        self._metadata = metadata
        self._again_at = 0.0

    def known(self) -> Identity | None:
        return self._metadata.known_identity()

    def find(self) -> Identity | None:
        known = self.known()
        if known is not None or time.monotonic() < self._again_at:
            return known
        try:
            return self._metadata.identity()
        except MetadataError as error:
            self._again_at = time.monotonic() + _IDENTITY_RETRY_SECONDS
            warn(f"which instance this is: {error}")
            return None


def run(settings: Settings, declared: Declared) -> None:
    """Until SIGTERM; SIGUSR1 asks for a heartbeat now."""
    take_over_errors()
    running = Running(settings, declared, Places(), Network())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.end())
    signal.signal(signal.SIGUSR1, lambda *_: running.want_heartbeat())
    running.run()
