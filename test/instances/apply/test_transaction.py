"""Files change together, or are as they were: also where the program is gone in between."""

import grp
import os
import pathlib
import pwd
import sys
import tempfile
import unittest

sys.path.insert(0, os.environ["BAKE_APPLY"])
import baseline  # noqa: E402
import transaction  # noqa: E402

ME = {"mode": "0640", "owner": pwd.getpwuid(os.getuid()).pw_name, "group": grp.getgrgid(os.getgid()).gr_name}


class Files(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        baseline.DATABASE = self.folder / "no database"
        transaction.OPEN = self.folder / "open.json"
        transaction.KEPT = self.folder / "kept"
        self.old, self.gone, self.new = (self.folder / name for name in ("old", "gone", "new"))
        self.old.write_text("old")
        self.old.chmod(0o600)
        self.gone.write_text("gone")
        self.source = self.folder / "source"
        self.source.write_text("pushed")
        self.files = [{"path": str(path), **ME} for path in (self.old, self.new)]

    def begin(self):
        return transaction.Transaction.begin([str(path) for path in (self.old, self.new, self.gone)])

    def place(self, begun):
        begun.place(self.files, [str(self.gone)], lambda _: self.source)

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
        begun.place(self.files[:1], [], lambda _: self.source)
        transaction.Transaction.left_open().undo()
        self.assertTrue(self.is_as_before())


if __name__ == "__main__":
    unittest.main()
