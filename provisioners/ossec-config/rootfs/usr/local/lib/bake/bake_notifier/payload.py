"""A notification in the format of a hook. Pure."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .imds import Identity
from .notification import Notification
from .routes import Format

# Slack shows some 4,000 characters well, and cuts at 40,000; escapes make a character five at most.
_LONGEST_SLACK_LOG = 2500


@dataclass(frozen=True, slots=True)
class Origin:
    """Which machine says it."""

    fleet: str
    image: str
    """`base`, or a role's name."""
    identity: Identity | None
    """Unknown where the metadata service doesn't answer."""


def payload(made: Format, notification: Notification, origin: Origin) -> bytes:
    """A JSON object in ASCII."""
    return json.dumps(_FORMATS[made](notification, origin)).encode()


def _slack(notification: Notification, origin: Origin) -> Mapping[str, object]:
    """Text in Slack's mrkdwn; nobody is mentioned and nothing is fetched, whatever a log line says."""
    lines = [f"*{_mrkdwn(_slack_title(notification))}*", _mrkdwn(_where(notification, origin))]
    lines += [_mrkdwn(line) for line in (notification.text, _from(notification)) if line]
    if notification.log:
        lines.append(f"```\n{_code_block(notification.log)}\n```")
    return {"text": "\n".join(lines), "unfurl_links": False, "unfurl_media": False}


def _slack_title(notification: Notification) -> str:
    if notification.rule is None:
        return notification.title
    return f"Level {notification.level}: {notification.title} (rule {notification.rule})"


def _where(notification: Notification, origin: Origin) -> str:
    instance = "instance unknown" if origin.identity is None else origin.identity.instance
    return f"{origin.fleet}/{origin.image} · {instance} · {notification.host} · {notification.time}"


def _from(notification: Notification) -> str:
    parts = [("File", notification.file), ("From", notification.source)]
    return " · ".join(f"{name}: {value}" for name, value in parts if value)


def _mrkdwn(text: str) -> str:
    """The three characters that Slack's references and links are made of."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code_block(log: str) -> str:
    if len(log) > _LONGEST_SLACK_LOG:
        log = f"{log[:_LONGEST_SLACK_LOG]}… ({len(log) - _LONGEST_SLACK_LOG} more)"
    # Three backticks would end the block.
    return _mrkdwn(log.replace("```", "` ` `"))


def _json(notification: Notification, origin: Origin) -> Mapping[str, object]:
    """Every key is always there; null where there is nothing to say."""
    identity = origin.identity
    return {
        "version": 1,
        "kind": notification.kind,
        "time": notification.time,
        "fleet": origin.fleet,
        "image": origin.image,
        "instance": None if identity is None else identity.instance,
        "ami": None if identity is None else identity.image,
        "region": None if identity is None else identity.region,
        "host": notification.host,
        "level": notification.level,
        "title": notification.title,
        "text": notification.text or None,
        "rule": _rule(notification),
        "log": notification.log or None,
        "source": notification.source or None,
        "file": notification.file or None,
        "facts": notification.facts,
    }


def _rule(notification: Notification) -> Mapping[str, object] | None:
    if notification.rule is None:
        return None
    return {
        "id": notification.rule,
        "level": notification.rule_level,
        "description": notification.rule_description,
    }


_FORMATS: Mapping[Format, Callable[[Notification, Origin], Mapping[str, object]]] = {
    "slack": _slack,
    "json": _json,
}
