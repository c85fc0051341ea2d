"""What a file shows of when it was changed, and who is asked about it."""

import hashlib
import os
import socket
import threading
import unittest
from pathlib import Path

from bake_maintenance.declared import Declared
from bake_maintenance.look import look
from bake_maintenance.packages import PackageFile, Packages
from bake_maintenance.window import Change
from bake_maintenance.witness import WitnessError, answer, ask, ask_package, serve
from support import folder


class LookTest(unittest.TestCase):
    def setUp(self) -> None:
        opened = folder()
        self.root = opened.__enter__().resolve()
        self.addCleanup(opened.__exit__, None, None, None)
        self.app = self.root / "app"
        (self.app / "static").mkdir(parents=True)
        self.file = self.app / "static" / "page.html"
        self.file.write_text("page")

    def look(self, path: Path) -> Change | None:
        return look(str(path), ["/nowhere", str(self.app)])

    def test_a_file_has_its_own_time_and_that_of_the_folders_above(self) -> None:
        found = self.look(self.file)
        assert found is not None
        self.assertEqual(found.at, self.file.stat().st_ctime)
        self.assertEqual(found.above, max(self.app.stat().st_ctime, self.file.parent.stat().st_ctime))

    def test_times_that_people_may_set_count_for_nothing(self) -> None:
        os.utime(self.file, (1, 1))
        found = self.look(self.file)
        assert found is not None
        self.assertGreater(found.at, 1_000_000)

    def test_what_is_gone_has_the_time_of_what_is_left_of_the_way(self) -> None:
        for gone in (self.file.with_name("gone"), self.app / "gone" / "deep" / "file"):
            found = self.look(gone)
            left = gone.parent if gone.parent.exists() else self.app
            assert found is not None
            self.assertEqual(found.at, left.stat().st_ctime)
            self.assertGreaterEqual(found.above, found.at)

    def test_a_link_counts_with_what_it_leads_to_and_only_inside(self) -> None:
        link = self.app / "current.html"
        link.symlink_to(self.file)
        found = self.look(link)
        assert found is not None
        self.assertEqual(found.at, max(link.lstat().st_ctime, self.file.stat().st_ctime))
        outside = self.root / "outside"
        outside.write_text("")
        link.unlink()
        link.symlink_to(outside)
        self.assertIsNone(self.look(link))
        link.unlink()
        link.symlink_to("nothing")
        self.assertIsNone(self.look(link))

    def test_what_runs_as_another_is_no_deployment(self) -> None:
        for mode, told in ((0o755, True), (0o4755, False), (0o2755, False)):
            self.file.chmod(mode)
            self.assertEqual(self.look(self.file) is not None, told)

    def test_a_declared_folder_may_be_a_link_itself(self) -> None:
        (self.root / "www").symlink_to(self.app)
        self.assertIsNotNone(look(str(self.root / "www/static/page.html"), [str(self.root / "www")]))

    def test_tells_nothing_of_what_is_not_declared_or_not_clear(self) -> None:
        beside = self.root / "app2"
        beside.write_text("")
        for path in (
            beside,
            self.app,
            self.app / "static",
            f"{self.app}/static/../../app2",
            f"{self.app}//static/page.html",
            f"{self.app}/{'x' * 600}",
            f"{self.app}/\0",
            "app/static",
            "",
        ):
            with self.subTest(path):
                self.assertIsNone(look(str(path), [str(self.app)]))

    def test_a_name_that_goes_on_after_a_line_end_spoils_its_beginning(self) -> None:
        self.assertIsNotNone(self.look(self.file))
        self.file.with_name("page.html\nother").write_text("")
        self.assertIsNone(self.look(self.file))
        (self.app / "gone\nother").mkdir()
        self.assertIsNone(self.look(self.app / "gone"))


