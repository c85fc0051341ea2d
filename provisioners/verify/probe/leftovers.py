"""What a builder leaves in an image that was not cleaned."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import which

from accounts import homes
from shell import output

# Clocks of file systems are coarse, and a machine's clock may be set in its first seconds.
_SLACK_SECONDS = 5.0
_COMPILERS = ("gcc", "cc", "c99", "clang", "make", "g++")


def boot_time() -> float:
    """When systemd began, in seconds since 1970: in a container the kernel is older."""
    shown = output("systemctl", "show", "--property=UserspaceTimestamp", "--value", "--timestamp=unix").strip()
    return float(shown.lstrip("@")) - _SLACK_SECONDS


def host_keys(_: Mapping) -> Iterator[str]:
    keys = [*Path("/etc/ssh").glob("ssh_host_*_key")]
    if not keys:
        yield "there are none"
    yield from _older(keys)


def machine_id(_: Mapping) -> Iterator[str]:
    path = Path("/etc/machine-id")
    if not path.read_text().strip():
        yield "it is empty"
    yield from _older([path])
    copy = Path("/var/lib/dbus/machine-id")
    if copy.exists() and copy.read_text().strip() != path.read_text().strip():
        yield f"{copy} is another one"


def cloud_init(_: Mapping) -> Iterator[str]:
    instances = Path("/var/lib/cloud/instances")
    if instances.is_dir() and len(known := sorted(os.listdir(instances))) > 1:
        yield f"it knows {', '.join(known)}"


def logs(_: Mapping) -> Iterator[str]:
    """Files of length 0 are how the seal leaves them."""
    files = [path for path in Path("/var/log").rglob("*") if _has_content(path)]
    yield from _older(files)


def _has_content(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size > 0


def states(_: Mapping) -> Iterator[str]:
    folders = ("/var/lib/dhcp", "/var/lib/dhcpcd", "/var/lib/NetworkManager", "/var/lib/amazon/ssm")
    files = [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]
    files += [Path("/var/lib/systemd/random-seed"), Path("/var/lib/systemd/credential.secret")]
    yield from _older(files)


def caches(_: Mapping) -> Iterator[str]:
    for home in homes():
        for path in home.glob(".*_history"):
            yield f"{path} is there"
    packages = [*Path("/var/cache/apt/archives").glob("*.deb"), *Path("/var/lib/apt/lists").glob("*_Packages*")]
    yield from _older(packages)


def temporary(_: Mapping) -> Iterator[str]:
    yield from _older([path for folder in ("/tmp", "/var/tmp") for path in Path(folder).iterdir()])


def compilers(expect: Mapping) -> Iterator[str]:
    if not expect["has_compiler"]:
        yield from (f"{found} is there" for name in _COMPILERS if (found := which(name)) is not None)


def _older(paths: list[Path]) -> Iterator[str]:
    boot = boot_time()
    for path in sorted(paths):
        try:
            changed = path.lstat().st_mtime
        except OSError:
            continue
        if changed < boot:
            yield f"{path} is {round(boot - changed)} s older than the boot"
