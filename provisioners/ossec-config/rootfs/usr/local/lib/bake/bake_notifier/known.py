"""A maintenance window that was told, and what it has held back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bake_maintenance.clock import Moment
from bake_maintenance.window import Window

Why = Literal["ended", "time", "restarted", "clock", "gone"]
"""Why a window is over."""


@dataclass(slots=True)
class Known:
    window: Window
    held: dict[int, int] = field(default_factory=dict)
    """How many alerts of which rule it has held back, as far as nobody was told."""
    over: Why | None = None
    """Why it is over, which was told."""
    tell_at: float = 0.0
    """When to tell next what was held back after its end."""

    def counts(self) -> bool:
        """Whether it still covers anything."""
        return self.over in (None, "ended", "time")

    def hold(self, rule: int) -> None:
        self.held[rule] = self.held.get(rule, 0) + 1

    def take(self) -> Mapping[int, int]:
        """To be told."""
        held, self.held = self.held, {}
        return held


def read_known(found: Mapping[str, Any]) -> Known:
    """From what a restart keeps. Raises KeyError, TypeError or ValueError."""
    window = found["window"]
    return Known(
        window=Window(**{**window, "begun": Moment(**window["begun"])}),
        held={int(rule): int(count) for rule, count in found["held"].items()},
        over=found["over"],
    )
