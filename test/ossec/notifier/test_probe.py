"""Deaf after two words that don't come back, and told again when one does."""

import os
import socket
import unittest

from bake_notifier.probe import Probe, log_line
from support import folder


class Ossec:
    """Hears or doesn't; what was sent comes back as the log of an alert."""

    def __init__(self, every: float = 600.0, deaf: bool = False) -> None:
        self.sent: list[str] = []
        self.probe = Probe(every, self.sent.append, 0.0, deaf)

    def run(self, begin: int, end: int, hears: bool) -> list[tuple[int, str]]:
        """Second by second; what the probe said, and when."""
        said = []
        for now in range(begin, end):
            before = len(self.sent)
            event = self.probe.tick(float(now))
            if event is not None:
                said.append((now, event))
            if hears and len(self.sent) > before:
                self.probe.seen(f"host bake-probe: word={self.sent[-1]}", now + 0.5)
        return said


class ProbeTest(unittest.TestCase):
    def test_is_silent_while_all_is_well(self) -> None:
        ossec = Ossec()
        self.assertEqual(ossec.run(0, 4000, True), [])
        self.assertEqual(len(ossec.sent), 7)
        self.assertEqual(len(set(ossec.sent)), 7)

    def test_says_deaf_once_and_hearing_once(self) -> None:
        ossec = Ossec()
        ossec.run(0, 700, True)
        # Asked at 1262 and at once when that was a miss.
        self.assertEqual(ossec.run(700, 3000, False), [(1262 + 120, "deaf")])
        ((at, event),) = ossec.run(3000, 6000, True)
        self.assertEqual(event, "hearing")
        self.assertLessEqual(at, 3000 + 61)
        self.assertEqual([event for _, event in ossec.run(6000, 9000, False)], ["deaf"])

    def test_forgives_one_miss(self) -> None:
        ossec = Ossec()
        self.assertEqual(ossec.run(0, 120, False) + ossec.run(120, 2000, True), [])

    def test_is_deaf_from_the_start_where_nothing_ever_comes_back(self) -> None:
        self.assertEqual(Ossec().run(0, 2000, False), [(180, "deaf")])

    def test_hears_late_words(self) -> None:
        ossec = Ossec()
        self.assertEqual(ossec.run(0, 200, False), [(180, "deaf")])
        ossec.probe.seen(f"word={ossec.sent[0]}", 200.0)
        self.assertEqual(ossec.run(200, 202, False), [(200, "hearing")])

    def test_believes_only_its_own_words_and_each_once(self) -> None:
        ossec = Ossec()
        ossec.run(0, 61, False)
        word = ossec.sent[0]
        for log in ("", "word=", f"word={'0' * 32}", f"word={word}0", f"keyword={word}", word):
            ossec.probe.seen(log, 70.0)
        self.assertIsNone(ossec.probe.heard_at)
        ossec.probe.seen(f"bake-probe: word={word}", 70.0)
        self.assertEqual(ossec.probe.heard_at, 70.0)
        ossec.probe.seen(f"bake-probe: word={word}", 900.0)
        self.assertEqual(ossec.probe.heard_at, 70.0)

    def test_a_restart_says_nothing_twice(self) -> None:
        self.assertEqual(Ossec(deaf=True).run(0, 2000, False), [])
        self.assertEqual(Ossec(deaf=True).run(0, 2000, True), [(61, "hearing")])

    def test_a_log_that_takes_nothing_is_deafness(self) -> None:
        def refuse(_: str) -> None:
            raise FileNotFoundError

        probe = Probe(600.0, refuse, 0.0)
        self.assertEqual([event for now in range(300) if (event := probe.tick(float(now)))], ["deaf"])

    def test_sends_what_logger_sends(self) -> None:
        with folder() as path, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            log.bind(os.fspath(path / "log"))
            log.settimeout(2)
            log_line("0123", path / "log")
            self.assertEqual(log.recv(100), b"<13>bake-probe: word=0123")


if __name__ == "__main__":
    unittest.main()
