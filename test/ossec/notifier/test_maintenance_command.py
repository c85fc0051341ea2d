"""The command line of maintenance windows, whole, as whoever runs the tests instead of root."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import unittest
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from unittest import mock

from bake_maintenance import book, command, opening
from bake_maintenance.running import run_command
from bake_maintenance.window import Window
from support import PROGRAMS, folder

DECLARED = '{"folders": ["/srv/app"], "ports": ["tcp/8080"], "packages": true, "late_seconds": 60}'


class CommandTest(unittest.TestCase):
    def setUp(self) -> None:
        opened = folder()
        self.folder = opened.__enter__()
        self.addCleanup(opened.__exit__, None, None, None)
        self.declared = self.folder / "maintenance.json"
        self.declared.write_text(DECLARED)
        book_folder = self.folder / "book"
        self.read = partial(book.read_windows, book_folder, os.geteuid())
        for module, name, value in (
            (command, "read_windows", self.read),
            (opening, "read_windows", self.read),
            (opening, "write_windows", partial(book.write_windows, folder=book_folder)),
            (opening, "locked", partial(book.locked, book_folder)),
            (command, "_declared", partial(command._declared, self.declared)),
            (opening, "only_root", lambda: None),
        ):
            patch = mock.patch.object(module, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def call(self, *arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = command.main(arguments)
            except SystemExit as ended:
                code = int(ended.code or 0)
        return code, out.getvalue(), err.getvalue()

    def only(self) -> Window:
        (window,) = self.read()
        return window

    def test_begin_and_end(self) -> None:
        code, said, _ = self.call("begin", "--for", "10m", "--reason", "deploy 42")
        self.assertEqual(code, 0)
        self.assertRegex(said, r"^maintenance until \d{4}-.*Z at the latest: deploy 42$")
        self.assertEqual(
            (self.only().seconds, self.only().reason, self.only().ended), (600, "deploy 42", None)
        )
        self.assertEqual(self.call("end")[0], 0)
        self.assertIsNotNone(self.only().ended)
        code, _, said = self.call("end")
        self.assertEqual((code, said), (1, "bake-maintenance: no window is open\n"))

    def test_a_longer_one_is_a_new_one(self) -> None:
        self.call("begin", "--for", "10m", "--reason", "first")
        code, _, said = self.call("begin", "--for", "20m", "--reason", "second")
        self.assertEqual(code, 1)
        self.assertRegex(said, r"a window is open until .* \(first\): end it first")
        self.call("end")
        self.assertEqual(self.call("begin", "--for", "20m", "--reason", "second")[0], 0)
        self.assertEqual([window.reason for window in self.read()], ["first", "second"])

    def test_refuses_what_is_no_length_and_no_reason(self) -> None:
        for length in ("0m", "10", "5h", "241m", "1d", "-1m", "m", ""):
            with self.subTest(length):
                self.assertEqual(self.call("begin", "--for", length, "--reason", "x")[0], 2)
        self.assertEqual(self.call("begin", "--for", "1m")[0], 2)
        self.assertEqual(self.call("begin", "--for", "4h", "--reason", " \n ")[0], 1)
        self.assertEqual(self.call("begin", "--reason", "x")[0], 2)
        self.assertEqual(self.read(), [])

    def test_a_reason_is_one_line_that_can_be_seen(self) -> None:
        self.call("begin", "--for", "1m", "--reason", "a\nb\x1b[31m" + "x" * 500)
        self.assertRegex(self.only().reason, r"^a b\\x1b\[31mx+… \(\d+ more\)$")
        self.assertLessEqual(len(self.only().reason), 200)

    def test_status_for_people_and_programs(self) -> None:
        self.assertEqual(self.call("status")[1], "declared: /srv/app, tcp/8080\nno window is open\n")
        self.call("begin", "--for", "10m", "--reason", "deploy 42")
        self.assertRegex(self.call("status")[1], r"\nopen until .*Z at the latest: deploy 42 \(by .+\)\n$")
        found = json.loads(self.call("status", "--json")[1])
        self.assertEqual((found["version"], found["open"]["reason"], found["recent"]), (1, "deploy 42", []))
        self.assertEqual((found["folders"], found["ports"]), (["/srv/app"], ["tcp/8080"]))
        self.call("end")
        found = json.loads(self.call("status", "--json")[1])
        self.assertEqual((found["open"], found["recent"][0]["reason"]), (None, "deploy 42"))

    def test_runs_a_command_inside_and_passes_its_exit_code_on(self) -> None:
        script = "import json, sys; sys.exit(len(json.load(open(sys.argv[1]))['windows'][0]['id']))"
        windows = str(self.folder / "book" / "windows.json")
        code, _, said = self.call("run", "--for", "5m", "--", sys.executable, "-c", script, windows)
        self.assertEqual(code, 16)
        self.assertRegex(said, "^maintenance until ")
        self.assertEqual((self.only().reason, self.only().seconds), (Path(sys.executable).name, 300))
        self.assertIsNotNone(self.only().ended)

    def test_gives_a_command_all_that_comes_after_the_dashes(self) -> None:
        for words in (["--for", "x"], ["--", "a", "--", "b"], ["-h"]):
            script = f"import sys; sys.exit(0 if sys.argv[1:] == {words!r} else 1)"
            with self.subTest(words):
                code = self.call("run", "--reason", "x", "--", sys.executable, "-c", script, *words)[0]
                self.assertEqual(code, 0)

    def test_runs_nothing_where_it_cannot_begin(self) -> None:
        self.call("begin", "--for", "10m", "--reason", "first")
        mark = self.folder / "ran"
        code, _, said = self.call("run", "--", "touch", str(mark))
        self.assertEqual(code, 125)
        self.assertIn("end it first", said)
        self.assertFalse(mark.exists())
        self.assertIsNone(self.only().ended)

    def test_a_command_that_ends_the_window_itself_or_outlives_it(self) -> None:
        with mock.patch.object(command, "run_command", lambda _: self.call("end")[0]):
            code, _, said = self.call("run", "--", "x")
        self.assertEqual(code, 0)
        self.assertIn("the window was over before the command was", said)

    def test_a_command_that_cannot_be_run(self) -> None:
        self.assertEqual(self.call("run", "--", str(self.folder / "nothing"))[0], 127)
        self.assertEqual(self.call("run", "--", str(self.declared))[0], 126)
        self.assertTrue(all(window.ended is not None for window in self.read()))

    def test_an_upgrade_has_a_window_of_its_own_in_its_unit_alone(self) -> None:
        with mock.patch.object(opening, "is_daily_upgrade", lambda: False):
            self.assertEqual(self.call("packages", "begin"), (0, "", ""))
        self.assertEqual(self.read(), [])
        with mock.patch.object(opening, "is_daily_upgrade", lambda: True):
            for _ in range(2):
                self.assertEqual(self.call("packages", "begin"), (0, "", ""))
        self.assertEqual((self.only().kind, self.only().seconds), ("packages", 3600))
        self.assertEqual(self.call("begin", "--for", "1m", "--reason", "beside it")[0], 0)
        self.assertEqual([self.call("packages", "end") for _ in range(2)], [(0, "", "")] * 2)
        self.assertEqual([window.ended is None for window in self.read()], [False, True])

    def test_an_image_that_does_not_patch_itself_has_no_such_window(self) -> None:
        self.declared.write_text(DECLARED.replace("true", "false"))
        with mock.patch.object(opening, "is_daily_upgrade", lambda: True):
            self.assertEqual(self.call("packages", "begin")[0], 0)
        self.assertEqual(self.read(), [])

    def test_knows_the_unit_by_its_group(self) -> None:
        groups = self.folder / "cgroup"
        for text, is_upgrade in (
            ("0::/system.slice/apt-daily-upgrade.service\n", True),
            ("12:cpu:/x\n1:name=systemd:/system.slice/apt-daily-upgrade.service\n", True),
            ("0::/user.slice/user-0.slice/session-1.scope\n", False),
            ("0::/system.slice/apt-daily-upgrade.service/x\n", False),
        ):
            groups.write_text(text)
            self.assertEqual(opening.is_daily_upgrade(groups), is_upgrade)

    def test_says_where_nothing_is_declared(self) -> None:
        self.declared.write_text('{"folders": [], "ports": [], "packages": false, "late_seconds": 0}')
        code, _, said = self.call("begin", "--for", "1m", "--reason", "x")
        self.assertEqual(code, 0)
        self.assertIn("declares no folder and no port", said)

    def test_only_root_may(self) -> None:
        for patch in (
            mock.patch.object(opening, "only_root", _ONLY_ROOT),
            mock.patch("os.geteuid", lambda: 1000),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        for arguments in (("begin", "--for", "1m", "--reason", "x"), ("end",)):
            self.assertEqual(self.call(*arguments)[::2], (1, "bake-maintenance: only root may\n"))
        self.assertEqual(self.call("run", "--", "true")[0], 125)

    def test_a_spoiled_file_is_said(self) -> None:
        self.call("begin", "--for", "1m", "--reason", "x")
        (self.folder / "book" / "windows.json").write_text("{")
        code, _, said = self.call("status")
        self.assertEqual(code, 1)
        self.assertRegex(said, "the file of windows in /run/.* is not what bake-maintenance writes")


_ONLY_ROOT = opening.only_root


class SignalTest(unittest.TestCase):
    def test_hands_signals_on_and_says_which_one_ended_it(self) -> None:
        def end_soon() -> None:
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGTERM)

        threading.Thread(target=end_soon, daemon=True).start()
        self.assertEqual(run_command(["sleep", "20"]), 128 + signal.SIGTERM)
        self.assertEqual(signal.getsignal(signal.SIGTERM), signal.SIG_DFL)

    def test_a_command_has_the_signals_that_whoever_began_it_has(self) -> None:
        script = (
            "import signal, sys; sys.exit(signal.getsignal(signal.SIGINT) is not signal.default_int_handler)"
        )
        self.assertEqual(run_command([sys.executable, "-c", script]), 0)


class ProgramTest(unittest.TestCase):
    def test_both_programs_start_from_wherever_they_are(self) -> None:
        witness = subprocess.run(
            ["python3", "-IBS", PROGRAMS / "bake-witness"], capture_output=True, text=True
        )
        self.assertEqual(
            (witness.returncode, witness.stdout), (64, "systemd starts this, for bake-witness.socket\n")
        )
        program = PROGRAMS.parents[1] / "sbin" / "bake-maintenance"
        self.assertIn("/usr/local/lib/bake", program.read_text())


if __name__ == "__main__":
    unittest.main()
