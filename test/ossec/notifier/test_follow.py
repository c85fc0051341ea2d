"""Following alerts.json as OSSEC treats it: half-written lines, midnight, compression, restarts."""

import gzip
import os
import unittest
from pathlib import Path

from bake_notifier.follow import Follower, Position
from bake_notifier.lines import LONGEST_LINE
from support import folder


class Alerts:
    """The folder of alerts, moved on as analysisd and monitord move it."""

    def __init__(self, path: Path) -> None:
        self.folder = path
        self.live = path / "alerts.json"
        self.day = path
        self.begin("2026/Nov", 23)

    def begin(self, month: str, day: int) -> None:
        """A new day: the file is closed, the next one opened and linked."""
        self.day = self.folder / month / f"ossec-alerts-{day:02d}.json"
        self.day.parent.mkdir(parents=True, exist_ok=True)
        self.day.touch()
        self.live.unlink(missing_ok=True)
        os.link(self.day, self.live)

    def write(self, content: bytes) -> None:
        with self.live.open("ab") as file:
            file.write(content)

    def compress(self, path: Path) -> None:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()


class FollowTest(unittest.TestCase):
    def setUp(self) -> None:
        opened = folder()
        self.alerts = Alerts(opened.__enter__())
        self.addCleanup(opened.__exit__, None, None, None)

    def follower(self, position: Position | None = None) -> Follower:
        return Follower(self.alerts.live, position)

    def read(self, follower: Follower) -> list[bytes]:
        found: list[bytes] = []
        for _ in range(20):
            found += follower.take()
        return found


class WhileItRuns(FollowTest):
    def test_begins_at_the_beginning(self) -> None:
        self.alerts.write(b"one\ntwo\n")
        self.assertEqual(self.read(self.follower()), [b"one", b"two"])

    def test_waits_for_the_end_of_a_line(self) -> None:
        follower = self.follower()
        self.alerts.write(b"one\ntw")
        self.assertEqual(self.read(follower), [b"one"])
        self.alerts.write(b"o")
        self.assertEqual(self.read(follower), [])
        self.alerts.write(b"!\n")
        self.assertEqual(self.read(follower), [b"two!"])

    def test_waits_for_the_file(self) -> None:
        self.alerts.live.unlink()
        follower = self.follower()
        self.assertEqual(self.read(follower), [])
        self.assertEqual(follower.problem, "")
        self.alerts.begin("2026/Nov", 24)
        self.alerts.write(b"one\n")
        self.assertEqual(self.read(follower), [b"one"])

    def test_says_why_it_cannot_read(self) -> None:
        self.alerts.live.unlink()
        self.alerts.live.mkdir()
        follower = self.follower()
        self.assertEqual(self.read(follower), [])
        self.assertRegex(follower.problem, r"alerts\.json can't be read: IsADirectoryError")

    def test_follows_no_link_elsewhere(self) -> None:
        secret = self.alerts.folder / "secret"
        secret.write_bytes(b"not an alert\n")
        self.alerts.live.unlink()
        self.alerts.live.symlink_to(secret)
        self.assertEqual(self.read(self.follower()), [])

    def test_is_not_held_up_by_a_pipe(self) -> None:
        self.alerts.live.unlink()
        os.mkfifo(self.alerts.live)
        follower = self.follower()
        self.assertEqual(self.read(follower), [])
        self.assertRegex(follower.problem, "can't be read")
        self.alerts.begin("2026/Nov", 24)
        self.alerts.write(b"one\n")
        self.assertEqual(self.read(follower), [b"one"])
        self.assertEqual(follower.problem, "")

    def test_goes_on_with_the_next_day(self) -> None:
        follower = self.follower()
        self.alerts.write(b"one\n")
        self.assertEqual(self.read(follower), [b"one"])
        yesterday = self.alerts.day
        self.alerts.write(b"two\nthree")
        self.alerts.begin("2026/Nov", 24)
        self.alerts.compress(yesterday)
        self.alerts.write(b"four\n")
        self.assertEqual(self.read(follower), [b"two", b"three", b"four"])

    def test_waits_while_there_is_no_link(self) -> None:
        follower = self.follower()
        self.read(follower)
        self.alerts.write(b"one\n")
        self.alerts.live.unlink()
        self.assertEqual(self.read(follower), [b"one"])
        self.alerts.begin("2026/Dec", 1)
        self.alerts.write(b"two\n")
        self.assertEqual(self.read(follower), [b"two"])

    def test_begins_again_where_the_file_was_emptied(self) -> None:
        follower = self.follower()
        self.alerts.write(b"one\ntwo\n")
        self.read(follower)
        os.truncate(self.alerts.live, 0)
        self.assertEqual(self.read(follower), [])
        self.alerts.write(b"x\n")
        self.assertEqual(self.read(follower), [b"x"])

    def test_gives_only_the_beginning_of_an_endless_line(self) -> None:
        follower = self.follower()
        self.alerts.write(b"x" * (3 * LONGEST_LINE) + b"\nafter\n")
        found = self.read(follower)
        self.assertEqual([line[:5] for line in found], [b"xxxxx", b"after"])
        self.assertLess(len(found[0]), 1000)

    def test_gives_the_beginning_once_while_the_line_grows(self) -> None:
        follower = self.follower()
        found: list[bytes] = []
        for _ in range(4):
            self.alerts.write(b"y" * LONGEST_LINE)
            found += self.read(follower)
        self.alerts.write(b"\nafter\n")
        found += self.read(follower)
        self.assertEqual([line[:5] for line in found], [b"yyyyy", b"after"])

    def test_gives_out_any_bytes(self) -> None:
        self.alerts.write(b"\xff\x00\xfe\n\n\n\x80\n")
        self.assertEqual(self.read(self.follower()), [b"\xff\x00\xfe", b"\x80"])


