"""The whole of it, with threads: alerts.json in, posts out, and what it says of its own accord."""

import io
import json
import os
import threading
import time
import unittest
from contextlib import redirect_stderr
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from bake_maintenance.clock import now as moment
from bake_maintenance.declared import Declared
from bake_maintenance.packages import PackageFile
from bake_maintenance.window import Change, Window
from bake_notifier import health, service
from bake_notifier.hook_urls import HookUrls
from bake_notifier.imds import Metadata as Imds
from bake_notifier.maintenance import Surroundings
from bake_notifier.routes import Settings, read_settings
from bake_notifier.run import Network, Places, Running
from bake_notifier.sender import Pace
from bake_notifier.status import status
from bake_notifier.verdicts import Witness
from bake_notifier.web import Web
from support import SECRET, Metadata, Received, Reply, Server, alert_line, certificates, eventually, folder
from test_routes import settings


class World:
    """An instance: OSSEC's folder, a metadata service, SSM, and hooks."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.metadata = Metadata()
        self.ssm = Server(certificates().server)
        self.ssm.answer = self.answer
        self.hooks = Server(certificates().server)
        self.alerts = path / "alerts.json"
        self.probes: list[str] = []
        self.windows: list[Window] = []
        self.fitting: set[str] = set()
        self.running: Running | None = None
        self.thread: threading.Thread | None = None

    def package(self, path: str) -> PackageFile | None:
        """Every program is a package's, and changed when the first window began."""
        return (
            PackageFile(self.windows[0].begun.wall, path in self.fitting, True)
            if path.startswith("/usr/bin/")
            else None
        )

    def answer(self, received: Received) -> Reply:
        name = json.loads(received.body)["Name"]
        url = f"https://localhost:{self.hooks.port}/{SECRET}{name}"
        return Reply(body=json.dumps({"Parameter": {"Value": url}}).encode())

    def start(self, found: Settings) -> Running:
        web = Web(certificates().authority, 3.0)
        imds = Imds(web, "127.0.0.1", self.metadata.server.port)
        network = Network(
            web=web,
            metadata=imds,
            pace=Pace(first_retry=0.02, longest_retry=0.05),
            urls=HookUrls(web, imds, lambda _service, _region: ("localhost", self.ssm.port), self.path),
        )
        places = Places(
            self.alerts,
            self.path / "state",
            self.path / "health.json",
            self.probes.append,
            lambda: ["execd"],
            # Every file was changed just now.
            Surroundings(
                lambda: self.windows, Witness(lambda _: Change(time.time(), 0.0), self.package), moment
            ),
        )
        running = Running(found, Declared(("/srv/app",), packages=True, late_seconds=3600), places, network)
        self.thread = threading.Thread(target=running.run, daemon=True)
        self.thread.start()
        self.running = running
        return running

    def stop(self) -> None:
        assert self.running is not None and self.thread is not None
        self.running.end()
        self.thread.join(10)
        assert not self.thread.is_alive()

    def write(self, *lines: bytes) -> None:
        with self.alerts.open("ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))

    def posted(self, kind: str = "alert") -> list[dict[str, Any]]:
        return [body for body in self.hooks.bodies() if body["kind"] == kind]

    def close(self) -> None:
        for server in (self.metadata.server, self.ssm, self.hooks):
            server.close()


def hooks(count: int, **changes: object) -> Settings:
    """Rule 1000 + n goes to hook n."""
    return read_settings(
        settings(
            hooks={f"hook-{n}": {"url": {"ssm_parameter": f"/h{n}"}, "format": "json"} for n in range(count)},
            routes={str(1000 + n): {"hook": f"hook-{n}"} for n in range(count)},
            **changes,
        )
    )


class ServiceTest(unittest.TestCase):
    def setUp(self) -> None:
        opened = folder()
        path = opened.__enter__()
        (path / "state").mkdir()
        self.world = World(path)
        self.log = io.StringIO()
        contexts = [
            redirect_stderr(self.log),
            mock.patch("bake_notifier.run.TICK_SECONDS", 0.02),
            mock.patch("bake_notifier.health.EVERY_SECONDS", 0.05),
        ]
        for context in contexts:
            context.__enter__()
            self.addCleanup(context.__exit__, None, None, None)
        self.addCleanup(opened.__exit__, None, None, None)
        self.addCleanup(self.world.close)

    def tearDown(self) -> None:
        self.assertNotIn(SECRET, self.log.getvalue())
        for path in self.world.path.rglob("*"):
            if path.is_file():
                self.assertNotIn(SECRET.encode(), path.read_bytes(), path)

    def health(self) -> dict[str, Any]:
        file = self.world.path / "health.json"
        eventually(file.exists)
        found: dict[str, Any] = json.loads(file.read_text())
        return found

    def test_posts_what_is_routed_and_nothing_else(self) -> None:
        self.world.write(alert_line(1000, "before the start"), alert_line(5710, "stays here"))
        self.world.start(hooks(1))
        eventually(lambda: len(self.world.posted()) == 1)
        self.world.write(alert_line(1000, "after the start"))
        eventually(lambda: len(self.world.posted()) == 2)
        self.world.stop()
        self.assertEqual(
            [body["log"] for body in self.world.posted()], ["before the start", "after the start"]
        )
        self.assertEqual(self.world.posted()[0]["instance"], "i-0123456789abcdef0")
        self.assertEqual(self.world.posted()[0]["host"], os.uname().nodename)

    def test_more_than_64_hooks_each_get_their_own(self) -> None:
        self.world.start(hooks(70))
        self.world.write(*(alert_line(1000 + n, f"for {n}") for n in range(70)))
        eventually(lambda: len(self.world.posted()) == 70)
        self.world.stop()
        got = {received.path: json.loads(received.body)["log"] for received in self.world.hooks.received}
        self.assertEqual(got, {f"/{SECRET}/h{n}": f"for {n}" for n in range(70)})

    def test_maintenance_is_told_to_every_hook_and_holds_back_what_it_covers(self) -> None:
        self.world.start(hooks(2))
        self.world.windows = [Window("w1", "deploy 42", "alice", moment(), 600)]
        eventually(lambda: len(self.world.posted("maintenance_begun")) == 2)
        changed = [
            alert_line(1000, path, TimeStamp=int(time.time()) * 1000, SyscheckFile={"path": path})
            for path in ("/srv/app/page", "/etc/passwd")
        ]
        self.world.write(*changed)
        eventually(lambda: len(self.world.posted()) == 1)
        eventually(lambda: self.health()["alerts"]["maintenance"] == 1)
        self.world.stop()
        # Nothing of it is told twice, and its end by whoever comes next.
        self.world.windows = [replace(self.world.windows[0], ended=moment().since_boot)]
        self.world.start(hooks(2))
        eventually(lambda: len(self.world.posted("maintenance_ended")) == 2)
        self.world.stop()
        self.assertEqual([body["file"] for body in self.world.posted()], ["/etc/passwd"])
        self.assertEqual(len(self.world.posted("maintenance_begun")), 2)
        self.assertEqual(self.world.posted("maintenance_ended")[0]["facts"]["held_back"], {"1000": 1})

    def test_what_goes_wrong_with_maintenance_keeps_no_alert_from_leaving(self) -> None:
        window = Window("w1", "deploy 42", "alice", moment(), 600)
        path = "/srv/app/page"
        at = {"TimeStamp": int(time.time()) * 1000, "SyscheckFile": {"path": path}}
        with mock.patch("bake_notifier.upkeep.of_event", side_effect=RuntimeError):
            self.world.start(hooks(1))
            self.world.windows = [window]
            self.world.write(alert_line(1000, "not told", **at))
            eventually(lambda: len(self.world.posted()) == 1)
        eventually(lambda: len(self.world.posted("maintenance_begun")) == 1)
        with mock.patch("bake_notifier.maintenance.Verdicts.judge", side_effect=RuntimeError):
            self.world.write(alert_line(1000, "not judged", **at))
            eventually(lambda: len(self.world.posted()) == 2)
        with mock.patch("bake_notifier.maintenance.Maintenance.look", side_effect=RuntimeError):
            self.world.write(alert_line(1000, "elsewhere", logfile="x"))
            eventually(lambda: len(self.world.posted()) == 3)
        self.world.stop()
        self.assertIn("bug: RuntimeError", self.log.getvalue())

    def test_an_upgrade_puts_off_what_does_not_fit_yet_also_over_a_restart(self) -> None:
        self.world.windows = [Window("w1", "upgrade", "apt", moment(), 600, kind="packages")]
        self.world.start(hooks(1))
        eventually(lambda: len(self.world.posted("maintenance_begun")) == 1)
        self.world.fitting = {"/usr/bin/fits"}
        self.world.write(
            *(
                alert_line(
                    1000,
                    f"Integrity checksum changed for: '{path}'",
                    TimeStamp=int(time.time()) * 1000,
                    SyscheckFile={"path": path},
                )
                for path in ("/usr/bin/fits", "/usr/bin/later", "/usr/bin/evil", "/etc/cron.d/evil")
            )
        )
        eventually(lambda: self.health()["alerts"]["maintenance"] == 1)
        eventually(lambda: len(self.world.posted()) == 1)
        self.world.stop()
        self.assertEqual(self.world.posted()[0]["file"], "/etc/cron.d/evil")
        self.world.fitting.add("/usr/bin/later")
        self.world.start(hooks(1))
        time.sleep(0.1)
        self.assertEqual(len(self.world.posted()), 1)
        self.world.windows = [replace(self.world.windows[0], ended=moment().since_boot)]
        eventually(lambda: len(self.world.posted("maintenance_ended")) == 1)
        eventually(lambda: len(self.world.posted()) == 2)
        self.world.stop()
        self.assertEqual(self.world.posted()[1]["file"], "/usr/bin/evil")
        self.assertEqual(self.world.posted("maintenance_ended")[0]["facts"]["held_back"], {"1000": 2})
        self.assertFalse((self.world.path / "state/deferred").exists())

    def test_a_burst_is_there_whole_or_counted(self) -> None:
        with mock.patch("bake_notifier.limit.WINDOW_SECONDS", 0.5):
            self.world.start(hooks(1, per_minute=45))
            self.world.write(*(alert_line(1000, f"attempt {n}") for n in range(60)))
            eventually(lambda: self.world.posted("held_back") != [])
            self.world.stop()
        self.assertEqual([body["log"] for body in self.world.posted()], [f"attempt {n}" for n in range(45)])
        (held,) = self.world.posted("held_back")
        self.assertEqual(held["facts"], {"too_many": {"1000": 15}, "repeated": {}})
        self.assertEqual(held["text"], "More than 45 in a minute: 15 × rule 1000.")

    # A busy machine reads them in parts, of which the second would be told an hour later.
    @mock.patch("bake_notifier.service._UNREADABLE_SECONDS", 0.0)
    def test_lines_that_are_no_alerts_stop_nothing_and_are_told(self) -> None:
        self.world.start(hooks(1))
        bad = [
            b"\x00\xff",
            b"{",
            b"[" * 100_000,
            b"null",
            alert_line(1000)[:-1],
            b'{"rule":{"sidid":"1000"}}',
        ]
        self.world.write(alert_line(1000, "one"), *bad, alert_line(1000, "two"))
        with self.world.alerts.open("ab") as file:
            file.write(alert_line(1000, "half")[:50])
        def told() -> int:
            return sum(body["facts"]["unreadable"] for body in self.world.posted("unreadable"))

        eventually(lambda: len(self.world.posted()) == 2 and told() == 6)
        self.world.stop()
        self.assertEqual(told(), 6)

    def test_a_bug_with_one_line_stops_no_other(self) -> None:
        real = service.of_alert

        def broken(alert: Any, *rest: Any) -> Any:
            if alert.log == "bad":
                raise RuntimeError(f"https://hooks.example/{SECRET}")
            return real(alert, *rest)

        with mock.patch("bake_notifier.service.of_alert", broken):
            self.world.start(hooks(1))
            self.world.write(alert_line(1000, "bad"), alert_line(1000, "good"))
            eventually(lambda: len(self.world.posted()) == 1)
            self.world.stop()
        self.assertRegex(self.log.getvalue(), r"bug: RuntimeError at broken:\d+ < ")

    def test_waits_on_disk_across_a_restart_and_reads_no_line_twice(self) -> None:
        self.world.ssm.answer = lambda _: Reply(400, b'{"__type":"AccessDeniedException"}')
        self.world.start(hooks(1))
        self.world.write(alert_line(1000, "one"))
        eventually(lambda: any((self.world.path / "state/spool/hook-0").glob("*.json")))
        eventually(lambda: "AccessDeniedException" in str(self.health()["problems"]))
        with mock.patch("bake_notifier.run._DRAIN_SECONDS", 0.1):
            self.world.stop()
        self.assertEqual(self.world.posted(), [])
        self.world.write(alert_line(1000, "two"))
        self.world.ssm.answer = self.world.answer
        self.world.start(hooks(1))
        eventually(lambda: len(self.world.posted()) == 2)
        self.world.stop()
        self.assertEqual([body["log"] for body in self.world.posted()], ["one", "two"])

    def test_delivers_what_came_last_before_it_ends(self) -> None:
        self.world.hooks.answer = lambda _: Reply(seconds=0.2)
        self.world.start(hooks(1))
        eventually(lambda: "known" in str(self.health()["hooks"]))
        self.world.write(*(alert_line(1000, f"last {number}") for number in range(3)))
        self.world.stop()
        self.assertEqual([body["log"] for body in self.world.posted()], ["last 0", "last 1", "last 2"])

    def test_a_restart_forgets_no_count(self) -> None:
        self.world.start(hooks(1, per_minute=1))
        self.world.write(*(alert_line(1000, log) for log in ("one", "two", "one")))
        eventually(lambda: len(self.world.posted()) == 1)
        self.world.stop()
        self.assertEqual(self.world.posted("held_back"), [])
        self.world.start(hooks(1, per_minute=1))
        eventually(lambda: self.world.posted("held_back") != [])
        self.world.stop()
        (held,) = self.world.posted("held_back")
        self.assertEqual(held["facts"], {"too_many": {"1000": 1}, "repeated": {"1000": 1}})

    def test_a_hook_that_hangs_holds_up_no_other(self) -> None:
        self.world.hooks.answer = lambda received: Reply(seconds=2.5 if received.path.endswith("/h0") else 0)
        self.world.start(hooks(2))
        began = time.monotonic()
        self.world.write(alert_line(1000, "hangs"), alert_line(1001, "does not"))
        eventually(lambda: any(received.path.endswith("/h1") for received in self.world.hooks.received))
        self.assertLess(time.monotonic() - began, 1.5)
        with mock.patch("bake_notifier.run._DRAIN_SECONDS", 0.1):
            self.world.stop()

    def test_posts_without_knowing_the_instance(self) -> None:
        baked = read_settings(
            settings(
                hooks={"hook-0": {"url": {"file": "/etc/bake/ossec/hooks/hook-0.url"}, "format": "json"}},
                routes={"1000": {"hook": "hook-0"}},
            )
        )
        url_file = self.world.path / "hooks_hook-0.url"
        url_file.write_text(f"https://localhost:{self.world.hooks.port}/{SECRET}")
        self.world.metadata.server.answer = lambda _: Reply(500)
        self.world.start(baked)
        self.world.write(alert_line(1000, "who am I"))
        eventually(lambda: len(self.world.posted()) == 1)
        self.world.stop()
        url_file.unlink()
        self.assertIsNone(self.world.posted()[0]["instance"])

    def test_beats_when_it_is_time_and_when_it_is_asked(self) -> None:
        self.world.write(alert_line(1000, "an alert"), alert_line(5710), alert_line(1000, "an alert"))
        running = self.world.start(hooks(2, heartbeat_seconds=86400))
        eventually(lambda: len(self.world.posted()) == 1)
        self.assertEqual(self.world.posted("heartbeat"), [])
        with mock.patch("bake_notifier.service.time.time", lambda: time.time_ns() / 1e9 + 86401):
            eventually(lambda: len(self.world.posted("heartbeat")) == 2)
        facts = self.world.posted("heartbeat")[0]["facts"]
        counted = {key: facts[key] for key in ("alerts", "notifications", "held_back", "unreadable", "deaf")}
        self.assertEqual(
            counted, {"alerts": 3, "notifications": 1, "held_back": 1, "unreadable": 0, "deaf": False}
        )
        self.assertAlmostEqual(facts["seconds"], 86401, delta=10)
        running.want_heartbeat()
        eventually(lambda: len(self.world.posted("heartbeat")) == 4)
        self.assertEqual(self.world.posted("heartbeat")[-1]["facts"]["alerts"], 0)
        self.world.stop()

    def test_tells_every_hook_that_ossec_is_deaf_and_that_it_hears_again(self) -> None:
        with (
            mock.patch("bake_notifier.probe.PATIENCE_SECONDS", 0.1),
            mock.patch("bake_notifier.probe.FIRST_SECONDS", 0.05),
        ):
            self.world.start(hooks(2))
            eventually(lambda: len(self.world.posted("deaf")) == 2)
            eventually(lambda: "OSSEC is deaf" in str(self.health()["problems"]))
            self.assertIn("Not running: analysisd", self.world.posted("deaf")[0]["text"])
            self.assertEqual(self.world.posted("deaf")[0]["facts"]["running"], ["execd"])
            for _ in range(50):
                self.world.write(alert_line(990010, f"host bake-probe: word={self.world.probes[-1]}"))
                if self.world.posted("hearing"):
                    break
                time.sleep(0.05)
            eventually(lambda: len(self.world.posted("hearing")) == 2)
            self.world.stop()
        self.assertEqual(self.world.posted(), [])
        self.assertEqual(len(self.world.posted("deaf")), 2)

    def test_writes_how_it_does_for_people_and_programs(self) -> None:
        self.world.start(hooks(1))
        self.world.write(alert_line(1000, "one"))
        eventually(lambda: len(self.world.posted()) == 1)
        eventually(lambda: self.health()["hooks"]["hook-0"]["sent"] == 1)
        found = self.health()
        self.assertEqual(
            (found["fleet"], found["image"], found["instance"]), ("shop", "web", "i-0123456789abcdef0")
        )
        self.assertEqual(found["alerts"]["read"], 1)
        self.assertEqual(found["hooks"]["hook-0"]["url_from"], "ssm_parameter /h0")
        self.assertEqual(found["ossec"]["hears"], "not asked yet")
        file = self.world.path / "health.json"
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        text, well = status(file, as_json=False)
        self.assertFalse(well)
        self.assertIn("not running: analysisd, logcollector, monitord, syscheckd", text)
        self.assertIn("hook-0 (json): 1 sent since the start, 0 waiting, 0 lost; URL known", text)
        self.assertEqual(json.loads(status(file, as_json=True)[0])["version"], 1)
        self.world.stop()
        with mock.patch(
            "bake_notifier.status.time.time", lambda: time.time_ns() / 1e9 + health.STALE_SECONDS + 1
        ):
            self.assertIn("it hangs, or does not run", status(file, as_json=False)[0])
        file.unlink()
        self.assertIn("does not run", status(file, as_json=False)[0])

    def test_begins_anew_with_a_state_that_is_spoiled(self) -> None:
        for content in (b"", b"{}", b"null", b'{"position":{"inode":1}}', b"\xff"):
            (self.world.path / "state/state.json").write_bytes(content)
            self.world.start(hooks(1))
            self.world.write(alert_line(1000, f"after {content!r}"))
            eventually(lambda: len(self.world.posted()) > 0)
            self.world.stop()
            self.world.hooks.received.clear()
            self.world.alerts.unlink()


if __name__ == "__main__":
    unittest.main()
