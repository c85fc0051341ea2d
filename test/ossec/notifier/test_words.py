"""What the notifier says of its own accord, and what a restart keeps."""

import unittest
from dataclasses import replace

from bake_notifier.follow import Position
from bake_notifier.limit import HeldBack
from bake_notifier.state import State, load, save
from bake_notifier.words import Counts, Speaker
from support import folder

SAYS = Speaker("web-1", "2026-11-01T12:00:00Z")
ALL = ["analysisd", "execd", "logcollector", "monitord", "syscheckd"]


class WordsTest(unittest.TestCase):
    def test_held_back(self) -> None:
        said = SAYS.held_back(HeldBack("hook-1", {550: 2, 5720: 20}, {990002: 719}), 30)
        self.assertEqual(
            said.text,
            "More than 30 in a minute: 20 × rule 5720, 2 × rule 550. "
            "The same again, word for word, within an hour: 719 × rule 990002.",
        )

    def test_names_no_more_rules_than_one_can_read(self) -> None:
        said = SAYS.held_back(HeldBack("hook-1", dict.fromkeys(range(1, 101), 3), {}), 30)
        self.assertTrue(said.text.endswith("3 × rule 20, 240 of other rules."))
        facts = said.facts["too_many"]
        assert isinstance(facts, dict)
        self.assertEqual(len(facts), 100)

    def test_counts_in_words(self) -> None:
        self.assertTrue(SAYS.lost(1).text.startswith("1 notification for"))
        self.assertTrue(SAYS.unreadable(2).text.startswith("2 lines of"))

    def test_deaf(self) -> None:
        said = SAYS.deaf(["execd"], "alerts.json can't be read")
        self.assertEqual(
            said.text,
            "Twice a log line did not become an alert within a minute. "
            "Not running: analysisd, logcollector, monitord, syscheckd. Running: execd. alerts.json can't be read.",
        )

    def test_heartbeat(self) -> None:
        said = SAYS.heartbeat(Counts(12, 1, 0, 0), 86400, ALL, "v4.1.0", False)
        self.assertEqual(
            said.text,
            "OSSEC v4.1.0 hears. All daemons run: analysisd, execd, logcollector, monitord, syscheckd. "
            "In the last 24 h: 12 alerts, 1 notification, 0 held back.",
        )
        self.assertIn("is deaf", SAYS.heartbeat(Counts(), 60, [], "unknown", True).text)
        self.assertIn("3 unreadable lines", SAYS.heartbeat(Counts(unreadable=3), 60, [], "v", False).text)


class StateTest(unittest.TestCase):
    def test_is_read_as_it_was_written(self) -> None:
        state = State(
            position=Position(12, 34, "ab", "2026/Nov/ossec-alerts-23.json"),
            since=1793518262.5,
            counts=Counts(1, 2, 3, 4),
            held=[HeldBack("hook-1", {550: 1}, {})],
            deaf=True,
        )
        with folder() as path:
            self.assertIsNone(load(path / "state.json"))
            for one in (state, replace(state, position=None, held=[])):
                save(path / "state.json", one)
                self.assertEqual(load(path / "state.json"), one)
            self.assertEqual((path / "state.json").stat().st_mode & 0o777, 0o600)


if __name__ == "__main__":
    unittest.main()
