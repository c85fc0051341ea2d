"""One exchange: whom it trusts, what it ignores, and that it ends."""

import socket
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

from bake_notifier.web import CERTIFICATES, ExchangeError, Request, Web
from support import SECRET, Reply, Server, certificates


class WebTest(unittest.TestCase):
    def server(self, stranger: bool = False) -> Server:
        made = certificates()
        server = Server(made.stranger if stranger else made.server)
        self.addCleanup(server.close)
        return server

    def web(self, seconds: float = 5.0) -> Web:
        return Web(certificates().authority, seconds)

    def request(self, port: int, host: str = "localhost") -> Request:
        return Request(host, port, "POST", f"/{SECRET}?a=b", {"Content-Type": "application/json"}, b"{}")

    def refused(self, web: Web, request: Request) -> str:
        with self.assertRaises(ExchangeError) as raised:
            web.exchange(request)
        self.assertNotIn(SECRET, str(raised.exception))
        self.assertIsNone(raised.exception.__cause__)
        return str(raised.exception)

    def test_sends_and_receives(self) -> None:
        server = self.server()
        server.answer = lambda _: Reply(429, b"slow down", {"Retry-After": "7"})
        answer = self.web().exchange(self.request(server.port))
        self.assertEqual((answer.status, answer.body, answer.retry_after), (429, b"slow down", "7"))
        self.assertEqual((server.received[0].path, server.received[0].body), (f"/{SECRET}?a=b", b"{}"))

    def test_trusts_one_file_and_no_variable(self) -> None:
        server = self.server(stranger=True)
        trusting = {
            "SSL_CERT_FILE": str(certificates().stranger),
            "SSL_CERT_DIR": "/",
            "SSLKEYLOGFILE": "/tmp/keys",
        }
        with mock.patch.dict("os.environ", trusting):
            self.assertEqual(
                self.refused(self.web(), self.request(server.port)), "SSLCertVerificationError (code 20)"
            )
        self.assertEqual(server.received, [])

    def test_the_name_must_be_the_certificates(self) -> None:
        server = self.server()
        said = self.refused(self.web(), self.request(server.port, "127.0.0.1"))
        self.assertEqual(said, "SSLCertVerificationError (code 64)")

    def test_uses_no_proxy(self) -> None:
        server = self.server()
        proxy = "http://127.0.0.1:1"
        with mock.patch.dict("os.environ", {"https_proxy": proxy, "HTTPS_PROXY": proxy, "ALL_PROXY": proxy}):
            self.assertEqual(self.web().exchange(self.request(server.port)).status, 200)

    def test_follows_no_redirect(self) -> None:
        server = self.server()
        server.answer = lambda _: Reply(
            307, headers={"Location": f"https://localhost:{server.port}/elsewhere"}
        )
        self.assertEqual(self.web().exchange(self.request(server.port)).status, 307)
        self.assertEqual(len(server.received), 1)

    def test_reads_no_more_of_an_answer_than_it_needs(self) -> None:
        server = self.server()
        server.answer = lambda _: Reply(body=b"x" * 10_000_000)
        self.assertLessEqual(len(self.web().exchange(self.request(server.port)).body), 64 * 1024)

    def test_ends_in_time(self) -> None:
        server = self.server()
        server.answer = lambda _: Reply(seconds=3)
        began = time.monotonic()
        self.refused(self.web(0.2), self.request(server.port))
        self.assertLess(time.monotonic() - began, 1.5)

    def test_ends_in_time_where_bytes_drip(self) -> None:
        drip = _Drip(b"HTTP/1.1 200 OK\r\n" + b"X-Header: value\r\n" * 1000)
        self.addCleanup(drip.close)
        began = time.monotonic()
        with self.assertRaises(ExchangeError):
            Web(seconds=0.3).exchange_plain(self.request(drip.port, "127.0.0.1"))
        self.assertLess(time.monotonic() - began, 1.5)

    def test_ends_in_time_where_a_handshake_drips(self) -> None:
        # The beginning of a TLS record of 16,384 bytes.
        drip = _Drip(b"\x16\x03\x03\x40\x00" + b"\x02" * 10_000)
        self.addCleanup(drip.close)
        began = time.monotonic()
        self.refused(self.web(0.3), self.request(drip.port))
        self.assertLess(time.monotonic() - began, 1.5)

    def test_says_what_went_wrong_without_what_was_sent(self) -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            port = closed.getsockname()[1]
        self.assertEqual(
            self.refused(self.web(), self.request(port)), "ConnectionRefusedError (Connection refused)"
        )
        self.assertRegex(self.refused(self.web(), self.request(port, "no.such.host.invalid")), "^gaierror")
        bad = Request("localhost", port, "POST", f"/{SECRET} \n", {}, b"")
        self.assertEqual(self.refused(self.web(), bad), "InvalidURL")
        missing = Web(Path("/nonexistent"))
        self.assertIn("/nonexistent: FileNotFoundError", self.refused(missing, self.request(port)))

    def test_a_request_does_not_show_itself(self) -> None:
        self.assertNotIn(SECRET, repr(self.request(1)))

    def test_trusts_the_images_certificates_otherwise(self) -> None:
        self.assertEqual(str(CERTIFICATES), "/etc/ssl/certs/ca-certificates.crt")


class _Drip:
    """Sends a byte now and then, for ever."""

    def __init__(self, content: bytes) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._content = content
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        try:
            connection, _ = self._listener.accept()
            with connection:
                for byte in self._content:
                    connection.send(bytes([byte]))
                    time.sleep(0.05)
        except OSError:
            pass


if __name__ == "__main__":
    unittest.main()
