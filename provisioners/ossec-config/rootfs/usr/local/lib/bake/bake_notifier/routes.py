"""notify.json, which bake renders: what leaves the machine, and where to. Pure.

`decide` is the one place where it is decided what becomes of an alert.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .alert import Alert

UrlKind = Literal["ssm_parameter", "secrets_manager", "file"]
Format = Literal["slack", "json"]

_KINDS: Mapping[str, UrlKind] = {
    "ssm_parameter": "ssm_parameter",
    "secrets_manager": "secrets_manager",
    "file": "file",
}
_FORMATS: Mapping[str, Format] = {"slack": "slack", "json": "json"}

# A hook's name is part of file names.
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_BAKED = "/etc/bake/ossec/hooks/{}.url"
_SHORTEST_INTERVAL = 60


class SettingsError(Exception):
    """notify.json is not what bake renders; the text says where."""


@dataclass(frozen=True, slots=True)
class UrlSource:
    """Where a hook's URL is kept; the URL itself is a secret."""

    kind: UrlKind
    name: str
    """Of the parameter, of the secret, or the file's path."""


@dataclass(frozen=True, slots=True)
class Hook:
    name: str
    url: UrlSource
    format: Format


@dataclass(frozen=True, slots=True)
class Route:
    hook: str
    level: int | None
    """What the notification says instead of the rule's own."""
    description: str | None


@dataclass(frozen=True, slots=True)
class Settings:
    fleet: str
    image: str
    hooks: Mapping[str, Hook]
    routes: Mapping[int, Route]
    per_minute: int
    heartbeat_seconds: int | None
    probe_seconds: int


def decide(settings: Settings, alert: Alert) -> Route | None:
    """Where the alert goes; None where it stays on the machine."""
    return settings.routes.get(alert.rule)


def read_settings(text: str) -> Settings:
    """Raises SettingsError."""
    try:
        root = _object(json.loads(text), "notify.json")
    except (ValueError, RecursionError) as error:
        raise SettingsError("notify.json is not JSON") from error
    hooks = {name: _hook(name, value) for name, value in _object(root.get("hooks"), "hooks").items()}
    routes = {
        _rule(rule): _route(rule, value, hooks)
        for rule, value in _object(root.get("routes"), "routes").items()
    }
    heartbeat = root.get("heartbeat_seconds")
    return Settings(
        fleet=_text(root, "fleet"),
        image=_text(root, "image"),
        hooks=hooks,
        routes=routes,
        per_minute=_number(root, "per_minute", 1),
        heartbeat_seconds=None
        if heartbeat is None
        else _number(root, "heartbeat_seconds", _SHORTEST_INTERVAL),
        probe_seconds=_number(root, "probe_seconds", _SHORTEST_INTERVAL),
    )


def _hook(name: str, value: object) -> Hook:
    where = f"hooks.{name}"
    if not _NAME.fullmatch(name):
        raise SettingsError(f"{where}: a name has lower-case letters, digits and dashes")
    hook = _object(value, where)
    url = _object(hook.get("url"), f"{where}.url")
    kinds = [kind for key, kind in _KINDS.items() if key in url]
    if len(kinds) != 1:
        raise SettingsError(f"{where}.url: exactly one of {', '.join(_KINDS)}")
    kind = kinds[0]
    source = _text(url, kind, f"{where}.url")
    if kind == "file" and source != _BAKED.format(name):
        raise SettingsError(f"{where}.url.file: only {_BAKED.format(name)}")
    made = _FORMATS.get(str(hook.get("format")))
    if made is None:
        raise SettingsError(f"{where}.format: one of {', '.join(_FORMATS)}")
    return Hook(name, UrlSource(kind, source), made)


def _rule(key: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", key):
        raise SettingsError(f"routes.{key}: the id of a rule, 1 to 999999")
    return int(key)


def _route(rule: str, value: object, hooks: Mapping[str, Hook]) -> Route:
    where = f"routes.{rule}"
    route = _object(value, where)
    hook, level, description = route.get("hook"), route.get("level"), route.get("description")
    if not isinstance(hook, str) or hook not in hooks:
        raise SettingsError(f"{where}.hook: no such hook")
    if level is not None:
        level = _number(route, "level", 0, where)
    if description is not None:
        description = _text(route, "description", where)
    return Route(hook, level, description)


def _object(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise SettingsError(f"{where}: an object")
    return value


def _text(values: Mapping[str, object], key: str, where: str = "notify.json") -> str:
    value = values.get(key)
    if not isinstance(value, str) or value == "":
        raise SettingsError(f"{where}.{key}: a text")
    return value


def _number(values: Mapping[str, object], key: str, least: int, where: str = "notify.json") -> int:
    value = values.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise SettingsError(f"{where}.{key}: a whole number, {least} or more")
    return value
