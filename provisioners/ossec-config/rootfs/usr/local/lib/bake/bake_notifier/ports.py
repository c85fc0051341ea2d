"""What an alert of the port policy names. Pure.

bake-ports writes it: `policy=violation undeclared=tcp/0.0.0.0:31337(nc),udp/[::]:4444(socat)`
"""

import re

PORTS_RULE = 990_002
"""bake's own rule: a port is open that the image does not declare."""

_VIOLATION = re.compile(r"policy=violation undeclared=(\S+)")
_LISTENER = re.compile(r"(tcp|udp)/[^,()]*:([0-9]{1,5})\([^,()]*\)")


def undeclared_ports(log: str) -> set[str]:
    """The ports of a violation, as `tcp/8080`; none where not all that it names are ports."""
    match = _VIOLATION.search(log)
    listeners = [_LISTENER.fullmatch(one) for one in match[1].split(",")] if match else []
    return {f"{one[1]}/{int(one[2])}" for one in listeners if one} if all(listeners) else set()
