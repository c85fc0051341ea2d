"""Maintenance windows: how long, which change they cover, and the file that they are in."""

import json
import os
import unittest
from dataclasses import replace

from bake_maintenance.book import BookError, locked, read_windows, write_windows
from bake_maintenance.clock import Moment, now, was_set
from bake_maintenance.declared import Declared, DeclaredError, read_declared
from bake_maintenance.window import LONGEST_SECONDS, PACKAGES_SECONDS, Change, Window, covers, covers_moment
from support import folder

# Half past a second, so that whole seconds lie on both sides.
BEGUN = Moment("boot-1", 1000.5, 50.0)
WINDOW = Window("w1", "deploy 42", "alice", BEGUN, 600)


def at(seconds: float, boot: str = "boot-1", set_by: float = 0.0) -> Moment:
    """So long after the window's begin; a clock that was `set_by` shows something else."""
    return Moment(boot, BEGUN.wall + seconds + set_by, BEGUN.since_boot + seconds)


class OpenTest(unittest.TestCase):
    def test_ends_by_itself(self) -> None:
        ended = replace(WINDOW, ended=BEGUN.since_boot + 100)
        endless = replace(WINDOW, seconds=10 * LONGEST_SECONDS)
        for window, moment, is_open in (
            (WINDOW, at(0), True),
            (WINDOW, at(599), True),
            (WINDOW, at(600), False),
            (WINDOW, at(-1), False),
            (ended, at(99), True),
            (ended, at(100), False),
            (replace(WINDOW, ended=BEGUN.since_boot + 9999), at(600), False),
            (endless, at(LONGEST_SECONDS - 1), True),
            (endless, at(LONGEST_SECONDS), False),
            (replace(endless, kind="packages"), at(PACKAGES_SECONDS - 1), True),
            (replace(endless, kind="packages"), at(PACKAGES_SECONDS), False),
            (WINDOW, at(1, "boot-2"), False),
            (WINDOW, at(300, set_by=-250), False),
            (WINDOW, at(300, set_by=3), False),
            (WINDOW, at(300, set_by=-1), True),
            (WINDOW, at(900, set_by=-600), False),
        ):
            with self.subTest(window=window, moment=moment):
                self.assertEqual(window.is_open(moment), is_open)

    def test_a_clock_that_was_set_shows(self) -> None:
        self.assertFalse(was_set(BEGUN, at(86400)))
        self.assertTrue(was_set(BEGUN, at(86400, set_by=-60)))
        self.assertTrue(now().since_boot > 0 and now().boot != "")


class CoversTest(unittest.TestCase):
    """The window is open from 1000.5 to 1100.5, and OSSEC has an hour."""

    def test_by_the_time_of_change(self) -> None:
        window, late = replace(WINDOW, ended=BEGUN.since_boot + 100), 3600.0
        for what, alert, changed, above, moment, covered in (
            ("changed and found inside", 1050, 1040.0, 900.0, at(60), True),
            ("at the very begin", 1000, 1000.5, 900.0, at(1), True),
            ("the kernel's clock lags", 1001, 1000.48, 900.0, at(1), True),
            ("changed before it", 1050, 990.0, 900.0, at(60), False),
            ("changed and found before it", 990, 1040.0, 900.0, at(60), False),
            ("found an hour later", 4600, 1040.0, 900.0, at(3600), True),
            ("found too late", 4701, 1040.0, 900.0, at(3701), False),
            ("changed once more after it", 1050, 1100.6, 900.0, at(200), False),
            ("at the very end", 1101, 1100.5, 1100.5, at(200), True),
            ("something beside it came or went after it", 1050, 1040.0, 1101.0, at(200), False),
            ("the machine was started anew", 1050, 1040.0, 900.0, at(60, "boot-2"), False),
            ("the clock was set back", 1050, 1040.0, 900.0, at(60, set_by=-10), False),
            ("OSSEC says no time", 0, 1040.0, 900.0, at(60), False),
            ("times that are none", 1050, float("nan"), 900.0, at(60), False),
        ):
            with self.subTest(what):
                self.assertEqual(covers(window, alert, Change(changed, above), late, moment), covered)

    def test_by_the_alerts_time_alone(self) -> None:
        for alert, covered in ((999, False), (1000, True), (1600, True), (1610, True), (1616, False)):
            with self.subTest(alert):
                self.assertEqual(covers_moment(WINDOW, alert, 15, at(700)), covered)
        self.assertFalse(covers_moment(WINDOW, 1050, 15, at(60, "boot-2")))


