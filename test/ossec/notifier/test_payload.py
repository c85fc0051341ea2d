"""What a hook gets is always valid JSON, says everything, and nothing of it is Slack's syntax."""

import json
import unittest
from dataclasses import replace

from bake_notifier.alert import read_alert
from bake_notifier.imds import Identity
from bake_notifier.notification import from_json, of_alert, to_json
from bake_notifier.payload import Origin, payload
from bake_notifier.routes import Format, Route
from support import alert, alert_line, notification

ORIGIN = Origin("shop", "web", Identity("eu-central-1", "i-0123456789abcdef0", "ami-0fedcba9876543210"))
HOSTILE = [
    'a " quote, a \\ backslash, a \\042 and a \\u0022',
    '","text":"injected","x":"',
    "line\nends\r\nand\ttabs",
    "<!channel> <@U123> <http://evil.example|click> & &lt;",
    "``` out of the block ```",
    "\x00\x1b[2J\x7f\u202e\u2028\ud800\ufffe",
    "𝕏 ünïcödé",
    "{{ template }} ${env} %s",
    "x" * 100_000,
    "&" * 100_000,
]


class Slack(unittest.TestCase):
    def text(self, log: str = "a log line", **changes: object) -> str:
        found = json.loads(payload("slack", notification(log=log, **changes), ORIGIN))
        self.assertEqual(set(found), {"text", "unfurl_links", "unfurl_media"})
        return str(found["text"])

    def test_says_everything(self) -> None:
        text = self.text(source="/var/log/auth.log", file="/etc/passwd")
        self.assertEqual(
            text,
            "*Level 10: Something happened (rule 5720)*\n"
            "shop/web · i-0123456789abcdef0 · web-1 · 2026-11-01T12:00:00Z\n"
            "File: /etc/passwd · From: /var/log/auth.log\n"
            "```\na log line\n```",
        )

    def test_says_that_it_does_not_know_the_instance(self) -> None:
        found = json.loads(payload("slack", notification(), replace(ORIGIN, identity=None)))
        self.assertIn("instance unknown", found["text"])

    def test_mentions_nobody_and_links_nowhere(self) -> None:
        bad = "<!channel> <http://evil.example|click> & "
        for text in (
            self.text(bad),
            self.text(title=bad),
            self.text(file=bad),
            self.text(source=bad),
            self.text(text=bad),
        ):
            self.assertNotRegex(text, r"<|>|&(?!(amp|lt|gt);)")

    def test_stays_within_its_block_and_within_bounds(self) -> None:
        for log in HOSTILE:
            with self.subTest(log=log[:40]):
                text = self.text(log)
                self.assertEqual(text.count("```"), 2)
                self.assertLess(len(text), 20_000)


class Json(unittest.TestCase):
    def test_has_every_key(self) -> None:
        one = replace(alert(), file="/etc/passwd")
        found = json.loads(
            payload("json", of_alert(one, Route("hook-1", 12, "Someone guesses"), "web-1", "now"), ORIGIN)
        )
        self.assertEqual(
            found,
            {
                "version": 1,
                "kind": "alert",
                "time": "2026-11-01T12:00:00Z",
                "fleet": "shop",
                "image": "web",
                "instance": "i-0123456789abcdef0",
                "ami": "ami-0fedcba9876543210",
                "region": "eu-central-1",
                "host": "web-1",
                "level": 12,
                "title": "Someone guesses",
                "text": None,
                "rule": {"id": 5720, "level": 10, "description": "Multiple SSHD authentication failures."},
                "log": "a log line",
                "source": "/var/log/auth.log",
                "file": "/etc/passwd",
                "facts": {},
            },
        )

    def test_takes_the_rules_own_words_where_the_route_has_none(self) -> None:
        found = json.loads(
            payload("json", of_alert(alert(), Route("hook-1", None, None), "web-1", "now"), ORIGIN)
        )
        self.assertEqual((found["level"], found["title"]), (10, "Multiple SSHD authentication failures."))


class Hostile(unittest.TestCase):
    def test_is_valid_whatever_a_log_line_says(self) -> None:
        formats: tuple[Format, ...] = ("slack", "json")
        for log in HOSTILE:
            for made in formats:
                with self.subTest(log=log[:40], format=made):
                    read = read_alert(alert_line(5720, log))
                    assert read is not None
                    kept = from_json(to_json(of_alert(read, Route("hook-1", None, None), "web-1", "now")))
                    assert kept is not None
                    body = payload(made, kept, ORIGIN)
                    body.decode("ascii")
                    found = json.loads(body)
                    # A strict reader refuses half of a surrogate pair.
                    json.dumps(found, ensure_ascii=False).encode("utf-8")

    def test_what_is_kept_is_read_back_or_not_at_all(self) -> None:
        for content in (b"", b"{}", b"[]", b'{"kind":"alert"}', b'{"unknown":1}', b"\xff", b"[" * 100_000):
            self.assertIsNone(from_json(content))


if __name__ == "__main__":
    unittest.main()