class AfterARestart(FollowTest):
    def stopped(self, content: bytes) -> Position:
        """Reads what there is, and ends."""
        self.alerts.write(content)
        follower = self.follower()
        self.read(follower)
        position = follower.position()
        assert position is not None
        return position

    def test_goes_on_where_it_was(self) -> None:
        position = self.stopped(b"one\n")
        self.assertEqual(position.name, "2026/Nov/ossec-alerts-23.json")
        self.alerts.write(b"two\n")
        self.assertEqual(self.read(self.follower(position)), [b"two"])

    def test_reads_a_half_line_again(self) -> None:
        position = self.stopped(b"one\ntw")
        self.alerts.write(b"o\n")
        self.assertEqual(self.read(self.follower(position)), [b"two"])

    def test_finds_the_rest_of_a_day_that_is_over(self) -> None:
        position = self.stopped(b"one\n")
        self.alerts.write(b"two\n")
        self.alerts.begin("2026/Nov", 24)
        self.alerts.write(b"three\n")
        self.assertEqual(self.read(self.follower(position)), [b"two", b"three"])

    def test_finds_it_compressed_and_the_days_between(self) -> None:
        position = self.stopped(b"one\n")
        self.alerts.write(b"two\nthree\n")
        days = [self.alerts.day]
        for month, day in (("2026/Nov", 24), ("2026/Nov", 30), ("2026/Dec", 1)):
            self.alerts.begin(month, day)
            self.alerts.write(f"day {day}\n".encode())
            days.append(self.alerts.day)
        for day_file in days[:2]:
            self.alerts.compress(day_file)
        self.assertEqual(
            self.read(self.follower(position)), [b"two", b"three", b"day 24", b"day 30", b"day 1"]
        )

    def test_goes_on_within_the_days_that_it_missed(self) -> None:
        position = self.stopped(b"one\n")
        self.alerts.write(b"two\n")
        self.alerts.begin("2026/Nov", 24)
        self.alerts.write(b"three\n")
        follower = self.follower(position)
        self.assertEqual(follower.take(), [b"two"])
        again = follower.position()
        self.assertEqual(self.read(self.follower(again)), [b"three"])

    def test_does_not_take_a_new_file_with_the_old_number_for_the_old_one(self) -> None:
        position = self.stopped(b"one\n")
        self.alerts.write(b"two\n")
        yesterday = self.alerts.day
        self.alerts.begin("2026/Nov", 24)
        self.alerts.compress(yesterday)
        self.alerts.write(b"a line of another day\n")
        reused = Position(self.alerts.live.stat().st_ino, position.offset, position.head, position.name)
        self.assertEqual(self.read(self.follower(reused)), [b"two", b"a line of another day"])

    def test_begins_again_where_the_file_was_emptied_meanwhile(self) -> None:
        position = self.stopped(b"one\ntwo\nthree\n")
        os.truncate(self.alerts.live, 0)
        self.alerts.write(b"x\n")
        self.assertEqual(self.read(self.follower(position)), [b"x"])

    def test_survives_a_broken_archive(self) -> None:
        position = self.stopped(b"one\n" * 100)
        self.alerts.write(b"two\n" * 10_000)
        yesterday = self.alerts.day
        self.alerts.begin("2026/Nov", 24)
        self.alerts.compress(yesterday)
        archive = yesterday.with_name(f"{yesterday.name}.gz")
        archive.write_bytes(archive.read_bytes()[:-12])
        self.alerts.write(b"three\n")
        self.assertEqual(self.read(self.follower(position))[-1], b"three")

    def test_takes_no_path_from_its_own_state(self) -> None:
        position = self.stopped(b"one\n")
        outside = self.alerts.folder / "outside.json"
        outside.write_bytes(b"one\nnot an alert\n")
        self.alerts.begin("2026/Nov", 24)
        strange = Position(0, position.offset, position.head, "outside.json")
        self.assertEqual(self.read(self.follower(strange)), [])


if __name__ == "__main__":
    unittest.main()
