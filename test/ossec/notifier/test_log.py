"""What goes into the journal never holds what a library was given."""

import io
import socket
import ssl
import subprocess
import sys
import unittest
from contextlib import redirect_stderr

from bake_notifier.log import describe, warn
from support import PROGRAMS, SECRET, folder


class LogTest(unittest.TestCase):
    def test_describes_errors_without_their_text(self) -> None:
        verification = ssl.SSLCertVerificationError(1, f"for {SECRET}")
        verification.verify_code = 62
        for error, said in (
            (ValueError(SECRET), "ValueError"),
            (OSError(2, SECRET, SECRET), "FileNotFoundError (No such file or directory)"),
            (OSError(SECRET), "OSError"),
            (verification, "SSLCertVerificationError (code 62)"),
            (ssl.SSLError(1, SECRET), "SSLError (None)"),
            (socket.gaierror(-2, "Name or service not known"), "gaierror (Name or service not known)"),
        ):
            self.assertEqual(describe(error), said)

    def test_writes_one_line(self) -> None:
        log = io.StringIO()
        with redirect_stderr(log):
            warn("a\nb\x1b[31m" + "x" * 1000)
        self.assertRegex(log.getvalue(), r"^<4>a b\\x1b\[31mx+… \(\d+ more\)\n$")

    def test_no_traceback_shows_a_text_either(self) -> None:
        program = f"""
import sys, threading
sys.path.insert(0, {str(PROGRAMS)!r})
from bake_notifier.log import take_over_errors
take_over_errors()
def fail():
    raise RuntimeError("https://hooks.example/{SECRET}")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
fail()
"""
        with folder() as path:
            (path / "program.py").write_text(program)
            done = subprocess.run([sys.executable, "-B", path / "program.py"], capture_output=True, text=True)
        self.assertNotIn(SECRET, done.stderr)
        self.assertEqual(done.stderr.count("bug: RuntimeError at fail:"), 2)
        self.assertNotEqual(done.returncode, 0)


class CommandLineTest(unittest.TestCase):
    def run_it(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-IBS", str(PROGRAMS / "bake-notifier"), *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    def test_checks_a_file(self) -> None:
        from test_routes import settings

        with folder() as path:
            file = path / "notify.json"
            file.write_text(settings())
            done = self.run_it("check", str(file))
            self.assertEqual((done.returncode, done.stdout), (0, f"{file}: 2 rules, 2 hooks\n"))
            file.write_text(settings(per_minute=0))
            done = self.run_it("check", str(file))
            self.assertEqual(
                (done.returncode, done.stderr),
                (78, f"{file}: notify.json.per_minute: a whole number, 1 or more\n"),
            )
        self.assertEqual(self.run_it("check", "/nonexistent").returncode, 78)

    def test_refuses_what_it_does_not_know(self) -> None:
        for arguments in ((), ("start",), ("run", "--url=x"), ("status", "--verbose")):
            self.assertEqual(self.run_it(*arguments).returncode, 2)

    def test_does_not_run_without_settings(self) -> None:
        done = self.run_it("run")
        self.assertEqual((done.returncode, done.stdout), (78, ""))
        self.assertIn("/etc/bake/ossec/notify.json: FileNotFoundError", done.stderr)


if __name__ == "__main__":
    unittest.main()
