"""The first push to an instance: with the steps that bake images, and a baseline of the machine as it is now."""

import os
import subprocess

import hearing
import sources
import units
from base import HOME, STATE, Broken, Refused, is_stand_in, run, tail

# What was here while ours is installed, also where that was nothing (keep-aside.sh).
KEPT = STATE / "kept"
# What enabling writes is in the baseline, too.
STEPS = ("ossec", "ossec-config", "ossec-enable", "seal-baseline")


class Installation:
    def __init__(self, manifest, mode):
        self.manifest, self.mode = manifest, mode
        self.facts = {}

    def has_nothing_to_do(self):
        return False

    def prepare(self):
        """Each step looks for itself what it can do."""

    def carry_out(self):
        """Raises what hinders it, and is undone then. What is here stops and is put aside."""
        aside("keep", self.manifest.bundle)
        for name in STEPS:
            step(self.manifest, name)
        units.reload_units()
        run("systemctl", "start", "ossec.target", f"{units.NOTIFIER}.service")
        settle()
        aside("forget", self.manifest.bundle)

    def undo(self):
        put_back(self.manifest.bundle)

    def watch(self):
        return {}


def put_back(bundle):
    """Raises Refused."""
    if KEPT.exists():
        aside("put-back", bundle)


def aside(what, bundle):
    result = subprocess.run(["bash", str(bundle / "apply/keep-aside.sh"), what, str(bundle)],
                            stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False)
    if result.returncode != 0:
        raise Refused(tail(said(result)))


def said(result):
    return (result.stdout + result.stderr).decode("utf8", "replace")


def settle():
    names = [*units.wanted(), units.NOTIFIER]
    if not is_stand_in():
        units.until_listening()
        probe = hearing.Probe()
        hearing.until_heard(sources.Replay(HOME / "etc/ossec.conf", 0, probe.is_own), 0, probe)
    units.all_up(names)


def step(manifest, name):
    tarball, tree = manifest.ossec["tarball"], manifest.ossec["tree"]
    environment = {
        **{name: os.environ[name] for name in ("PATH",) if name in os.environ},
        "BAKE_STEP_FOLDER": str(manifest.bundle / "steps" / name),
        "BAKE_OSSEC_TARBALL_FILE": str(manifest.artifact(tarball)),
        "BAKE_OSSEC_TARBALL_SHA256": tarball,
        "BAKE_OSSEC_BUILT_TREES": "" if tree is None else f"{manifest.facts['platform']}={tree}",
    }
    result = subprocess.run(["bash", str(manifest.bundle / "steps" / name / "run.sh")], env=environment,
                            stdin=subprocess.DEVNULL, capture_output=True, timeout=3600, check=False)
    if result.returncode != 0:
        raise Broken(f"{name}: {tail(said(result))}")
