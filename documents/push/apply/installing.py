"""The first push to an instance: with the steps that bake images, and a baseline of the machine as it is now."""

import os
import subprocess

import hearing
import sources
import units
from base import HOME, STATE, Broken, Refused, is_stand_in, run, tail

# An OSSEC from elsewhere, while ours is installed (keep-aside.sh).
KEPT = STATE / "kept"
# What enabling writes is in the baseline, too.
STEPS = ("ossec", "ossec-config", "ossec-enable", "seal-baseline")


def install(manifest):
    """Raises Refused or Broken; then nothing of it is left, and what was there before is back."""
    keep(manifest)
    try:
        for name in STEPS:
            step(manifest, name)
        units.reload_units()
        run("systemctl", "start", "ossec.target", f"{units.NOTIFIER}.service")
        settle()
    except (Broken, OSError, subprocess.SubprocessError) as error:
        uninstall(manifest)
        raise Broken(f"{error}{back(manifest)}") from error
    aside("forget", manifest)


def keep(manifest):
    """What is here stops and is put aside: a first installation that fails shall not leave a machine without any."""
    result = aside("keep", manifest)
    if result.returncode != 0:
        put_back(manifest)
        raise Refused(tail(said(result)))


def put_back(manifest):
    """What was kept, also by an earlier run."""
    return aside("put-back", manifest)


def recover(manifest):
    """Raises Broken."""
    result = put_back(manifest)
    if result.returncode != 0:
        raise Broken(f"what an earlier push has put aside is not back: {tail(said(result))}")


def back(manifest):
    was_kept = KEPT.exists()
    result = put_back(manifest)
    if result.returncode != 0:
        return f"; what was here before is not back: {tail(said(result))}"
    return "; the OSSEC that was here before is back" if was_kept else ""


def aside(what, manifest):
    return subprocess.run(["bash", str(manifest.bundle / "apply/keep-aside.sh"), what, str(manifest.bundle)],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=600, check=False)


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


def uninstall(manifest):
    folder = manifest.bundle / "steps/ossec"
    script = (f'HOME_OF_OSSEC={HOME} RECORD=/var/lib/bake/ossec.sha256; . "{manifest.bundle}/steps/lib.sh"; '
              f'. "{folder}/uninstall.sh"; uninstall')
    subprocess.run(["bash", "-euo", "pipefail", "-O", "nullglob", "-c", script], stdin=subprocess.DEVNULL,
                   capture_output=True, timeout=300, check=False)
