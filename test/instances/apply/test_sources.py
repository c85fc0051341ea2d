"""Log lines that nobody has read are brought, each once, also from a file that was rotated meanwhile."""

import os
import pathlib
import sys
import tempfile
import types
import unittest
import unittest.mock

sys.path.insert(0, os.environ["BAKE_APPLY"])
import affected  # noqa: E402
import hearing  # noqa: E402
import journal  # noqa: E402
import sources  # noqa: E402

CONFIGURATION = """<ossec_config>
<localfile><log_format>syslog</log_format><location>/var/log/auth.log</location></localfile>
<localfile><log_format>journald</log_format><location>all</location></localfile>
<localfile><log_format>full_command</log_format><command>/bin/x</command></localfile>
<localfile><log_format>multi-line: 3</log_format><location>/var/log/many</location></localfile>
<localfile><log_format>audit</log_format><location>/var/log/audit.log</location></localfile>
<rules><include>a.xml</include></rules>
</ossec_config>"""


class Sources(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.log = pathlib.Path(scratch.name) / "auth.log"
        self.log.write_bytes(b"read\nnot read\n")
        reader = self.enterContext(open(self.log, "rb"))
        reader.seek(5)
        self.file = sources.File(str(self.log), self.position())

    def position(self):
        return sources.positions(os.getpid(), [str(self.log)])[str(self.log)]

    def append(self, text):
        with open(self.log, "ab") as log:
            log.write(text)

    def rotate(self, text):
        self.log.rename(self.log.with_name("auth.log.1"))
        self.log.write_bytes(text)

    def new(self):
        return self.file.lines(self.file.mark())

    def test_begins_where_it_was_stopped_and_waits_for_whole_lines(self):
        self.append(b"half")
        self.assertEqual(self.new(), [b"not read"])
        self.append(b" line\n")
        self.assertEqual(self.new(), [b"half line"])
        self.assertEqual(self.new(), [])

    def test_goes_up_to_a_mark(self):
        mark = self.file.mark()
        self.append(b"later\n")
        self.assertEqual(self.file.lines(mark), [b"not read"])

    def test_brings_nothing_twice_for_a_mark_that_was_passed(self):
        mark = self.file.mark()
        self.rotate(b"first\n")
        self.assertEqual(self.new(), [b"not read", b"first"])
        self.assertEqual(self.file.lines(mark), [])
        mark = self.file.mark()
        self.append(b"second\n")
        self.assertEqual(self.new(), [b"second"])
        self.assertEqual(self.file.lines(mark), [])

    def test_finds_the_end_of_what_was_rotated_even_if_it_is_gone(self):
        self.rotate(b"first\n")
        self.log.with_name("auth.log.1").unlink()
        self.assertEqual(self.new(), [b"not read", b"first"])

    def test_finds_what_was_rotated_and_is_still_being_read(self):
        self.rotate(b"first\n")
        self.file.opened.close()
        self.file = sources.File(str(self.log), self.position())
        self.assertEqual(self.new(), [b"not read", b"first"])

    def test_reads_from_the_beginning_what_was_cut_off(self):
        os.truncate(self.log, 0)
        self.append(b"new\n")
        self.assertEqual(self.new(), [b"new"])

    def test_a_line_ends_where_ossec_says(self):
        self.append(b"one\rline\x0b\n\nnext\n")
        self.assertEqual(self.new(), [b"not read", b"one\rline\x0b", b"", b"next"])

    def test_a_file_that_is_gone_is_no_error(self):
        self.log.unlink()
        self.assertEqual(self.new(), [])

    def test_knows_what_can_be_brought(self):
        path = self.log.with_name("ossec.conf")
        path.write_text(CONFIGURATION)
        self.assertEqual(sources.configured(path),
                         {"/var/log/auth.log": "syslog", "journald": "journald", "/var/log/audit.log": "audit"})

    def test_knows_it_also_where_somebody_has_made_of_the_file_what_is_no_xml(self):
        path = self.log.with_name("ossec.conf")
        path.write_text(f"{CONFIGURATION}<!-- <localfile></localfile> -->{CONFIGURATION}</x>"
                        "<localfile><log_format>syslog</log_format><location>a&b</location></localfile>")
        self.assertEqual(set(sources.configured(path)), {"/var/log/auth.log", "journald", "/var/log/audit.log"})
        path.unlink()
        self.assertEqual(sources.configured(path), {})

    def test_brings_all_lines_but_those_of_its_own_probe(self):
        probe = hearing.Probe()
        other = hearing.Probe()
        own = f"host bake-probe: {probe.token} 12."
        strange = [f"sshd: Failed password for {user} from 203.0.113.9"
                   for user in ("bake-push-x", probe.token, f"bake-probe: {probe.token} 1.")]
        self.append("".join(f"{line}\n" for line in [own, *strange, f"bake-probe: {other.token} 1."]).encode())
        replay = sources.Replay.__new__(sources.Replay)
        replay.is_own, replay.sources, replay.sent = probe.is_own, [self.file], 0
        sent = []
        replay.forward(types.SimpleNamespace(send=sent.append))
        self.assertEqual([line.split(b":", 2)[2].decode() for line in sent],
                         ["not read", *strange, f"bake-probe: {other.token} 1."])

    def test_what_is_in_the_journal_twice_or_no_text_is_a_line_too(self):
        for said, message in ((["a", "b"], "a"), ([[98, 255], [99]], "b\ufffd"), (None, ""), ([None, "a"], ""),
                              ("\ud800", "?"), ([], ""), (7, "")):
            entry = {"__REALTIME_TIMESTAMP": "1795528429123456", "MESSAGE": said, "SYSLOG_IDENTIFIER": ["x", "y"]}
            self.assertTrue(journal.syslog_line(entry).decode().endswith(f" localhost x: {message}"), said)

    def test_asks_the_journal_for_long_messages_too(self):
        folder = self.log.parent
        (folder / "journalctl").write_text("""#!/bin/sh
case " $* " in *" --all "*) said='"long"' ;; *) said=null ;; esac
printf '{"__CURSOR":"1","__REALTIME_TIMESTAMP":"1795528429123456","MESSAGE":%s}\\n' "$said"
""")
        (folder / "journalctl").chmod(0o755)
        with unittest.mock.patch.dict(os.environ, {"PATH": f"{folder}:{os.environ['PATH']}"}):
            self.assertTrue(journal.Journal(None).lines(None)[0].endswith(b": long"))

    def test_writes_lines_of_the_journal_as_ossec_does(self):
        entry = {"__REALTIME_TIMESTAMP": "1795528429123456", "_HOSTNAME": "h", "SYSLOG_IDENTIFIER": "sshd",
                 "MESSAGE": [104, 255]}
        self.assertRegex(journal.syslog_line(entry).decode(), r"^20..-..-..T..:..:..[+-]..:00 h sshd: h\ufffd$")


class Affected(unittest.TestCase):
    def test_sections_that_differ_say_whose_they_are(self):
        with tempfile.TemporaryDirectory() as folder:
            old, new = pathlib.Path(folder) / "old", pathlib.Path(folder) / "new"
            old.write_text(CONFIGURATION)
            new.write_text(CONFIGURATION.replace("a.xml", "b.xml"))
            self.assertEqual(affected.of_sections(old, new), {"analysisd"})
            new.write_text(CONFIGURATION.replace("auth.log", "syslog"))
            self.assertEqual(affected.of_sections(old, new), {"logcollector"})
            new.write_text(f"\n{CONFIGURATION}\n")
            self.assertEqual(affected.of_sections(old, new), set())
            new.write_text("no XML")
            self.assertEqual(affected.of_sections(old, new), affected.EVERY)

    def test_files_say_who_reads_them(self):
        expected = {
            "/var/ossec/rules/local_rules.xml": {"analysisd"},
            "/var/ossec/etc/local_internal_options.conf": affected.EVERY,
            "/etc/bake/ossec/notify.json": {"bake-notifier"},
            "/etc/bake/ossec/maintenance.json": {"bake-notifier"},
            "/etc/bake/ossec/ports.allow": set(),
            "/usr/local/lib/bake/bake_notifier/run.py": {"bake-notifier"},
            "/etc/systemd/system/ossec@syscheckd.service.d/bake.conf": {"syscheckd"},
            "/etc/systemd/system/ossec@.service": affected.EVERY,
        }
        for path, names in expected.items():
            self.assertEqual(affected.of_file(path, None), names, path)


if __name__ == "__main__":
    unittest.main()
