"""One exchange over HTTP: no proxy, no redirect, no environment variable has a say, and it ends in time."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .log import describe

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
"""Whom to trust; part of the image."""

_LARGEST_ANSWER = 64 * 1024


class ExchangeError(Exception):
    """There was no answer; the text says why, without anything that was sent."""


@dataclass(frozen=True, slots=True)
class Request:
    host: str
    port: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    def __repr__(self) -> str:
        return "<request>"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    retry_after: str


class Web:
    """Exchanges that trust the certificates of one file."""

    def __init__(self, certificates: Path = CERTIFICATES, seconds: float = 10.0) -> None:
        """`seconds`: how long an exchange may take as a whole, names aside."""
        self._certificates = certificates
        self._seconds = seconds
        self._context: ssl.SSLContext | None = None

    def exchange(self, request: Request) -> Answer:
        """Over TLS. Raises ExchangeError."""
        try:
            context = self._trust()
        except OSError as error:
            raise ExchangeError(f"{self._certificates}: {describe(error)}") from None
        connection = http.client.HTTPSConnection(
            request.host, request.port, timeout=self._seconds, context=context
        )
        return _exchange(connection, request, self._seconds)

    def exchange_plain(self, request: Request) -> Answer:
        """Without TLS, which only the metadata service is asked for. Raises ExchangeError."""
        connection = http.client.HTTPConnection(request.host, request.port, timeout=self._seconds)
        return _exchange(connection, request, self._seconds)

    def _trust(self) -> ssl.SSLContext:
        """Not the default context: that one obeys SSL_CERT_FILE and SSLKEYLOGFILE."""
        if self._context is None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.load_verify_locations(cafile=str(self._certificates))
            self._context = context
        return self._context


def _exchange(connection: http.client.HTTPConnection, request: Request, seconds: float) -> Answer:
    # A server that sends a byte now and then would never run into a time limit of the socket's.
    end = threading.Timer(seconds, _cut, [connection])
    end.daemon = True
    end.start()
    try:
        connection.request(request.method, request.path, request.body, dict(request.headers))
        response = connection.getresponse()
        body = response.read(_LARGEST_ANSWER)
        return Answer(response.status, body, response.getheader("Retry-After") or "")
    except (OSError, http.client.HTTPException, ValueError) as error:
        # Not as its cause: its text may hold what was sent.
        raise ExchangeError(describe(error)) from None
    finally:
        end.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection) -> None:
    """Ends whatever waits for it in another thread."""
    if connection.sock is not None:
        with suppress(OSError):
            # Not TLS's own, which takes away what the other thread works with.
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
