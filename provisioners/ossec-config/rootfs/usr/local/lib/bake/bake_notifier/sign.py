"""AWS Signature Version 4 for a call with a JSON body: POST to /, no query. Pure."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Credentials:
    access_key_id: str
    secret_access_key: str
    token: str

    def __repr__(self) -> str:
        return "<credentials>"


def signed_headers(
    credentials: Credentials,
    region: str,
    service: str,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> dict[str, str]:
    """`headers` with those that make the call good. They must name the host; `now` is in UTC."""
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    to_sign = {**headers, "X-Amz-Date": stamp, "X-Amz-Security-Token": credentials.token}
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    names, signature = _signature(credentials.secret_access_key, scope, to_sign, body)
    credential = f"{credentials.access_key_id}/{scope}"
    authorization = f"Credential={credential}, SignedHeaders={names}, Signature={signature}"
    return {**to_sign, "Authorization": f"AWS4-HMAC-SHA256 {authorization}"}


def _signature(secret: str, scope: str, headers: Mapping[str, str], body: bytes) -> tuple[str, str]:
    canonical = sorted((name.lower(), " ".join(value.split())) for name, value in headers.items())
    names = ";".join(name for name, _ in canonical)
    lines = "".join(f"{name}:{value}\n" for name, value in canonical)
    request = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    stamp = headers["X-Amz-Date"]
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return names, hmac.digest(key, to_sign.encode(), "sha256").hex()