class PackagesTest(unittest.TestCase):
    """dpkg's own files below a folder, and the files that packages own beside them."""

    def setUp(self) -> None:
        opened = folder()
        self.root = opened.__enter__().resolve()
        self.addCleanup(opened.__exit__, None, None, None)
        (self.root / "dpkg/info").mkdir(parents=True)
        self.file = self.root / "program"
        self.own(self.file, b"1")
        self.write(self.file, b"1")
        self.status("Package: x\n")
        self.packages = Packages(self.root / "dpkg", self.root)

    def own(self, path: Path, content: bytes, package: str = "x") -> None:
        line = f"{hashlib.md5(content).hexdigest()}  {str(path)[1:]}\n"
        (self.root / f"dpkg/info/{package}.md5sums").write_text(line)

    def status(self, text: str) -> None:
        (self.root / "dpkg/status").write_text(text)

    def write(self, path: Path, content: bytes, mode: int = 0o755) -> None:
        path.write_bytes(content)
        path.chmod(mode)

    def fits(self, path: Path) -> bool | None:
        found = self.packages.look(str(path))
        return None if found is None else found.fits

    def test_a_file_fits_where_it_is_what_its_package_brought(self) -> None:
        found = self.packages.look(str(self.file))
        self.assertEqual(found, PackageFile(self.file.stat().st_ctime, True, os.geteuid() == 0))
        self.write(self.file, b"2")
        self.assertIs(self.fits(self.file), False)

    def test_a_new_version_is_read_and_a_package_that_went_forgotten(self) -> None:
        self.assertIs(self.fits(self.file), True)
        self.own(self.file, b"longer")
        self.assertIs(self.fits(self.file), False)
        self.write(self.file, b"longer")
        self.assertIs(self.fits(self.file), True)
        (self.root / "dpkg/info/x.md5sums").unlink()
        self.assertIsNone(self.fits(self.file))

    def test_configuration_is_in_the_status(self) -> None:
        conf = self.root / "with blank.conf"
        self.write(conf, b"1")
        digest = hashlib.md5(b"1").hexdigest()
        self.status(
            f"Package: x\nConffiles:\n {conf} {digest}\n {self.root}/old {digest} obsolete\n /x newconffile\n"
        )
        self.assertIs(self.fits(conf), True)
        self.write(conf, b"2")
        self.assertIs(self.fits(conf), False)

    def test_two_packages_may_bring_the_same_file(self) -> None:
        self.own(self.file, b"2", "x:i386")
        self.assertIs(self.fits(self.file), True)
        self.write(self.file, b"2")
        self.assertIs(self.fits(self.file), True)

    def test_knows_files_by_where_they_are_since_usr_was_merged(self) -> None:
        self.assertEqual(self.packages._real("/bin/ls"), "/bin/ls")
        (self.root / "bin").symlink_to("usr/bin")
        self.assertEqual(self.packages._real("/bin/ls"), "/usr/bin/ls")
        self.assertEqual(self.packages._real("/binary/ls"), "/binary/ls")

    def test_what_runs_as_another_or_others_may_write_is_not_plain(self) -> None:
        for mode, plain in ((0o755, True), (0o4755, False), (0o2755, False), (0o775, False), (0o757, False)):
            self.write(self.file, b"1", mode)
            found = self.packages.look(str(self.file))
            assert found is not None
            self.assertEqual(found.plain, plain and os.geteuid() == 0)

    def test_tells_nothing_of_what_nobody_owns_or_is_no_file(self) -> None:
        stranger = self.root / "stranger"
        stranger.write_bytes(b"1")
        self.assertIsNone(self.fits(stranger))
        self.file.rename(stranger)
        self.assertIsNone(self.fits(self.file))
        self.file.symlink_to(stranger)
        self.assertIsNone(self.fits(self.file))
        self.file.unlink()
        os.mkfifo(self.file)
        self.assertIsNone(self.fits(self.file))


class WitnessTest(unittest.TestCase):
    def setUp(self) -> None:
        opened = folder()
        self.root = opened.__enter__().resolve()
        self.addCleanup(opened.__exit__, None, None, None)
        self.address = self.root / "socket"
        self.app = self.root / "app"
        self.app.mkdir()
        (self.app / "file").write_text("")
        self.declared = Declared((str(self.app),), late_seconds=60)

    def test_answers_until_nobody_asks(self) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(str(self.address))
            listener.listen()
            thread = threading.Thread(target=serve, args=(self.declared, listener, 0.2), daemon=True)
            thread.start()
            # Somebody who says nothing, and somebody who hangs up.
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as mute:
                mute.connect(str(self.address))
            found = ask(str(self.app / "file"), self.address)
            self.assertEqual(found, look(str(self.app / "file"), [str(self.app)]))
            self.assertIsNotNone(found)
            self.assertIsNone(ask("/etc/passwd", self.address))
            self.assertIsNone(ask_package(str(self.app / "file"), self.address))
            thread.join(5)
            self.assertFalse(thread.is_alive())

    def test_is_quiet_about_anything_else(self) -> None:
        for question in (
            b"",
            b"{",
            b"[]",
            b"{}",
            b'{"path": 1}',
            b'{"path": "/etc/shadow", "of": "change"}',
            b'{"path": "/usr/bin/env", "of": "package"}',
            b"[" * 8000,
            b"\xff",
        ):
            with self.subTest(question[:20]):
                self.assertEqual(answer(self.declared, Packages(), question), b"null")

    def test_nobody_there(self) -> None:
        with self.assertRaises(WitnessError):
            ask("/x", self.address)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(str(self.address))
            listener.listen()
            with self.assertRaises(WitnessError):
                ask("/x", self.address, 0.05)


if __name__ == "__main__":
    unittest.main()
