"""What some files say of the builder alone, and never say twice: such lines are left out before they are hashed.

Two bakes of the same would differ in nothing else, and who compares images would learn to skip over keys and sudoers.
"""

import functools
import re
import socket
import subprocess

# Files of which more than their lines would have to be read are no configuration.
LARGEST = 1 << 20

# Packer's keys are known by their name, also where cloud-init has forgotten them: the seal does the same.
PACKER_KEY = rb" packer_[0-9a-f-]*$"


def applies(path, size):
    return size <= LARGEST and rule_for(path) is not None


def without_builder(path, content):
    """The content as every bake of the same image has it; of the keys, as it is in the image."""
    passing = rule_for(path)()
    return b"".join(line for line in content.splitlines(keepends=True) if not passing.search(line.rstrip(b"\r\n")))


@functools.cache
def launch_keys():
    """The keys that the builder was launched with, which the seal removes."""
    try:
        asked = subprocess.run(["cloud-init", "query", "public_ssh_keys"], stdin=subprocess.DEVNULL,
                               capture_output=True, check=False)
        keys = re.findall(rb"AAAA[A-Za-z0-9+/=]+", asked.stdout)
    except FileNotFoundError:
        keys = []
    return re.compile(b"|".join([PACKER_KEY, *map(re.escape, keys)]))


@functools.cache
def own_name():
    """The builder's name, with its address or without, and nothing else in the line."""
    name = re.escape(socket.gethostname().split(".")[0].encode()) + rb"(?:\.[\w.-]+)?"
    return re.compile(rb"^(?:[0-9A-Fa-f:.]+\s+)?" + name + rb"(?:\s+" + name + rb")*\s*$")


@functools.cache
def build_date():
    return re.compile(rb'^DATE="[^"]*"$')


@functools.cache
def cloud_init_date():
    return re.compile(rb"^# Created by cloud-init v\. \S+ on [\w ,:+-]+$")


RULES = (
    (re.compile(r".*/\.ssh/authorized_keys"), launch_keys),
    (re.compile(r"/etc/host(?:name|s)"), own_name),
    (re.compile(r"/etc/ossec-init\.conf"), build_date),
    (re.compile(r"/etc/sudoers\.d/90-cloud-init-users"), cloud_init_date),
)


def rule_for(path):
    return next((rule for pattern, rule in RULES if pattern.fullmatch(path)), None)
