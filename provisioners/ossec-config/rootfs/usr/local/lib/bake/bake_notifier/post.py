"""One post to a hook, and what its answer means for what comes next."""

from dataclasses import dataclass
from typing import Literal

from .hook_urls import HookUrl
from .web import Answer, ExchangeError, Request, Web

Meaning = Literal["delivered", "later", "wrong-url", "refused"]

_LONGEST_WAIT = 300.0
_GONE = {401, 403, 404, 410}


@dataclass(frozen=True, slots=True)
class Outcome:
    meaning: Meaning
    """`later`: the same again; `wrong-url`: it may be another by now; `refused`: it won't take this one."""
    reason: str
    wait: float | None = None
    """Seconds that the hook asked for."""


def post(web: Web, url: HookUrl, body: bytes) -> Outcome:
    headers = {"Content-Type": "application/json", "User-Agent": "bake-notifier"}
    if url.port != 443:
        headers["Host"] = f"{url.host}:{url.port}"
    try:
        return meaning_of(web.exchange(Request(url.host, url.port, "POST", url.target, headers, body)))
    except ExchangeError as error:
        return Outcome("later", f"no answer: {error}")


def meaning_of(answer: Answer) -> Outcome:
    """Pure. The answer's text is not shown: it may repeat what was sent."""
    status = answer.status
    reason = f"HTTP {status}"
    if 200 <= status < 300:
        return Outcome("delivered", reason)
    if status == 429:
        return Outcome("later", reason, _seconds(answer.retry_after))
    if status in _GONE or 300 <= status < 400:
        # A redirect is not followed: it would take the notification, and the secret, elsewhere.
        return Outcome("wrong-url", reason)
    if status >= 500 or status in {408, 425}:
        return Outcome("later", reason)
    return Outcome("refused", reason)


def _seconds(text: str) -> float | None:
    """Only the form that counts seconds; never longer than some minutes."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return None
    return min(float(text), _LONGEST_WAIT)
