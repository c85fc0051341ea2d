"""Delivery to one hook: what an answer means, how long it waits, and that nothing goes uncounted."""

import io
import unittest
from contextlib import redirect_stderr
from pathlib import Path

from bake_notifier.hook_urls import HookUrl, HookUrls, UrlError
from bake_notifier.notification import Notification
from bake_notifier.payload import Origin
from bake_notifier.post import meaning_of
from bake_notifier.routes import Hook, UrlSource
from bake_notifier.sender import Pace, Sender
from bake_notifier.spool import Spool
from bake_notifier.web import Answer, Web
from support import SECRET, Received, Reply, Server, certificates, folder, notification


class Urls(HookUrls):
    """Gives what the test put there."""

    def __init__(self, port: int) -> None:
        self.now: HookUrl | str = HookUrl("localhost", port, f"/{SECRET}")
        self.fetched = 0

    def fetch(self, _source: UrlSource) -> HookUrl:
        self.fetched += 1
        if isinstance(self.now, str):
            raise UrlError(self.now)
        return self.now


class SenderTest(unittest.TestCase):
    def setUp(self) -> None:
        self.server = Server(certificates().server)
        self.addCleanup(self.server.close)
        opened = folder()
        self.folder = opened.__enter__()
        self.addCleanup(opened.__exit__, None, None, None)
        self.urls = Urls(self.server.port)
        self.spool = Spool(self.folder / "spool", most=50)
        self.now = 1e9
        self.log = io.StringIO()
        redirected = redirect_stderr(self.log)
        redirected.__enter__()
        self.addCleanup(redirected.__exit__, None, None, None)

    def tearDown(self) -> None:
        self.assertNotIn(SECRET, self.log.getvalue())

    def sender(self, pace: Pace | None = None) -> Sender:
        return Sender(
            Hook("hook-1", UrlSource("ssm_parameter", "/a"), "json"),
            self.spool,
            Web(certificates().authority, 2.0),
            self.urls,
            lambda: Origin("shop", "web", None),
            lambda count: Notification("lost", "", "", f"{count} lost"),
            pace or Pace(first_retry=0.001, longest_retry=0.004),
        )

    def steps(self, sender: Sender, count: int) -> None:
        """So far ahead, and so far apart, that every short wait is over."""
        for _ in range(count):
            self.now += 0.01
            sender.step(self.now)

    def titles(self) -> list[object]:
        return [body["title"] for body in self.server.bodies()]

    def test_delivers_in_order(self) -> None:
        sender = self.sender()
        for number in range(5):
            sender.add(notification(f"{number}"))
        self.steps(sender, 6)
        self.assertEqual(self.titles(), ["0", "1", "2", "3", "4"])
        self.assertEqual((sender.report.sent, sender.report.problem, sender.waiting()), (5, "", (0, 0)))
        self.assertEqual(self.server.received[0].path, f"/{SECRET}")
        self.assertEqual(self.server.received[0].headers["host"], f"localhost:{self.server.port}")
        self.assertEqual(self.server.received[0].headers["content-type"], "application/json")

    def test_waits_on_disk_while_there_is_no_url(self) -> None:
        self.urls.now = "ssm does not answer"
        sender = self.sender()
        sender.add(notification("waits"))
        self.steps(sender, 3)
        self.assertEqual((self.server.received, sender.waiting()[0]), ([], 1))
        self.assertEqual(sender.report.url, "ssm does not answer")
        self.assertEqual(self.log.getvalue().count("ssm does not answer"), 1)
        self.urls.now = HookUrl("localhost", self.server.port, "/")
        self.steps(sender, 3)
        self.assertEqual(self.titles(), ["waits"])
        self.assertEqual(sender.report.url, "known")

    def test_keeps_an_older_url_while_there_is_no_newer(self) -> None:
        sender = self.sender(Pace(first_retry=0.001, longest_retry=0.001, refresh=0.001))
        self.steps(sender, 1)
        self.urls.now = "throttled"
        sender.add(notification("still"))
        self.steps(sender, 3)
        self.assertEqual(self.titles(), ["still"])
        self.assertEqual(sender.report.url, "an older one: throttled")

    def test_fetches_hourly(self) -> None:
        sender = self.sender()
        for now in range(0, 7300, 10):
            sender.step(float(now))
        self.assertEqual(self.urls.fetched, 3)

    def test_tries_again_where_the_server_fails(self) -> None:
        answers = iter([500, 503, 429, 408, 200])
        self.server.answer = lambda _: Reply(next(answers))
        sender = self.sender()
        sender.add(notification("once"))
        self.steps(sender, 6)
        self.assertEqual(len(self.server.received), 5)
        self.assertEqual(sender.report.sent, 1)

    def test_waits_longer_each_time_and_as_long_as_it_is_told(self) -> None:
        self.server.answer = lambda _: Reply(500)
        sender = self.sender(Pace(first_retry=100, longest_retry=1000))
        sender.add(notification())
        waits = []
        for number in range(7):
            waits.append(sender.step(1e9 * (number + 1)))
        for wait, most in zip(waits, (100, 200, 400, 800, 1000, 1000, 1000), strict=True):
            self.assertTrue(most * 0.4 < wait <= most, (wait, most))
        self.server.answer = lambda _: Reply(429, headers={"Retry-After": "42"})
        self.assertAlmostEqual(sender.step(1e11), 42, delta=1)

    def test_a_url_that_is_gone_is_fetched_again_at_once(self) -> None:
        old, new = "/old", "/new"
        self.urls.now = HookUrl("localhost", self.server.port, old)
        self.server.answer = lambda received: Reply(404 if received.path == old else 200)
        sender = self.sender(Pace(first_retry=0.001, longest_retry=0.001))
        sender.step(1e9)
        sender.add(notification("kept"))
        self.urls.now = HookUrl("localhost", self.server.port, new)
        sender.step(1e9 + 61)
        self.now = 1e9 + 122
        self.steps(sender, 3)
        self.assertEqual([received.path for received in self.server.received], [old, new])
        self.assertEqual(sender.report.sent, 1)

    def test_but_no_more_than_once_a_minute(self) -> None:
        for status in (401, 403, 404, 410, 302):
            self.server.answer = lambda _, status=status: Reply(status)  # type: ignore[misc]
            sender = self.sender(Pace(first_retry=0.001, longest_retry=0.001))
            if not sender.waiting()[0]:
                sender.add(notification())
            self.urls.fetched = 0
            began = 1e9
            for second in range(0, 180, 10):
                sender.step(began + second)
            self.assertEqual(self.urls.fetched, 3, status)
            self.assertEqual(sender.waiting()[0], 1)

    def test_what_a_hook_will_not_take_stops_nothing(self) -> None:
        def answer(received: Received) -> Reply:
            return Reply(400 if b"poison" in received.body else 200)

        self.server.answer = answer
        sender = self.sender(Pace(first_retry=0.0, longest_retry=0.0))
        for title in ("before", "poison", "after"):
            sender.add(notification(title))
        self.steps(sender, 20)
        self.assertEqual(self.titles(), ["before", "poison", "poison", "poison", "after", "1 lost"])
        self.assertEqual((sender.report.refused, sender.lost(), sender.waiting()), (1, 0, (0, 0)))

    def test_tells_what_the_spool_lost(self) -> None:
        self.urls.now = "not yet"
        sender = self.sender(Pace(first_retry=0.0, longest_retry=0.0))
        for number in range(60):
            sender.add(notification(f"{number}"))
        self.steps(sender, 1)
        self.urls.now = HookUrl("localhost", self.server.port, "/")
        self.steps(sender, 60)
        self.assertEqual(self.titles(), [*(f"{number}" for number in range(10, 60)), "10 lost"])

    def test_what_was_spoiled_on_disk_is_counted(self) -> None:
        sender = self.sender()
        sender.add(notification("spoiled"))
        next(Path(self.folder / "spool").glob("*.json")).write_bytes(b"\x00\xff")
        sender.add(notification("whole"))
        self.steps(sender, 6)
        self.assertEqual(self.titles(), ["whole", "1 lost"])


class MeaningTest(unittest.TestCase):
    def test_of_every_answer(self) -> None:
        meanings = {
            "delivered": [200, 201, 204],
            "later": [408, 425, 429, 500, 502, 503, 504, 599],
            "wrong-url": [301, 302, 307, 308, 401, 403, 404, 410],
            "refused": [400, 405, 411, 413, 415, 422],
        }
        for meaning, statuses in meanings.items():
            for status in statuses:
                with self.subTest(status=status):
                    outcome = meaning_of(Answer(status, f"says {SECRET}".encode(), "x"))
                    self.assertEqual(outcome.meaning, meaning)
                    self.assertEqual(outcome.reason, f"HTTP {status}")

    def test_waits_no_longer_than_some_minutes(self) -> None:
        waits = {
            "1": 1,
            "0": 0,
            "300": 300,
            "99999": 300,
            "-1": None,
            "soon": None,
            "": None,
            "9" * 50: None,
            "²": None,
        }
        for text, wait in waits.items():
            self.assertEqual(meaning_of(Answer(429, b"", text)).wait, wait)


if __name__ == "__main__":
    unittest.main()
