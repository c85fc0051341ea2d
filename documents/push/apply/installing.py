"""The first push to an instance: with the steps that bake images, and a baseline of the machine as it is now."""

import os
import subprocess

import hearing
import sources
import units
from base import HOME, Broken, is_stand_in, run, tail

# What enabling writes is in the baseline, too.
STEPS = ("ossec", "ossec-config", "ossec-enable", "seal-baseline")


def install(manifest):
    """Raises Broken; then nothing of it is left, and nothing of what was there before either."""
    try:
        for name in STEPS:
            step(manifest, name)
        units.reload_units()
        run("systemctl", "start", "ossec.target", f"{units.NOTIFIER}.service")
        settle()
    except (Broken, OSError, subprocess.SubprocessError):
        uninstall(manifest)
        raise


def settle():
    names = [*units.wanted(), units.NOTIFIER]
    if not is_stand_in():
        units.until_listening()
        hearing.until_heard(sources.Replay(HOME / "etc/ossec.conf", 0), 0)
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
        raise Broken(f"{name}: {tail((result.stdout + result.stderr).decode('utf8', 'replace'))}")


def uninstall(manifest):
    folder = manifest.bundle / "steps/ossec"
    script = (f'HOME_OF_OSSEC={HOME} RECORD=/var/lib/bake/ossec.sha256; . "{manifest.bundle}/steps/lib.sh"; '
              f'. "{folder}/uninstall.sh"; uninstall')
    subprocess.run(["bash", "-euo", "pipefail", "-O", "nullglob", "-c", script], stdin=subprocess.DEVNULL,
                   capture_output=True, timeout=300, check=False)
