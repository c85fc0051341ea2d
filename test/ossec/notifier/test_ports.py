"""bake-ports: what `ss` prints, which of it counts, and that it always says one line."""

import subprocess
import sys
import unittest
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

from support import PROGRAMS

PROGRAM = PROGRAMS / "bake-ports"
USUAL = "tcp/22\ntcp/80\nudp/68\nudp/546\n"
GIVEN_OUT = range(32768, 61000)


def load() -> Any:
    loader = SourceFileLoader("bake_ports", str(PROGRAM))
    spec = spec_from_loader("bake_ports", loader)
    assert spec is not None
    module = module_from_spec(spec)
    sys.modules["bake_ports"] = module
    loader.exec_module(module)
    return module


ports = load()


def line(address: str, protocol: str = "tcp", process: str = 'users:(("nc",pid=1,fd=3))') -> str:
    state = "LISTEN" if protocol == "tcp" else "UNCONN"
    return f"{protocol} {state} 0      128   {address}    0.0.0.0:*    {process}\n"


def policy(text: str, allowed: str = USUAL) -> str:
    found: str = ports.policy(ports.read_listeners(text), ports.read_allowed(allowed), GIVEN_OUT)
    return found


class PolicyTest(unittest.TestCase):
    def recorded(self, name: str) -> str:
        """What iproute2 6.1's `ss` printed on a machine with such listeners."""
        return (Path(__file__).parent / "ss" / f"{name}.txt").read_text()

    def test_a_web_server_is_as_declared(self) -> None:
        text = self.recorded("as-declared")
        self.assertEqual(policy(text), "policy=ok")
        self.assertEqual(
            policy(text, "tcp/22\nudp/68\nudp/546\n"),
            "policy=violation undeclared=tcp/0.0.0.0:80(nginx),tcp/[::]:80(nginx)",
        )
        self.assertEqual(
            policy(text, "tcp/22\ntcp/80\n"),
            "policy=violation undeclared=udp/10.0.0.5%ens5:68(systemd-network),"
            "udp/[fe80::341f:6cff:fec5:e44a]%ens5:546(systemd-network)",
        )

    def test_names_everything_else(self) -> None:
        said = policy(self.recorded("undeclared"))
        self.assertEqual(
            said.removeprefix("policy=violation undeclared=").split(","),
            [
                "tcp/10.0.0.5%ens5:4444(nc)",
                "tcp/[fe80::34f1:9aff:fe77:bb4a]%ens5:4445(a_b)",
                "tcp/[::ffff:10.0.0.5]:8006(java)",
                "tcp/*:22000(node)",
                "tcp/10.0.0.5:31337(nc)",
                "tcp/10.0.0.5:31338(worker)",
                "udp/[::]:4444(socat)",
            ],
        )

    def test_what_counts(self) -> None:
        for address, shown in {
            "0.0.0.0:31337": "tcp/0.0.0.0:31337(nc)",
            "[::]:31337": "tcp/[::]:31337(nc)",
            "*:31337": "tcp/*:31337(nc)",
            "10.0.0.5:31337": "tcp/10.0.0.5:31337(nc)",
            "10.0.0.5%ens5:31337": "tcp/10.0.0.5%ens5:31337(nc)",
            "[fe80::1]%ens5:31337": "tcp/[fe80::1]%ens5:31337(nc)",
            "[fe80::1%ens5]:31337": "tcp/[fe80::1%ens5]:31337(nc)",
            "[2001:db8::7]:31337": "tcp/[2001:db8::7]:31337(nc)",
            "[::ffff:10.0.0.5]:31337": "tcp/[::ffff:10.0.0.5]:31337(nc)",
            # A port of the range that clients get: a TCP listener is one all the same.
            "0.0.0.0:45000": "tcp/0.0.0.0:45000(nc)",
        }.items():
            with self.subTest(address=address):
                self.assertEqual(policy(line(address)), f"policy=violation undeclared={shown}")

    def test_what_does_not(self) -> None:
        for address in (
            "127.0.0.1:31337",
            "127.9.9.9:31337",
            "127.0.0.53%lo:31337",
            "[::1]:31337",
            "[::ffff:127.0.0.1]:31337",
            "0.0.0.0:80",
            "[::]:80",
            "*:80",
        ):
            with self.subTest(address=address):
                self.assertEqual(policy(line(address)), "policy=ok")

    def test_protocols_are_declared_apart(self) -> None:
        self.assertEqual(policy(line("0.0.0.0:80", "udp")), "policy=violation undeclared=udp/0.0.0.0:80(nc)")
        self.assertEqual(policy(line("0.0.0.0:68")), "policy=violation undeclared=tcp/0.0.0.0:68(nc)")

    def test_udp_of_the_range_that_clients_get_is_left_out(self) -> None:
        self.assertEqual(policy(line("0.0.0.0:32768", "udp") + line("[::]:60999", "udp")), "policy=ok")
        self.assertIn("udp/0.0.0.0:61000", policy(line("0.0.0.0:61000", "udp")))

    def test_says_the_same_in_whatever_order(self) -> None:
        lines = [
            line("[::]:4444", "udp"),
            line("10.0.0.5:4444"),
            line("0.0.0.0:31337"),
            line("10.0.0.5:4444"),
        ]
        one = policy("".join(lines))
        self.assertEqual(
            one, "policy=violation undeclared=tcp/10.0.0.5:4444(nc),tcp/0.0.0.0:31337(nc),udp/[::]:4444(nc)"
        )
        self.assertEqual(policy("".join(reversed(lines))), one)

    def test_is_bounded(self) -> None:
        said = policy("".join(line(f"0.0.0.0:{1000 + n}") for n in range(500)))
        self.assertLess(len(said), 1000)
        self.assertTrue(said.endswith(",480-more"))

    def test_shows_a_process_name_but_obeys_none(self) -> None:
        for process, shown in {
            "": "?",
            'users:(("my server",pid=1,fd=3))': "my_server",
            'users:(("a,policy=ok\\n",pid=1,fd=3))': "a_policy_ok_n",
            'users:((")\u202e<!-->",pid=1,fd=3))': "____--_",
            'users:(("",pid=1,fd=3))': "?",
        }.items():
            with self.subTest(process=process):
                said = policy(line("0.0.0.0:31337", process=process))
                self.assertEqual(said, f"policy=violation undeclared=tcp/0.0.0.0:31337({shown})")

    def test_what_cannot_be_told_is_no_silence(self) -> None:
        for text in (
            "garbage",
            "tcp LISTEN 0 128 0.0.0.0 *",
            "raw UNCONN 0 0 *:1 *:* ",
            line("0.0.0.0:999999"),
        ):
            with self.subTest(text=text), self.assertRaises(ports.PolicyError):
                policy(text)
        for allowed in ("80", "tcp/http", "tcp/80 # web", " tcp/80", "icmp/8", "\n", "tcp/123456"):
            with self.subTest(allowed=allowed), self.assertRaises(ports.PolicyError):
                policy("", allowed)
        with self.assertRaises(ports.PolicyError):
            ports.read_range("0-1")
        self.assertEqual(ports.read_range("32768\t60999\n"), GIVEN_OUT)

    def test_nothing_open_and_nothing_declared_is_well(self) -> None:
        self.assertEqual(policy("", ""), "policy=ok")


class ProgramTest(unittest.TestCase):
    def test_always_says_one_line(self) -> None:
        # This machine is no image: it declares no ports.
        done = subprocess.run(
            [sys.executable, "-IBS", str(PROGRAM)], capture_output=True, text=True, check=True
        )
        self.assertRegex(done.stdout, r"^policy=(ok|violation undeclared=\S+)\n$")
        self.assertEqual(done.stderr, "")

    def test_asks_the_real_ss(self) -> None:
        listeners = ports.read_listeners(ports.run_ss())
        self.assertTrue(all(listener.protocol in {"tcp", "udp"} for listener in listeners))


if __name__ == "__main__":
    unittest.main()
