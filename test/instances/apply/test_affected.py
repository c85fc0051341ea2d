"""Only those daemons are started again that have to know of a change."""

import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, os.environ["BAKE_APPLY"])
import affected  # noqa: E402
import baseline  # noqa: E402

WANTED = ["analysisd", "execd", "logcollector", "syscheckd", "monitord"]
TOGETHER = ["analysisd", "logcollector", "syscheckd"]
CONF = "<ossec_config><rules><include>a.xml</include></rules><localfile>{}</localfile>" \
       "<rootcheck>{}</rootcheck></ossec_config>"


class Daemons(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        for module, name in ((affected, "HOME"), (affected, "CONFIGURATION"), (baseline, "DATABASE")):
            self.addCleanup(setattr, module, name, getattr(module, name))
        affected.HOME = self.folder
        affected.CONFIGURATION = str(self.folder / "etc/ossec.conf")
        baseline.DATABASE = self.folder / "syscheck"
        self.known("/etc/hosts")

    def known(self, *paths, flags="+++"):
        baseline.DATABASE.write_text("".join(f"{flags}1:33188:0:0:a:b !1 {path}\n" for path in paths))

    def names(self, path, source=None):
        return affected.daemons([path], [], {path: source}.get, WANTED)

    def test_what_only_the_notifier_reads_touches_nobody_else(self):
        self.known("/srv/x")
        for path in ("/etc/bake/ossec/notify.json", "/usr/local/lib/bake/bake_notifier/post.py"):
            self.assertEqual(self.names(path), (["bake-notifier"], False))

    def test_rules_are_told_to_those_that_go_together(self):
        self.assertEqual(self.names(str(self.folder / "rules/bake_rules.xml"))[0], TOGETHER)

    def test_a_section_of_the_configuration_is_told_to_its_readers(self):
        old, new = self.folder / "etc/ossec.conf", self.folder / "new"
        old.parent.mkdir()
        old.write_text(CONF.format("x", "y"))
        new.write_text(CONF.format("other", "y"))
        self.assertEqual(self.names(str(old), str(new))[0], TOGETHER)
        new.write_text(CONF.replace("rules>", "unknown>").format("x", "y"))
        self.assertEqual(self.names(str(old), str(new))[0], WANTED)
        new.write_text("<no xml")
        self.assertEqual(self.names(str(old), str(new))[0], WANTED)

    def test_a_unit_is_read_again_and_its_daemon_started_anew(self):
        found = self.names("/etc/systemd/system/ossec@monitord.service.d/bake.conf")
        self.assertEqual(found, ([*TOGETHER, "monitord"], True))

    def test_a_file_that_appears_where_others_are_watched_is_seen_by_ossec(self):
        new = "/etc/systemd/system/bake-new.service"
        self.assertEqual(self.names(new), ([*TOGETHER, "bake-notifier"], True))
        self.known("/etc/hosts", flags="#++")
        self.assertEqual(self.names(new), (["bake-notifier"], True), "an entry that holds no more")


if __name__ == "__main__":
    unittest.main()
