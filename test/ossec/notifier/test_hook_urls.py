"""Where a hook's URL comes from, whom that can be asked, and that it never shows."""

import json
import unittest
from pathlib import Path

from bake_notifier.hook_urls import HookUrl, HookUrls, UrlError, aws_endpoint, parse_url
from bake_notifier.imds import Metadata as Imds
from bake_notifier.routes import UrlSource
from bake_notifier.web import Web
from support import SECRET, Metadata, Received, Reply, Server, certificates, folder

URL = f"https://hooks.slack.com/services/{SECRET}"
PARAMETER = UrlSource("ssm_parameter", "/shop/ossec/slack")


class FetchTest(unittest.TestCase):
    def setUp(self) -> None:
        self.metadata = Metadata()
        self.aws = Server(certificates().server)
        self.aws.answer = self.answer
        self.value = URL
        opened = folder()
        self.folder = opened.__enter__()
        self.addCleanup(opened.__exit__, None, None, None)
        self.addCleanup(self.metadata.server.close)
        self.addCleanup(self.aws.close)
        self.asked: list[tuple[str, str]] = []
        web = Web(certificates().authority, 2.0)
        imds = Imds(web, "127.0.0.1", self.metadata.server.port)
        self.urls = HookUrls(web, imds, self.endpoint, self.folder)

    def endpoint(self, service: str, region: str) -> tuple[str, int]:
        self.asked.append((service, region))
        return "localhost", self.aws.port

    def answer(self, received: Received) -> Reply:
        if received.headers["x-amz-target"] == "AmazonSSM.GetParameter":
            return Reply(body=json.dumps({"Parameter": {"Value": self.value}}).encode())
        return Reply(body=json.dumps({"SecretString": self.value}).encode())

    def refused(self, source: UrlSource = PARAMETER) -> str:
        with self.assertRaises(UrlError) as raised:
            self.urls.fetch(source)
        self.assertNotIn(SECRET, str(raised.exception))
        return str(raised.exception)

    def test_asks_ssm_by_the_instances_role(self) -> None:
        url = self.urls.fetch(PARAMETER)
        self.assertEqual((url.host, url.port, url.target), ("hooks.slack.com", 443, f"/services/{SECRET}"))
        self.assertEqual(self.asked, [("ssm", "eu-central-1")])
        sent = self.aws.received[0]
        self.assertEqual(json.loads(sent.body), {"Name": "/shop/ossec/slack", "WithDecryption": True})
        self.assertEqual(sent.headers["x-amz-security-token"], "session")
        self.assertEqual(sent.headers["content-type"], "application/x-amz-json-1.1")
        self.assertRegex(
            sent.headers["authorization"],
            r"^AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/\d{8}/eu-central-1/ssm/aws4_request, "
            r"SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$",
        )

    def test_asks_secrets_manager(self) -> None:
        self.assertEqual(self.urls.fetch(UrlSource("secrets_manager", "shop/slack")), parse_url(URL))
        self.assertEqual(self.asked, [("secretsmanager", "eu-central-1")])
        self.assertEqual(self.aws.received[0].headers["x-amz-target"], "secretsmanager.GetSecretValue")
        self.assertEqual(json.loads(self.aws.received[0].body), {"SecretId": "shop/slack"})

    def test_reads_what_systemd_shows_of_the_image(self) -> None:
        (self.folder / "hooks_hook-2.url").write_text(f"{URL}\n")
        found = self.urls.fetch(UrlSource("file", "/etc/bake/ossec/hooks/hook-2.url"))
        self.assertEqual(found, parse_url(URL))
        self.assertEqual(self.metadata.server.received, [])
        said = self.refused(UrlSource("file", "/etc/bake/ossec/hooks/hook-3.url"))
        self.assertRegex(said, r"^/etc/bake/ossec/hooks/hook-3.url can't be read: FileNotFoundError")

    def test_metadata_is_read_with_a_token_once(self) -> None:
        self.urls.fetch(PARAMETER)
        before = len(self.metadata.server.received)
        self.urls.fetch(PARAMETER)
        self.assertEqual(len(self.metadata.server.received), before)
        self.assertEqual(self.metadata.tokens, 1)

    def test_an_old_token_is_replaced(self) -> None:
        self.urls.fetch(PARAMETER)
        self.metadata.tokens += 1
        self.aws.answer = lambda _: Reply(400, b'{"__type":"ExpiredTokenException"}')
        self.refused()
        self.aws.answer = self.answer
        self.metadata.access_key = "ASIANEWER"
        self.urls.fetch(PARAMETER)
        self.assertIn("Credential=ASIANEWER/", self.aws.received[-1].headers["authorization"])

    def test_says_what_is_missing(self) -> None:
        self.aws.answer = lambda _: Reply(
            400, b'{"__type":"com.amazon#AccessDeniedException","message":"no"}'
        )
        self.assertEqual(
            self.refused(),
            "ssm refuses /shop/ossec/slack: AccessDeniedException; the instance's role needs ssm:GetParameter",
        )
        self.aws.answer = lambda _: Reply(500, b"<html>")
        self.assertIn("HTTP 500", self.refused())
        self.aws.answer = lambda _: Reply(200, b'{"Parameter":{}}')
        self.assertEqual(self.refused(), "/shop/ossec/slack holds no text")
        self.metadata.role = ""
        self.aws.answer = lambda _: Reply(400)
        self.refused()
        self.assertIn("the instance has no role", self.refused())

    def test_says_that_nobody_answers(self) -> None:
        self.aws.close()
        self.assertRegex(self.refused(), r"^ssm in eu-central-1 does not answer: \w+")

    def test_a_strange_region_becomes_no_host(self) -> None:
        self.metadata.documents["placement/region"] = "evil.example/#"
        self.assertEqual(self.refused(), "the metadata service's region is none")
        self.assertEqual(self.asked, [])

    def test_strange_credentials_become_no_header(self) -> None:
        self.metadata.access_key = "A\r\nHost: evil.example"
        self.assertIn("has no credentials", self.refused())


