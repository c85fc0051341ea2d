"""OSSEC's database of files: what a push has changed is told, and nothing else."""

import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, os.environ["BAKE_APPLY"])
import baseline  # noqa: E402


def entry(path, flags="+++", **changes):
    values = {**baseline.facts(path), **changes}
    return f"{flags}{':'.join(values[name] for name in baseline.FIELDS)} !1795528429 {path}\n".encode()


class Database(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.file = self.folder / "watched/a"
        self.file.parent.mkdir()
        self.file.write_text("old")
        self.other = self.folder / "watched/b"
        self.other.write_text("other")
        baseline.DATABASE = self.folder / "syscheck"

    def write(self, *lines):
        baseline.DATABASE.write_bytes(b"".join(lines))

    def lines(self):
        return baseline.DATABASE.read_bytes().splitlines(keepends=True)

    def change(self, text="new"):
        before = baseline.facts(self.file)
        self.file.write_text(text)
        return before, baseline.facts(self.file)

    def test_an_entry_says_what_was_put_there(self):
        self.write(entry(self.file, "!++"), entry(self.other))
        misfits = baseline.tell({str(self.file): self.change()})
        self.assertEqual((misfits, self.lines()), ([], [entry(self.file, "!++"), entry(self.other)]))

    def test_what_somebody_has_changed_before_still_rings(self):
        self.write(entry(self.file, sha1="0" * 40))
        before = self.lines()
        self.assertEqual(baseline.tell({str(self.file): self.change()}), [str(self.file)])
        self.assertEqual(self.lines(), before)

    def test_what_somebody_changes_meanwhile_still_rings(self):
        self.write(entry(self.file))
        change = self.change("new")
        told = entry(self.file)
        self.file.write_text("somebody else's")
        baseline.tell({str(self.file): change})
        self.assertEqual(self.lines(), [told])

    def test_a_new_file_gets_an_entry_like_its_neighbours_and_a_removed_one_none(self):
        self.write(entry(self.other))
        baseline.tell({str(self.file): (None, baseline.facts(self.file))})
        self.assertEqual(self.lines(), [entry(self.other), entry(self.file)])
        baseline.tell({str(self.file): (baseline.facts(self.file), None)})
        self.assertEqual(self.lines(), [entry(self.other)])

    def test_what_is_not_watched_gets_none(self):
        elsewhere = self.folder / "elsewhere"
        self.write(b"+++1:2:3:4:x:y !1 /etc/hosts\n")
        baseline.tell({str(elsewhere): (None, baseline.facts(self.file))})
        self.assertEqual(self.lines(), [b"+++1:2:3:4:x:y !1 /etc/hosts\n"])

    def test_shorter_entries_and_lines_of_another_form_are_kept(self):
        short = entry(self.file).replace(f":{baseline.facts(self.file)['sha256']}".encode(), b"")
        self.write(short, b"#!X0 gone\n", b"\xff\n")
        baseline.tell({str(self.file): self.change()})
        now = entry(self.file).replace(f":{baseline.facts(self.file)['sha256']}".encode(), b"")
        self.assertEqual(self.lines(), [now, b"#!X0 gone\n", b"\xff\n"])

    def test_an_entry_that_holds_no_more_is_let_be(self):
        old = baseline.facts(self.file)
        change = self.change("new")
        for stale in ([entry(self.file, "#++", **old)], [entry(self.file, "#++"), entry(self.file, "#++", **old)]):
            self.write(*stale, entry(self.file, "!++", **old))
            self.assertEqual(baseline.tell({str(self.file): change}), [])
            self.assertEqual(self.lines(), [*stale, entry(self.file, "!++")])

    def test_nothing_is_read_or_written_through_a_link(self):
        self.write(entry(self.file))
        real = baseline.DATABASE.rename(self.folder / "real")
        baseline.DATABASE.symlink_to(real)
        before = real.read_bytes()
        baseline.tell({str(self.file): self.change()})
        self.assertEqual((baseline.known(), real.read_bytes()), (set(), before))
        baseline.DATABASE.unlink()
        real.rename(baseline.DATABASE)
        os.chmod(baseline.DATABASE, 0o640)
        baseline.DATABASE.with_name(".syscheck.bake").symlink_to(self.other)
        baseline.tell({str(self.file): self.change("newer")})
        self.assertEqual((self.other.read_text(), baseline.DATABASE.stat().st_mode & 0o777), ("other", 0o640))

    def test_a_link_follows_its_file(self):
        link = self.folder / "watched/link"
        link.symlink_to(self.file)
        own = {"size": "9", "mode": baseline.LINK.decode()}
        self.write(entry(link, **own), entry(self.file))
        baseline.tell({str(self.file): self.change()})
        self.assertEqual(self.lines(), [entry(link, **own), entry(self.file)])


if __name__ == "__main__":
    unittest.main()
