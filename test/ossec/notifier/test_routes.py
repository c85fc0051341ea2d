"""notify.json: the shape that bake renders, and nothing else."""

import json
import unittest

from bake_notifier.routes import Route, SettingsError, UrlSource, decide, read_settings
from support import alert


def settings(**changes: object) -> str:
    content: dict[str, object] = {
        "fleet": "shop",
        "image": "web",
        "hooks": {
            "hook-1": {"url": {"ssm_parameter": "/shop/ossec/slack"}, "format": "slack"},
            "hook-2": {"url": {"file": "/etc/bake/ossec/hooks/hook-2.url"}, "format": "json"},
        },
        "routes": {"510": {"hook": "hook-1", "level": 7, "description": "…"}, "533": {"hook": "hook-2"}},
        "per_minute": 30,
        "heartbeat_seconds": None,
        "probe_seconds": 600,
        **changes,
    }
    return json.dumps(content)


class RoutesTest(unittest.TestCase):
    def test_reads_what_bake_renders(self) -> None:
        found = read_settings(settings())
        self.assertEqual(found.hooks["hook-1"].url, UrlSource("ssm_parameter", "/shop/ossec/slack"))
        self.assertEqual(found.hooks["hook-2"].format, "json")
        self.assertEqual(found.routes[510], Route("hook-1", 7, "…"))
        self.assertIsNone(found.heartbeat_seconds)
        self.assertEqual(read_settings(settings(heartbeat_seconds=86400)).heartbeat_seconds, 86400)

    def test_decides_by_the_rule_alone(self) -> None:
        found = read_settings(settings())
        self.assertEqual(decide(found, alert(533)), Route("hook-2", None, None))
        self.assertIsNone(decide(found, alert(5710)))

    def test_takes_any_number_of_hooks(self) -> None:
        hooks = {f"hook-{n}": {"url": {"secrets_manager": f"s{n}"}, "format": "json"} for n in range(300)}
        routes = {str(1000 + n): {"hook": f"hook-{n}"} for n in range(300)}
        found = read_settings(settings(hooks=hooks, routes=routes))
        self.assertEqual(len({decide(found, alert(1000 + n)) for n in range(300)}), 300)

    def test_says_what_is_wrong_and_where(self) -> None:
        url = {"ssm_parameter": "/a"}
        for change, where in (
            ({"fleet": ""}, "notify.json.fleet"),
            ({"image": 1}, "notify.json.image"),
            ({"hooks": []}, "hooks"),
            ({"hooks": {"../x": {"url": url, "format": "json"}}}, "hooks.../x"),
            ({"hooks": {"h": {"url": {}, "format": "json"}}, "routes": {}}, "hooks.h.url"),
            ({"hooks": {"h": {"url": {**url, "file": "/x"}, "format": "json"}}}, "hooks.h.url"),
            ({"hooks": {"h": {"url": {"file": "/etc/passwd"}, "format": "json"}}}, "hooks.h.url.file"),
            ({"hooks": {"h": {"url": {"ssm_parameter": 1}, "format": "json"}}}, "hooks.h.url.ssm_parameter"),
            ({"hooks": {"h": {"url": url, "format": "xml"}}, "routes": {}}, "hooks.h.format"),
            ({"routes": {"x": {"hook": "hook-1"}}}, "routes.x"),
            ({"routes": {"0": {"hook": "hook-1"}}}, "routes.0"),
            ({"routes": {"510": {"hook": "hook-9"}}}, "routes.510.hook"),
            ({"routes": {"510": {"hook": "hook-1", "level": "7"}}}, "routes.510.level"),
            ({"routes": {"510": {"hook": "hook-1", "description": ""}}}, "routes.510.description"),
            ({"per_minute": 0}, "notify.json.per_minute"),
            ({"per_minute": True}, "notify.json.per_minute"),
            ({"heartbeat_seconds": 1}, "notify.json.heartbeat_seconds"),
            ({"probe_seconds": None}, "notify.json.probe_seconds"),
        ):
            with self.subTest(where=where), self.assertRaises(SettingsError) as raised:
                read_settings(settings(**change))  # type: ignore[arg-type]
            self.assertTrue(str(raised.exception).startswith(f"{where}:"), str(raised.exception))

    def test_refuses_what_is_not_json(self) -> None:
        for text in ("", "{", "[" * 100_000):
            with self.subTest(text=text[:5]), self.assertRaises(SettingsError):
                read_settings(text)


if __name__ == "__main__":
    unittest.main()
