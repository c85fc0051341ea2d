"""Lines of alerts.json, good and hostile."""

import json
import unittest

from bake_notifier.alert import LONGEST_LOG, read_alert
from support import alert_line


class GoodLines(unittest.TestCase):
    def test_says_what_ossec_says(self) -> None:
        alert = read_alert(alert_line(5720, "sshd[1]: Failed password for root"))
        assert alert is not None
        self.assertEqual((alert.rule, alert.level), (5720, 10))
        self.assertEqual(alert.description, "Multiple SSHD authentication failures.")
        self.assertEqual(alert.time, "2026-11-01T07:31:02Z")
        self.assertEqual(alert.log, "sshd[1]: Failed password for root")
        self.assertEqual(alert.source, "/var/log/auth.log")
        self.assertEqual(alert.file, "")

    def test_names_the_file_that_changed(self) -> None:
        alert = read_alert(
            alert_line(550, "Integrity checksum changed", SyscheckFile={"path": "/etc/passwd"})
        )
        assert alert is not None
        self.assertEqual(alert.file, "/etc/passwd")

    def test_a_path_is_there_to_the_letter_or_not_at_all(self) -> None:
        for path, exact in (
            ("/srv/app/a  b", True),
            ("/srv/ä", True),
            ("srv/app", False),
            ("/srv/\ufffd", False),
            ("/srv/\u202ea", False),
            ("/srv/a\nb", False),
            ("/srv/" + "x" * 2000, False),
            (None, False),
        ):
            with self.subTest(path=path):
                alert = read_alert(alert_line(550, "changed", SyscheckFile={"path": path}))
                assert alert is not None
                self.assertEqual(alert.path, path if exact else "")
                self.assertEqual(alert.seconds, 1793518262)

    def test_lacks_only_what_the_line_lacks(self) -> None:
        alert = read_alert(b'{"rule":{"sidid":510}}')
        assert alert is not None
        self.assertEqual(
            (alert.rule, alert.level, alert.description, alert.time, alert.log), (510, 0, "", "", "")
        )


class HostileLines(unittest.TestCase):
    def test_takes_bytes_that_are_no_text(self) -> None:
        alert = read_alert(alert_line(5720, "@").replace(b'"@"', b'"\xff\xfe\x80 \xc3("'))
        assert alert is not None
        self.assertIn("\ufffd", alert.log)

    def test_takes_raw_control_characters_and_shows_them(self) -> None:
        alert = read_alert(alert_line(5720, "@").replace(b'"@"', b'"a\x1b[31m\x00\x07b"'))
        assert alert is not None
        self.assertEqual(alert.log, "a\\x1b[31m\\x00\\x07b")

    def test_shows_what_makes_text_look_different(self) -> None:
        alert = read_alert(alert_line(5720, "exe.\u202etxt\u200b \ud800"))
        assert alert is not None
        self.assertEqual(alert.log, "exe.\\u202etxt\\u200b \\ud800")
        json.dumps(alert.log).encode("ascii").decode("utf-8")

    def test_is_bounded(self) -> None:
        alert = read_alert(alert_line(5720, "x" * 1_000_000))
        assert alert is not None
        self.assertLessEqual(len(alert.log), LONGEST_LOG)
        self.assertRegex(alert.log, r"^x+… \(99\d{4} more\)$")

    def test_is_bounded_where_every_character_grows(self) -> None:
        alert = read_alert(alert_line(5720, "\u202e" * 100_000))
        assert alert is not None
        self.assertLessEqual(len(alert.log), LONGEST_LOG)

    def test_description_is_one_line(self) -> None:
        alert = read_alert(alert_line(rule={"sidid": 1, "level": 3, "comment": "a\n\tb\r\nc"}))
        assert alert is not None
        self.assertEqual(alert.description, "a b\\x0d c")

    def test_refuses_what_is_no_alert(self) -> None:
        lines = [
            b"",
            b"\x00" * 100,
            b"not JSON",
            alert_line()[:-20],
            alert_line() + alert_line(),
            b"[]",
            b"null",
            b'"rule"',
            b"{}",
            b'{"rule":[]}',
            b'{"rule":{}}',
            b'{"rule":{"sidid":"5720"}}',
            b'{"rule":{"sidid":true}}',
            b'{"rule":{"sidid":5720.5}}',
            b'{"rule":{"sidid":0}}',
            b'{"rule":{"sidid":-1}}',
            b'{"rule":{"sidid":1e400}}',
            b'{"rule":{"sidid":' + b"9" * 10_000 + b"}}",
            b"[" * 100_000,
            b'{"a":' * 100_000,
        ]
        for line in lines:
            with self.subTest(line=line[:60]):
                self.assertIsNone(read_alert(line))

    def test_takes_wrong_types_for_missing(self) -> None:
        for value in ([], {}, None, True, 1.5, -3, "x", 10**30, float("inf")):
            with self.subTest(value=value):
                line = json.dumps(
                    {
                        "rule": {"sidid": 5720, "level": value, "comment": value},
                        "TimeStamp": value,
                        "full_log": value,
                        "logfile": value,
                        "SyscheckFile": value,
                    }
                ).encode()
                alert = read_alert(line)
                assert alert is not None
                self.assertIsInstance(alert.level, int)
                for text in (alert.description, alert.log, alert.source, alert.file, alert.time):
                    self.assertIsInstance(text, str)


if __name__ == "__main__":
    unittest.main()
