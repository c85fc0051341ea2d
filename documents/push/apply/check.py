"""Asks OSSEC itself whether it would take what a bundle brings, on a copy of the tree in memory.

check.py BUNDLE FOLDER: in namespaces of its own. Exit code 0, or 1 and what is wrong.
"""

import json
import pathlib
import shutil
import subprocess
import sys

HOME = pathlib.Path("/var/ossec")
# Of a running instance these may be gigabytes, and no check needs them.
LARGE = ("logs/alerts", "logs/archives", "logs/firewall", "queue/diff", "queue/syscheck", "queue/rootcheck", "stats")


def copy_to(folder):
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=0750", "tmpfs", folder], check=True)
    leave_out = [f"--exclude=./{path}/*" for path in LARGE] + ["--exclude=./logs/*.log", "--exclude=./queue/ossec/queue"]
    packed = subprocess.Popen(["tar", "--create", "--file=-", *leave_out, "--warning=no-file-ignored",
                               f"--directory={HOME}", "."], stdout=subprocess.PIPE)
    subprocess.run(["tar", "--extract", "--preserve-permissions", f"--directory={folder}"], stdin=packed.stdout,
                   check=True)
    packed.wait()
    subprocess.run(["chown", "--reference", str(HOME), folder], check=True)
    subprocess.run(["mount", "--bind", folder, str(HOME)], check=True)
    for name in ("ossec.log", "active-responses.log"):
        (HOME / "logs" / name).touch()
        shutil.chown(HOME / "logs" / name, "ossec", "ossec")


def place(manifest, bundle):
    for file in manifest["files"]:
        if file["path"].startswith(f"{HOME}/"):
            shutil.copyfile(bundle / file["from"], file["path"])
            shutil.chown(file["path"], file["owner"], file["group"])
            pathlib.Path(file["path"]).chmod(int(file["mode"], 8))
    for path in manifest["absent"]:
        if path.startswith(f"{HOME}/"):
            pathlib.Path(path).unlink(missing_ok=True)


def main(bundle, folder):
    manifest = json.loads((bundle / "manifest.json").read_text())
    step = bundle / "steps/ossec-config"
    copy_to(folder)
    place(manifest, bundle)
    sys.path.insert(0, str(step / "checks"))
    import daemons
    import rules

    wrong = [*daemons.findings("yes" if manifest["email"] else "no")]
    if not wrong:
        wrong = [*rules.findings(step / "rule-tests.json")]
    print("\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
