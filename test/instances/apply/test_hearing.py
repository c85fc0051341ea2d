"""A push has proven itself once one of its own lines rings; what was written before that line is brought."""

import json
import os
import pathlib
import sys
import tempfile
import types
import unittest
import unittest.mock

sys.path.insert(0, os.environ["BAKE_APPLY"])
import base  # noqa: E402
import hearing  # noqa: E402


def alert(probe, number, rule=hearing.PROBE_RULE):
    return json.dumps({"rule": {"sidid": rule}, "full_log": f"h bake-probe: {probe.token} {number}."}) + "\n"


class Replay:
    """Marks are numbers, and what is brought is up to which."""

    def __init__(self):
        self.now, self.brought = 0, []

    def marks(self):
        self.now += 1
        return self.now

    def forward(self, _, until=None):
        self.brought.append(until)


class Hearing(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.alerts = pathlib.Path(scratch.name) / "alerts.json"
        self.probe, self.replay, self.logged, self.clock = hearing.Probe(), Replay(), [], 0.0
        self.enterContext(unittest.mock.patch.multiple(
            hearing, ALERTS=self.alerts, connect=lambda: types.SimpleNamespace(close=lambda: None),
            subprocess=types.SimpleNamespace(run=lambda argv, **_: self.log(argv[-1])),
            time=types.SimpleNamespace(sleep=self.sleep, monotonic=lambda: self.clock)))

    def log(self, line):
        self.logged.append(line)
        self.on_line(len(self.logged) - 1)

    def sleep(self, seconds):
        self.clock += seconds

    def write(self, *lines):
        with open(self.alerts, "a") as file:
            file.writelines(lines)

    def test_what_was_written_before_the_first_line_that_rings_is_brought(self):
        self.on_line = lambda number: self.write(alert(self.probe, 3), alert(self.probe, 2)) if number == 3 else None
        hearing.until_heard(self.replay, 0, self.probe)
        self.assertEqual(self.replay.brought, [None, None, None, 3])

    def test_another_rule_no_line_of_ours_and_what_is_no_alert_prove_nothing(self):
        other = hearing.Probe()
        self.on_line = lambda number: self.write(
            alert(self.probe, number, rule=1002), alert(other, number), f"{self.probe.token} {number}.\n", "{}\n",
            alert(self.probe, "x"))
        with self.assertRaisesRegex(base.Broken, "became no alert within 60 s"):
            hearing.until_heard(self.replay, 0, self.probe)

    def test_what_rang_before_it_was_undone_proves_nothing_afterwards(self):
        self.on_line = lambda number: self.write(alert(self.probe, number))
        hearing.until_heard(self.replay, 0, self.probe)
        self.on_line = lambda number: None
        with self.assertRaises(base.Broken):
            hearing.until_heard(self.replay, 0, self.probe)

    def test_alerts_that_were_rotated_meanwhile_are_read_from_the_beginning(self):
        self.on_line = lambda number: self.write(alert(self.probe, number))
        hearing.until_heard(self.replay, 10_000, self.probe)
        self.assertEqual(self.replay.brought, [1])


if __name__ == "__main__":
    unittest.main()