class EndpointTest(unittest.TestCase):
    def test_follows_from_the_region(self) -> None:
        self.assertEqual(aws_endpoint("ssm", "eu-central-1"), ("ssm.eu-central-1.amazonaws.com", 443))
        self.assertEqual(aws_endpoint("ssm", "us-gov-west-1"), ("ssm.us-gov-west-1.amazonaws.com", 443))
        self.assertEqual(
            aws_endpoint("secretsmanager", "cn-north-1"), ("secretsmanager.cn-north-1.amazonaws.com.cn", 443)
        )

    def test_nothing_on_the_machine_is_asked_for_it(self) -> None:
        """Only these may read the environment, or files that a role's script could write."""
        package = (
            Path(__file__).resolve().parents[3]
            / "provisioners/ossec-config/rootfs/usr/local/lib/bake/bake_notifier"
        )
        users = {
            path.name
            for path in package.glob("*.py")
            if "environ" in path.read_text().replace("environment", "")
        }
        self.assertEqual(users, {"systemd.py"})


class ParseTest(unittest.TestCase):
    def test_takes_urls(self) -> None:
        self.assertEqual(
            parse_url(" https://hooks.example:8443/a?b=c#d \n"), HookUrl("hooks.example", 8443, "/a?b=c")
        )
        self.assertEqual(parse_url("https://hooks.example"), HookUrl("hooks.example", 443, "/"))

    def test_refuses_everything_else_without_showing_it(self) -> None:
        for text in (
            "",
            SECRET,
            f"http://hooks.example/{SECRET}",
            f"file:///{SECRET}",
            f"https://{SECRET}@hooks.example/",
            f"https://hooks.example/{SECRET} HTTP/1.1\r\nHost: evil",
            f"https://hooks.example/{SECRET}\x00",
            f"https://hooks.example/{SECRET}é",
            f"https://hooks.example:99999/{SECRET}",
            f"https:///{SECRET}",
            f"https://-x/{SECRET}",
            f"https://[::1/{SECRET}",
            f'{{"url": "https://hooks.example/{SECRET}"}}',
            "https://hooks.example/" + SECRET * 1000,
        ):
            with self.subTest(text=text[:60]), self.assertRaises(UrlError) as raised:
                parse_url(text)
            self.assertNotIn(SECRET, str(raised.exception))

    def test_does_not_show_itself(self) -> None:
        self.assertNotIn(SECRET, f"{parse_url(URL)} {parse_url(URL)!r} {[parse_url(URL)]}")


if __name__ == "__main__":
    unittest.main()
