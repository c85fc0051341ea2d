"""Files change together, or are as they were: also where the program is gone in between."""

import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, os.environ["BAKE_APPLY"])
import base  # noqa: E402
import baseline  # noqa: E402
import enabling  # noqa: E402
import transaction  # noqa: E402

ME = {"mode": 0o640, "uid": os.getuid(), "gid": os.getgid()}


class Files(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        for module, name, path in ((baseline, "DATABASE", "no database"), (transaction, "OPEN", "open.json"),
                                   (transaction, "KEPT", "kept")):
            self.addCleanup(setattr, module, name, getattr(module, name))
            setattr(module, name, self.folder / path)
        self.old, self.gone, self.new = (self.folder / name for name in ("old", "gone", "new"))
        self.old.write_text("old")
        self.old.chmod(0o600)
        self.gone.write_text("gone")
        self.source = self.folder / "source"
        self.source.write_text("pushed")
        self.files = [self.file(path) for path in (self.old, self.new)]

    def file(self, path):
        return {"path": str(path), "source": str(self.source), **ME}

    def begin(self):
        return transaction.Transaction.begin(self.files, [str(self.gone)])

    def place(self, begun):
        begun.place(self.files, [str(self.gone)])

    def is_as_before(self):
        content = {path.name: path.read_text() for path in (self.old, self.gone, self.new) if path.exists()}
        return content == {"old": "old", "gone": "gone"} and self.old.stat().st_mode & 0o777 == 0o600

    def test_all_change(self):
        begun = self.begin()
        self.place(begun)
        begun.close()
        self.assertEqual((self.old.read_text(), self.new.read_text(), self.gone.exists()), ("pushed", "pushed", False))
        self.assertIsNone(transaction.Transaction.left_open())

    def test_what_another_run_has_left_is_undone(self):
        self.place(self.begin())
        transaction.Transaction.left_open().undo()
        self.assertTrue(self.is_as_before())

    def test_and_where_only_some_had_changed(self):
        begun = self.begin()
        begun.place(self.files[:1], [])
        transaction.Transaction.left_open().undo()
        self.assertTrue(self.is_as_before())

    def test_what_is_no_file_is_refused_before_anything_is_kept(self):
        for odd in (lambda path: path.symlink_to(self.old), pathlib.Path.mkdir, os.mkfifo):
            odd(self.new)
            with self.assertRaisesRegex(base.Refused, "new is not an ordinary file"):
                self.begin()
            self.assertIsNone(transaction.Transaction.left_open())
            self.new.rmdir() if self.new.is_dir() and not self.new.is_symlink() else self.new.unlink()

    def test_what_somebody_else_has_made_of_a_file_meanwhile_rings_also_where_it_is_undone(self):
        baseline.DATABASE = self.folder / "database"
        known = {path: baseline.facts(path) for path in (self.old, self.gone)}
        baseline.DATABASE.write_text("".join(f"+++{':'.join(facts[name] for name in baseline.FIELDS)} !1 {path}\n"
                                             for path, facts in known.items()))
        before = baseline.DATABASE.read_text()
        for theirs, is_silent in ((None, True), ("evil", False)):
            begun = self.begin()
            self.place(begun)
            begun.tell_baseline({})
            if theirs:
                self.old.write_text(theirs)
            begun.undo()
            self.assertTrue(self.is_as_before())
            self.assertEqual(baseline.DATABASE.read_text() == before, is_silent)

    def test_a_unit_that_is_new_begins_with_the_machine_and_no_more_where_it_is_undone(self):
        before, enabling.UNITS = enabling.UNITS, pathlib.PurePosixPath(self.folder)
        self.addCleanup(setattr, enabling, "UNITS", before)
        self.source.write_text("[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n")
        unit = self.folder / "new.service"
        files = [self.file(unit), self.file(self.folder / "new@.service")]
        made = enabling.links(files)
        link = self.folder / "multi-user.target.wants/new.service"
        self.assertEqual((made, enabling.names(made)), ([{"path": str(link), "to": str(unit)}], ["new.service"]))
        baseline.DATABASE = self.folder / "database"
        neighbour = f"+++1:33188:0:0:a:b !1 {self.folder}/x\n"
        baseline.DATABASE.write_text(neighbour)
        begun = transaction.Transaction.begin(files[:1], [], made)
        begun.place(files[:1], [])
        begun.tell_baseline({})
        self.assertEqual(os.readlink(link), str(unit))
        self.assertEqual(enabling.links(files[:1]), [])
        own = os.lstat(link)
        md5 = baseline.facts(unit)["md5"]
        self.assertIn(f"+++{own.st_size}:{0o120777}:{own.st_uid}:{own.st_gid}:{md5}:", baseline.DATABASE.read_text())
        transaction.Transaction.left_open().undo()
        self.assertFalse(link.is_symlink() or unit.exists())
        self.assertEqual(baseline.DATABASE.read_text(), neighbour)


if __name__ == "__main__":
    unittest.main()
