"""The instance metadata service, version 2: which instance this is, where, and its role's credentials."""

import json
import re
import threading
import time
from dataclasses import dataclass

from .sign import Credentials
from .web import Answer, ExchangeError, Request, Web

_TOKEN_SECONDS = 21600
# Credentials are renewed by the service some minutes before they end.
_CREDENTIALS_SECONDS = 300.0
_REGION = re.compile(r"[a-z]{2,3}(-[a-z]+){1,3}-[0-9]{1,2}")
_IDENTIFIER = re.compile(r"[a-z]+-[0-9a-f]{1,40}")
_ROLE = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)


class MetadataError(Exception):
    """The text says what is missing."""


@dataclass(frozen=True, slots=True)
class Identity:
    region: str
    instance: str
    """`i-0123…`"""
    image: str
    """`ami-0123…`"""


class Metadata:
    """Any thread may ask; one asks at a time. `host` and `port` are given in tests only."""

    def __init__(self, web: Web, host: str = "169.254.169.254", port: int = 80) -> None:
        self._web = web
        self._host = host
        self._port = port
        self._lock = threading.Lock()
        self._token = ""
        self._identity: Identity | None = None
        self._credentials: tuple[Credentials, float] | None = None

    def identity(self) -> Identity:
        """Raises MetadataError."""
        with self._lock:
            if self._identity is None:
                self._identity = Identity(
                    region=_matching(_REGION, self._get("placement/region"), "region"),
                    instance=_matching(_IDENTIFIER, self._get("instance-id"), "instance id"),
                    image=_matching(_IDENTIFIER, self._get("ami-id"), "image id"),
                )
            return self._identity

    def known_identity(self) -> Identity | None:
        """What has been found out so far, without asking."""
        return self._identity

    def credentials(self) -> Credentials:
        """Raises MetadataError, also where the instance has no role."""
        with self._lock:
            now = time.monotonic()
            if self._credentials is None or self._credentials[1] <= now:
                self._credentials = (self._read_credentials(), now + _CREDENTIALS_SECONDS)
            return self._credentials[0]

    def forget_credentials(self) -> None:
        """They were refused: the next ones are read anew."""
        with self._lock:
            self._credentials = None

    def _read_credentials(self) -> Credentials:
        folder = "iam/security-credentials/"
        try:
            role = self._get(folder)
        except _NotThereError:
            raise MetadataError("the instance has no role: it needs an instance profile") from None
        content = self._get(folder + _matching(_ROLE, role.strip(), "role name"))
        try:
            found = json.loads(content)
            return Credentials(*(_header(found[key]) for key in ("AccessKeyId", "SecretAccessKey", "Token")))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise MetadataError("the metadata service has no credentials for the instance's role") from None

    def _get(self, path: str) -> str:
        for attempt in (1, 2):
            if self._token == "":
                self._token = self._new_token()
            headers = {"X-aws-ec2-metadata-token": self._token}
            answer = self._ask("GET", f"/latest/meta-data/{path}", headers)
            if answer.status == 200:
                return answer.body.decode("utf-8", "replace")
            if answer.status == 401 and attempt == 1:
                self._token = ""
                continue
            break
        if answer.status == 404:
            raise _NotThereError(f"the metadata service has no {path}")
        raise MetadataError(f"the metadata service answers {answer.status}")

    def _new_token(self) -> str:
        headers = {"X-aws-ec2-metadata-token-ttl-seconds": str(_TOKEN_SECONDS)}
        answer = self._ask("PUT", "/latest/api/token", headers)
        if answer.status != 200:
            raise MetadataError(f"the metadata service gives no token: it answers {answer.status}")
        try:
            return _header(answer.body.decode("utf-8", "replace").strip())
        except ValueError:
            raise MetadataError("the metadata service's token is none") from None

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> Answer:
        try:
            return self._web.exchange_plain(Request(self._host, self._port, method, path, headers))
        except ExchangeError as error:
            raise MetadataError(f"the metadata service does not answer: {error}") from None


class _NotThereError(MetadataError):
    """It answers, and has no such thing."""


def _header(value: object) -> str:
    """What may be a header's value. Raises ValueError."""
    if isinstance(value, str) and value != "" and value.isascii() and value.isprintable():
        return value
    raise ValueError


def _matching(expression: re.Pattern[str], text: str, what: str) -> str:
    """What becomes part of a host's name or of a path is looked at first."""
    if expression.fullmatch(text):
        return text
    raise MetadataError(f"the metadata service's {what} is none")
