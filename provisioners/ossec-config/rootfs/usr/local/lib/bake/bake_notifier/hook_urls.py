"""Where a hook's URL comes from: an SSM parameter, a secret, or a file that was baked into the image.

Which endpoint is asked follows from the instance's region alone.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from .imds import Metadata, MetadataError
from .log import describe
from .routes import UrlSource
from .sign import signed_headers
from .systemd import CREDENTIALS
from .web import ExchangeError, Request, Web

_LONGEST_URL = 2048
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
# What can stand in a request line: printable ASCII without the space.
_TARGET = re.compile(r"/[!-~]*")


class UrlError(Exception):
    """There is no URL; the text says why, and never holds one."""


@dataclass(frozen=True, slots=True)
class HookUrl:
    """A secret: it shows itself to nobody."""

    host: str
    port: int
    target: str
    """Path and query."""

    def __repr__(self) -> str:
        return "<a hook's URL>"


@dataclass(frozen=True, slots=True)
class _Service:
    """How a service is asked for one secret text."""

    name: str
    operation: str
    permission: str
    body: dict[str, object]
    path: tuple[str, str] | tuple[str]


def _ssm(name: str) -> _Service:
    body: dict[str, object] = {"Name": name, "WithDecryption": True}
    return _Service("ssm", "AmazonSSM.GetParameter", "ssm:GetParameter", body, ("Parameter", "Value"))


def _secrets_manager(name: str) -> _Service:
    body: dict[str, object] = {"SecretId": name}
    operation = "secretsmanager.GetSecretValue"
    return _Service("secretsmanager", operation, "secretsmanager:GetSecretValue", body, ("SecretString",))


def aws_endpoint(service: str, region: str) -> tuple[str, int]:
    """Host and port."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"{service}.{region}.{suffix}", 443


class HookUrls:
    """Fetches URLs. `endpoint` and `folder` are given in tests only."""

    def __init__(
        self,
        web: Web,
        metadata: Metadata,
        endpoint: Callable[[str, str], tuple[str, int]] = aws_endpoint,
        folder: Path = CREDENTIALS,
    ) -> None:
        self._web = web
        self._metadata = metadata
        self._endpoint = endpoint
        self._folder = folder

    def fetch(self, source: UrlSource) -> HookUrl:
        """Raises UrlError."""
        match source.kind:
            case "file":
                return parse_url(self._read(source.name))
            case "ssm_parameter":
                return parse_url(self._ask(_ssm(source.name), source.name))
            case "secrets_manager":
                return parse_url(self._ask(_secrets_manager(source.name), source.name))

    def _read(self, path: str) -> str:
        try:
            return (self._folder / f"hooks_{Path(path).name}").read_text("ascii")
        except (OSError, ValueError) as error:
            raise UrlError(f"{path} can't be read: {describe(error)}") from None

    def _ask(self, service: _Service, name: str) -> str:
        try:
            region = self._metadata.identity().region
            credentials = self._metadata.credentials()
            host, port = self._endpoint(service.name, region)
            body = json.dumps(service.body).encode()
            headers = {
                "Host": host if port == 443 else f"{host}:{port}",
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": service.operation,
            }
            now = datetime.now(UTC)
            signed = signed_headers(credentials, region, service.name, headers, body, now)
            answer = self._web.exchange(Request(host, port, "POST", "/", signed, body))
        except MetadataError as error:
            raise UrlError(str(error)) from None
        except ExchangeError as error:
            raise UrlError(f"{service.name} in {region} does not answer: {error}") from None
        if answer.status != 200:
            # Whatever was wrong with them, the next attempt gets new ones.
            self._metadata.forget_credentials()
            code = _code(answer.body, answer.status)
            raise UrlError(
                f"{service.name} refuses {name}: {code}; the instance's role needs {service.permission}"
            )
        return _value(answer.body, service.path, name)


def parse_url(text: str) -> HookUrl:
    """Takes `https://HOST[:PORT]/PATH`. Raises UrlError."""
    text = text.strip()
    wrong = UrlError("what is stored is not the URL of a hook: https://HOST/PATH, and nothing else")
    if len(text) > _LONGEST_URL or not text.isascii() or not text.isprintable():
        raise wrong
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise wrong from None
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    if (
        parts.scheme != "https"
        or "@" in parts.netloc
        or not _HOST.fullmatch(host)
        or not _TARGET.fullmatch(target)
    ):
        raise wrong
    return HookUrl(host, port, target)


def _value(body: bytes, path: tuple[str, ...], name: str) -> str:
    try:
        value = json.loads(body)
        for key in path:
            value = value[key]
    except (ValueError, KeyError, TypeError, RecursionError):
        value = None
    if not isinstance(value, str):
        raise UrlError(f"{name} holds no text")
    return value


def _code(body: bytes, status: int) -> str:
    """`AccessDeniedException`, as AWS's JSON services say it."""
    try:
        kind = json.loads(body)["__type"].rsplit("#", 1)[-1]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        kind = ""
    return kind if re.fullmatch(r"\w{1,100}", kind, re.ASCII) else f"HTTP {status}"
