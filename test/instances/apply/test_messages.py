"""Lines become the messages that OSSEC's own reader makes of them."""

import os
import sys
import unittest

sys.path.insert(0, os.environ["BAKE_APPLY"])
import messages  # noqa: E402


def made(kind, *batches):
    _, make = messages.FORMATS[kind]
    messages_of = make()
    return [messages_of(batch) for batch in batches]


class Messages(unittest.TestCase):
    def test_a_line_is_a_message(self):
        self.assertEqual(made("syslog", [b"a", b"b"]), [[b"a", b"b"]])

    def test_audit_puts_together_what_belongs_to_an_event(self):
        lines = [b"type=A msg=audit(1.5:7): a", b"type=B msg=audit(1.5:7): b", b"nothing", b"type=C msg=audit(1.5:8): c"]
        self.assertEqual(made("audit", lines), [[b" ".join(lines[:2]), lines[3]]])
        self.assertEqual(len(made("audit", lines[:1] * 20)[0][0].split(b"type=")), 1 + messages.AUDIT_LINES)

    def test_mysql_gives_its_time_to_those_that_have_none(self):
        before, first = b"\t\t      7 Quit x", b"070823 21:01:30\t    6 Connect root@localhost"
        self.assertEqual(made("mysql_log", [before, first, b"other"], [before]), [
            [b"MySQL log: 070823 21:01:30 6 Connect root@localhost"],
            [b"MySQL log: 070823 21:01:30 7 Quit x"],
        ])

    def test_postgresql_goes_on_after_a_tab(self):
        line = b"[2007-08-31 19:17:32.186 ADT] 192.0.2.9:db LOG: select"
        self.assertEqual(made("postgresql_log", [b"\tlost", line, b"\tfrom t", b"x", line]), [
            [line + b" \tfrom t", line],
        ])

    def test_snort_leaves_out_the_date(self):
        what, kind = b"[**] [1:2:3] scan [**]", b"[Classification: bad] [Priority: 2] "
        when = b"01/13-15:04:05.1 192.0.2.1:1 -> 192.0.2.2:2"
        self.assertEqual(made("snort-full", [what, kind, when, b"TCP TTL:64", b"", what], [b"[Priority: 3]", when]), [
            [what + kind + b"192.0.2.1:1 -> 192.0.2.2:2"],
            [what + b"[Classification: Preprocessor] [Priority: 3] 192.0.2.1:1 -> 192.0.2.2:2"],
        ])
        self.assertEqual(made("snort-full", [what, when]), [
            [what + b"[Classification: Preprocessor] [Priority: 3] 192.0.2.1:1 -> 192.0.2.2:2"],
        ])
        self.assertEqual(made("snort-full", [what, b"rubbish", kind, when]), [[]])


if __name__ == "__main__":
    unittest.main()
