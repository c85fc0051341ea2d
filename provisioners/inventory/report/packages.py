"""What dpkg says: the installed packages, and which files they have brought."""

import pathlib
import subprocess

DATABASE = pathlib.Path("/var/lib/dpkg/info")

# Debian's folders that moved below /usr; packages may still name them as they were.
MERGED = ("/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/libx32/")

FORMAT = "${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\n"


def installed():
    listed = subprocess.run(["dpkg-query", "--show", f"--showformat={FORMAT}"], capture_output=True, text=True,
                            encoding="utf8", errors="surrogateescape", env={"LC_ALL": "C"}, check=True).stdout
    rows = sorted(line.split("\t") for line in listed.splitlines())
    return [{"name": name, "version": version, "architecture": architecture}
            for status, name, version, architecture in rows if status == "installed"]


def owned():
    """Paths that packages have brought and that nobody is meant to edit."""
    brought = {place(line) for file in DATABASE.glob("*.list") for line in lines(file)}
    editable = {place(line.split()[-1]) for file in DATABASE.glob("*.conffiles") for line in lines(file)}
    return brought - editable


def lines(file):
    text = file.read_text(encoding="utf8", errors="surrogateescape")
    return [line for line in text.split("\n") if line.strip()]


def place(path):
    """Where a package's path is on a disk whose /bin, /lib, … are links."""
    return f"/usr{path}" if path.startswith(MERGED) and pathlib.Path("/bin").is_symlink() else path
