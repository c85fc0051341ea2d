"""What the notifier's tests share: alerts as OSSEC writes them, and servers on this machine's loopback."""

import json
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bake_notifier.alert import Alert
from bake_notifier.notification import Notification

PROGRAMS = Path(__file__).resolve().parents[3] / "provisioners/ossec-config/rootfs/usr/local/lib/bake"

SECRET = "T0000-B0000-SeCrEtOfAHook"
"""Part of every hook's URL in a test; it must be seen nowhere else."""


def alert_line(number: int = 5720, log: str = "a log line", **changes: object) -> bytes:
    """A line of alerts.json, without its end, as OSSEC 4.1.0 wrote it on Debian 12."""
    content: dict[str, object] = {
        "rule": {"level": 10, "comment": "Multiple SSHD authentication failures.", "sidid": number},
        "id": "1793518262.4711",
        "TimeStamp": 1793518262000,
        "decoder": "sshd",
        "location": "/var/log/auth.log",
        "full_log": log,
        "hostname": "ip-10-0-0-5",
        "logfile": "/var/log/auth.log",
        **changes,
    }
    return json.dumps(content, separators=(",", ":")).encode()


def alert(rule: int = 5720, log: str = "a log line") -> Alert:
    return Alert(
        rule=rule,
        level=10,
        description="Multiple SSHD authentication failures.",
        time="2026-11-01T12:00:00Z",
        log=log,
        source="/var/log/auth.log",
        file="",
    )


def notification(title: str = "Something happened", **changes: object) -> Notification:
    values: dict[str, object] = {
        "kind": "alert",
        "time": "2026-11-01T12:00:00Z",
        "host": "web-1",
        "title": title,
        "level": 10,
        "rule": 5720,
        **changes,
    }
    return Notification(**values)  # type: ignore[arg-type]


@dataclass(slots=True)
class Received:
    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(slots=True)
class Reply:
    status: int = 200
    body: bytes = b"ok"
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    """How long the answer takes."""


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Clients that hang up are what some tests are about."""


class Server:
    """Answers as `answer` says, which tests replace, and keeps what it received."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.received: list[Received] = []
        self.answer: Callable[[Received], Reply] = lambda _: Reply()
        self._lock = threading.Lock()
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            # The handshake belongs to the connection's thread, not to the one that accepts.
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def bodies(self) -> list[dict[str, object]]:
        with self._lock:
            return [json.loads(received.body) for received in self.received]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def handle_any(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", "0")))
                received = Received(self.command, self.path, headers, body)
                with server._lock:
                    server.received.append(received)
                reply = server.answer(received)
                time.sleep(reply.seconds)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            do_GET = do_POST = do_PUT = handle_any  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@dataclass(frozen=True, slots=True)
class Certificates:
    authority: Path
    """Whom clients trust."""
    server: Path
    """For `localhost`: certificate and key."""
    stranger: Path
    """For `localhost`, too, by an authority that nobody trusts."""


def make_certificates(folder: Path) -> Certificates:
    _openssl(folder, "authority", "localhost", [])
    _openssl(folder, "unknown", "localhost", [])
    for name, signer in (("server", "authority"), ("stranger", "unknown")):
        _openssl(folder, name, "localhost", ["-CA", f"{signer}.crt", "-CAkey", f"{signer}.key"])
        (folder / f"{name}.pem").write_bytes(
            (folder / f"{name}.crt").read_bytes() + (folder / f"{name}.key").read_bytes()
        )
    return Certificates(folder / "authority.crt", folder / "server.pem", folder / "stranger.pem")


def _openssl(folder: Path, name: str, host: str, options: list[str]) -> None:
    kind = "CA:FALSE" if options else "CA:TRUE"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command += ["-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{host}"]
    command += ["-addext", f"basicConstraints=critical,{kind}", *options]
    command += ["-keyout", f"{name}.key", "-out", f"{name}.crt"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


_shared = threading.local()


def certificates() -> Certificates:
    """Made once for all tests."""
    if not hasattr(_shared, "made"):
        _shared.folder = tempfile.TemporaryDirectory(prefix="bake-notifier-")
        _shared.made = make_certificates(Path(_shared.folder.name))
    made: Certificates = _shared.made
    return made


class Metadata:
    """A metadata service that insists on session tokens."""

    def __init__(self) -> None:
        self.server = Server()
        self.server.answer = self._answer
        self.tokens = 0
        self.role = "web-role"
        self.documents = {
            "placement/region": "eu-central-1",
            "instance-id": "i-0123456789abcdef0",
            "ami-id": "ami-0fedcba9876543210",
        }
        self.access_key = "ASIAEXAMPLE"

    def _answer(self, received: Received) -> Reply:
        if received.method == "PUT" and received.path == "/latest/api/token":
            self.tokens += 1
            return Reply(body=f"token-{self.tokens}".encode())
        if received.headers.get("x-aws-ec2-metadata-token") != f"token-{self.tokens}":
            return Reply(401)
        path = received.path.removeprefix("/latest/meta-data/")
        if path == "iam/security-credentials/" and self.role:
            return Reply(body=self.role.encode())
        if path == f"iam/security-credentials/{self.role}" and self.role:
            document = {
                "Code": "Success",
                "AccessKeyId": self.access_key,
                "SecretAccessKey": "secret",
                "Token": "session",
            }
            return Reply(body=json.dumps(document).encode())
        found = self.documents.get(path)
        return Reply(404) if found is None else Reply(body=found.encode())


def eventually(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not happen in time")
        time.sleep(0.01)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bake-notifier-") as path:
        yield Path(path)
