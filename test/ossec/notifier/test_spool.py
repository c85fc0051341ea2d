"""What waits is on disk, bounded, and counted where it goes."""

import unittest
from pathlib import Path
from unittest import mock

from bake_notifier.spool import Spool
from support import folder


class SpoolTest(unittest.TestCase):
    def setUp(self) -> None:
        opened = folder()
        self.path = opened.__enter__() / "spool" / "hook-1"
        self.addCleanup(opened.__exit__, None, None, None)

    def drain(self, spool: Spool) -> list[bytes]:
        found = []
        while (first := spool.first()) is not None:
            found.append(first[1])
            spool.remove(first[0])
        return found

    def test_keeps_order_and_survives_a_restart(self) -> None:
        spool = Spool(self.path)
        for number in range(20):
            spool.add(f"{number}".encode())
        again = Spool(self.path)
        again.add(b"20")
        self.assertEqual(again.size(), (21, 32))
        self.assertEqual(self.drain(again), [f"{number}".encode() for number in range(21)])
        self.assertEqual(list(self.path.glob("*.json")), [])

    def test_only_its_owner_reads_it(self) -> None:
        Spool(self.path).add(b"x")
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o700)
        self.assertEqual(next(self.path.glob("*.json")).stat().st_mode & 0o777, 0o600)

    def test_what_is_first_stays_until_it_is_removed(self) -> None:
        spool = Spool(self.path)
        spool.add(b"x")
        self.assertEqual(spool.first(), spool.first())
        self.assertEqual(Spool(self.path).size(), (1, 1))

    def test_the_oldest_goes_and_is_counted(self) -> None:
        spool = Spool(self.path, most=3)
        for number in range(10):
            spool.add(f"{number}".encode())
        self.assertEqual(spool.lost(), 7)
        self.assertEqual(Spool(self.path, most=3).lost(), 7)
        self.assertEqual(self.drain(spool), [b"7", b"8", b"9"])
        spool.told(7)
        self.assertEqual(Spool(self.path).lost(), 0)

    def test_size_is_a_bound_too(self) -> None:
        spool = Spool(self.path, most_bytes=100)
        for letter in (b"a", b"b", b"c"):
            spool.add(letter * 40)
        self.assertEqual(spool.size(), (2, 80))
        self.assertEqual((spool.lost(), self.drain(spool)), (1, [b"b" * 40, b"c" * 40]))

    def test_a_full_disk_takes_nothing_away(self) -> None:
        spool = Spool(self.path)
        spool.add(b"on disk")
        with mock.patch("bake_notifier.spool.replace_file", side_effect=OSError(28, "full")):
            spool.add(b"in memory")
        spool.add(b"on disk again")
        self.assertEqual(self.drain(spool), [b"on disk", b"in memory", b"on disk again"])

    def test_what_somebody_deletes_is_counted(self) -> None:
        spool = Spool(self.path)
        spool.add(b"a")
        spool.add(b"b")
        Path(self.path / "00000000000000000000.json").unlink()
        self.assertEqual(self.drain(spool), [b"b"])
        self.assertEqual(spool.lost(), 1)

    def test_strange_files_are_left_alone(self) -> None:
        self.path.mkdir(parents=True)
        for name in ("x.json", "00000000000000000001.json.new", "lost"):
            (self.path / name).write_bytes(b"nonsense")
        spool = Spool(self.path)
        self.assertEqual((spool.size(), spool.lost()), ((0, 0), 0))


if __name__ == "__main__":
    unittest.main()
