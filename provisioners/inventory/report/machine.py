"""The system as a whole: its release, who can log in, what is started and what listens."""

import grp
import pwd
import re
import subprocess


def system():
    release = {}
    with open("/etc/os-release", encoding="utf8") as stream:
        for line in stream:
            name, _, value = line.strip().partition("=")
            release[name] = value.strip("\"'")
    return {
        "id": release.get("ID", ""),
        "version": release.get("VERSION_ID", ""),
        "architecture": output("dpkg", "--print-architecture").strip(),
    }


def users():
    memberships = [(group.gr_name, group.gr_gid, set(group.gr_mem)) for group in grp.getgrall()]
    return [
        {
            "name": account.pw_name,
            "uid": account.pw_uid,
            "home": account.pw_dir,
            "shell": account.pw_shell,
            "groups": sorted({name for name, gid, members in memberships
                              if gid == account.pw_gid or account.pw_name in members}),
        }
        for account in sorted(pwd.getpwall(), key=lambda account: account.pw_name)
    ]


def units():
    """What systemd starts at boot because somebody enabled it."""
    listed = output("systemctl", "list-unit-files", "--state=enabled", "--no-legend", "--no-pager", "--plain")
    return sorted({line.split()[0] for line in listed.splitlines() if line.strip()})


def listeners():
    found = {listener(line) for line in output("ss", "-H", "-t", "-u", "-l", "-n", "-p").splitlines()}
    return [{"protocol": protocol, "address": address, "port": port, "process": process}
            for protocol, port, address, process in sorted(found)]


def listener(line):
    """`tcp LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=1,fd=3))`"""
    protocol, _, _, _, local, *_ = line.split()
    address, _, port = local.rpartition(":")
    process = re.search(r'users:\(\("(.*?)",pid=', line)
    plain = address.strip("[]").replace("]", "")
    return protocol, int(port), "0.0.0.0" if plain == "*" and protocol == "tcp" else plain, process[1] if process else ""


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, encoding="utf8", errors="surrogateescape",
                          env={"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, check=True).stdout