class DeclaredTest(unittest.TestCase):
    def test_reads_what_bake_renders(self) -> None:
        text = '{"folders": ["/srv/app"], "ports": ["tcp/8080"], "packages": true, "late_seconds": 60}'
        self.assertEqual(read_declared(text), Declared(("/srv/app",), frozenset({"tcp/8080"}), True, 60))

    def test_says_what_is_wrong(self) -> None:
        good = {"folders": [], "ports": [], "packages": False, "late_seconds": 0}
        for change, where in (
            ({"folders": ["/"]}, "folders"),
            ({"folders": ["srv"]}, "folders"),
            ({"folders": "/srv"}, "folders"),
            ({"ports": [8080]}, "ports"),
            ({"ports": ["8080"]}, "ports"),
            ({"packages": 1}, "packages"),
            ({"late_seconds": -1}, "late_seconds"),
            ({"late_seconds": None}, "late_seconds"),
        ):
            with self.subTest(change=change), self.assertRaisesRegex(DeclaredError, f"^{where}:"):
                read_declared(json.dumps({**good, **change}))
        for text in ("", "[]", "[" * 100_000):
            with self.subTest(text[:5]), self.assertRaises(DeclaredError):
                read_declared(text)


class BookTest(unittest.TestCase):
    def setUp(self) -> None:
        opened = folder()
        self.folder = opened.__enter__() / "book"
        self.file = self.folder / "windows.json"
        self.addCleanup(opened.__exit__, None, None, None)
        with locked(self.folder):
            write_windows([WINDOW], at(0), self.folder)

    def read(self) -> list[Window]:
        return read_windows(self.folder, os.geteuid())

    def test_keeps_what_was_written_and_is_to_be_read_by_all(self) -> None:
        ended = replace(WINDOW, id="w0", ended=77.5)
        write_windows([ended, WINDOW], at(0), self.folder)
        self.assertEqual(self.read(), [ended, WINDOW])
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o644)
        self.assertEqual(self.folder.stat().st_mode & 0o777, 0o755)

    def test_forgets_what_is_long_over_and_what_another_boot_left(self) -> None:
        write_windows([WINDOW], at(86400), self.folder)
        self.assertEqual(self.read(), [WINDOW])
        for moment in (at(3 * 86400), at(1, "boot-2")):
            write_windows([WINDOW], moment, self.folder)
            self.assertEqual(self.read(), [])

    def test_has_no_windows_without_a_file(self) -> None:
        self.assertEqual(read_windows(self.folder / "nothing"), [])

    def test_refuses_what_others_may_have_written(self) -> None:
        self.file.chmod(0o666)
        self.assertRaisesRegex(BookError, "is not root's alone", self.read)
        self.file.chmod(0o644)
        with self.assertRaisesRegex(BookError, "is not root's alone"):
            read_windows(self.folder, os.geteuid() + 1)
        self.file.rename(self.folder / "other")
        self.file.symlink_to("other")
        self.assertRaisesRegex(BookError, "can't be read", self.read)

    def test_refuses_what_is_no_file_of_windows(self) -> None:
        window = json.loads(self.file.read_text())["windows"][0]
        changes: list[dict[str, object]] = [
            {"seconds": 0},
            {"seconds": LONGEST_SECONDS + 1},
            {"seconds": "600"},
            {"begun": None},
            {"begun": {}},
            {"id": 1},
            {"kind": "all"},
            {"ended": []},
        ]
        spoiled = [{**window, **change} for change in changes]
        contents = [json.dumps({"version": 1, "windows": [one]}) for one in spoiled]
        for content in [*contents, "", "[]", "{}", '{"version": 2, "windows": []}', "[" * 100_000]:
            self.file.write_text(content)
            with self.subTest(content[:200]), self.assertRaises(BookError):
                self.read()
        self.file.write_bytes(b" " * (2 * 1024 * 1024))
        self.assertRaisesRegex(BookError, "too large", self.read)


if __name__ == "__main__":
    unittest.main()
