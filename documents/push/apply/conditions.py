"""Whether an instance can have what a bundle brings. Nothing is changed here."""

import pathlib
import subprocess
import sys
import tempfile

from base import HOME, INIT_CONF, Refused, record, tail


def mode_of(manifest):
    """What has to be done. Raises Refused."""
    init = INIT_CONF.read_text(errors="replace") if INIT_CONF.exists() else ""
    is_ours = 'TYPE="local"' in init and f'DIRECTORY="{HOME}"' in init and record() is not None
    mode = ("config" if record() == manifest.ossec["tarball"] else "version") if is_ours else "install"
    if mode != "config" and manifest.facts["kind"] == "config":
        raise Refused("this bundle brings a configuration only, and another OSSEC is here, or none")
    return mode


def refuse_what_is_missing(manifest):
    if manifest.facts["platform"] not in ("", platform()):
        raise Refused(f"this bundle is for {manifest.facts['platform']}, and this is {platform()}")
    for hook in manifest.facts["hooks"]:
        if not pathlib.Path(f"/etc/bake/ossec/hooks/{hook}.url").exists():
            raise Refused(f"the URL of {hook} is baked into images, and is not in this one: bake and roll out")


def refuse_missing_packages(manifest):
    for package in manifest.facts["needs"]:
        said = subprocess.run(["dpkg-query", "--show", "--showformat=${db:Status-Status}", package],
                              capture_output=True, text=True, check=False)
        if said.stdout != "installed":
            raise Refused(f"it needs {package}, which is not installed: bake and roll out an image")


def platform():
    script = '. /etc/os-release && printf %s-%s-%s "$ID" "${VERSION_ID:-rolling}" "$(dpkg --print-architecture)"'
    return subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False).stdout


def ask_ossec(manifest):
    """OSSEC's own tests of what is brought. Raises Refused."""
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "--fork", "--pid", "--kill-child", sys.executable, "-I",
             "-B", str(manifest.bundle / "apply/check.py"), str(manifest.bundle), folder],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=300, check=False)
    if result.returncode != 0:
        raise Refused(f"OSSEC refuses it: {tail((result.stdout + result.stderr).decode('utf8', 'replace'))}")
