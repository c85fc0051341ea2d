"""What the notifier makes of maintenance windows: told first, and what they cover is held back."""

import io
import unittest
from collections.abc import Mapping
from contextlib import redirect_stderr
from dataclasses import replace

from bake_maintenance.book import BookError
from bake_maintenance.clock import Moment
from bake_maintenance.declared import Declared
from bake_maintenance.packages import PackageFile
from bake_maintenance.window import Change, Window
from bake_maintenance.witness import WitnessError
from bake_notifier.alert import Alert
from bake_notifier.known import Known
from bake_notifier.maintenance import Event, Maintenance, Surroundings
from bake_notifier.maintenance_words import of_event
from bake_notifier.ports import PORTS_RULE
from bake_notifier.state import State, load, save
from bake_notifier.verdicts import Verdict, Witness
from bake_notifier.words import Speaker
from support import alert, folder

BEGUN = Moment("boot-1", 1_793_518_000.5, 50.0)
WINDOW = Window("w1", "deploy 42", "alice", BEGUN, 600)
DECLARED = Declared(("/srv/app", "/var/www"), frozenset({"tcp/8080", "udp/9000"}), True, 3600)
SAYS = Speaker("web-1", "2026-11-01T12:00:00Z")


class World:
    """A machine on which time goes on when a test says so."""

    def __init__(self) -> None:
        self.moment = replace(BEGUN, wall=BEGUN.wall + 1, since_boot=BEGUN.since_boot + 1)
        self.windows: list[Window] = []
        self.broken = ""
        self.change: Change | None = None
        self.package: PackageFile | None = None
        self.mute = False
        self.asked: list[str] = []
        witness = Witness(self._change, self._package)
        self.maintenance = Maintenance(DECLARED, Surroundings(self._windows, witness, lambda: self.moment))

    def go_on(self, seconds: float, set_by: float = 0.0) -> None:
        moment = self.moment
        self.moment = replace(
            moment, wall=moment.wall + seconds + set_by, since_boot=moment.since_boot + seconds
        )

    def look(self) -> list[tuple[str, str | None, Mapping[int, int]]]:
        return [
            (event.kind, event.why, event.held) for event in self.maintenance.look(self.moment.since_boot)
        ]

    def holds(
        self, path: str = "/srv/app/page", rule: int = 550, changed: float = 1.0, log: str = ""
    ) -> bool:
        """An alert of now about something that was changed so long after the window's begin."""
        self.change = Change(BEGUN.wall + changed, BEGUN.wall - 10)
        return self.judge(path, rule, log) == "held"

    def judge(self, path: str, rule: int = 550, log: str = "") -> Verdict:
        return self.maintenance.judge(self.alert(path, rule, log), self.moment.since_boot)

    def alert(self, path: str, rule: int, log: str = "") -> Alert:
        return replace(alert(rule, log), seconds=int(self.moment.wall), path=path, file=path)

    def _windows(self) -> list[Window]:
        if self.broken:
            raise BookError(self.broken)
        return self.windows

    def _package(self, _: str) -> PackageFile | None:
        return self.package

    def _change(self, path: str) -> Change | None:
        self.asked.append(path)
        if self.mute:
            raise WitnessError
        return self.change


def undeclared(*listeners: str) -> str:
    return f"ossec: output: 'bake-ports': policy=violation undeclared={','.join(listeners)}"


class HoldingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.world = World()

    def test_holds_back_nothing_before_it_was_told(self) -> None:
        world = self.world
        world.windows = [WINDOW]
        self.assertFalse(world.holds())
        self.assertEqual(world.look(), [("begun", None, {})])
        self.assertTrue(world.holds())
        self.assertEqual(world.look(), [])

    def test_holds_back_what_is_declared_and_changed_inside(self) -> None:
        world = self.world
        world.windows = [WINDOW]
        world.look()
        world.go_on(60)
        for path, rule, changed, held in (
            ("/srv/app/page", 550, 5.0, True),
            ("/var/www/new", 554, 5.0, True),
            ("/srv/app/gone", 553, 5.0, True),
            ("/srv/app/page", 100_001, 5.0, True),
            ("/srv/app/page", 550, -5.0, False),
            ("/srv/app2/page", 550, 5.0, False),
            ("/srv/app", 550, 5.0, False),
            ("/etc/passwd", 550, 5.0, False),
            ("", 5720, 5.0, False),
        ):
            with self.subTest(path=path, rule=rule, changed=changed):
                self.assertEqual(world.holds(path, rule, changed), held)
        self.assertNotIn("/etc/passwd", world.asked)

    def test_holds_back_what_was_changed_inside_and_found_later(self) -> None:
        world = self.world
        world.windows = [replace(WINDOW, ended=BEGUN.since_boot + 120)]
        self.assertEqual(world.look(), [("begun", None, {})])
        world.go_on(300)
        self.assertEqual(world.look(), [("ended", "ended", {})])
        self.assertTrue(world.holds(changed=119))
        self.assertFalse(world.holds(changed=121))
        world.go_on(3600)
        self.assertFalse(world.holds(changed=119))

    def test_holds_back_declared_ports_alone(self) -> None:
        world = self.world
        world.windows = [WINDOW]
        world.look()
        for listeners, held in (
            (["tcp/0.0.0.0:8080(java)"], True),
            (["tcp/[::]:8080(java)", "udp/10.0.0.5%ens5:9000(?)"], True),
            (["tcp/0.0.0.0:8080(java)", "tcp/0.0.0.0:31337(nc)"], False),
            (["udp/0.0.0.0:8080(java)"], False),
            (["tcp/0.0.0.0:8080(java)", "3-more"], False),
            (["unknown(ss-missing)"], False),
            ([""], False),
        ):
            with self.subTest(listeners):
                self.assertEqual(world.holds("", PORTS_RULE, log=undeclared(*listeners)), held)
        self.assertFalse(world.holds("", 533, log=undeclared("tcp/0.0.0.0:8080(java)")))
        world.go_on(610)
        self.assertTrue(world.holds("", PORTS_RULE, log=undeclared("tcp/0.0.0.0:8080(java)")))
        world.go_on(10)
        self.assertFalse(world.holds("", PORTS_RULE, log=undeclared("tcp/0.0.0.0:8080(java)")))
        self.assertEqual(world.asked, [])

    def test_what_nobody_can_say_is_notified_and_nobody_waits_for_it(self) -> None:
        world = self.world
        world.windows = [WINDOW]
        world.look()
        world.mute = True
        with redirect_stderr(io.StringIO()):
            self.assertFalse(world.holds("/srv/app/1"))
        self.assertFalse(world.holds("/srv/app/2"))
        world.mute = False
        self.assertFalse(world.holds("/srv/app/3"))
        world.go_on(31)
        self.assertTrue(world.holds("/srv/app/4"))
        self.assertEqual(world.asked, ["/srv/app/1", "/srv/app/4"])


class UpgradeTest(unittest.TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.world.windows = [replace(WINDOW, kind="packages")]
        self.world.look()
        self.world.go_on(30)

    def test_holds_back_what_its_package_brought_and_puts_off_what_may_come_to(self) -> None:
        changed = "Integrity checksum changed for: '/usr/bin/x'\nSize changed from '1' to '2'"
        rights = f"{changed}\nPermissions changed from 'rwxr-xr-x' to 'rwsr-xr-x'"
        owner = f"{changed}\nOwnership was '0', now it is '33'"
        added = "New file '/usr/bin/x' added to the file system."
        inside, before = BEGUN.wall + 5, BEGUN.wall - 5
        for what, log, found, verdict in (
            ("it fits", changed, PackageFile(inside, True, True), "held"),
            ("it does not fit yet", changed, PackageFile(inside, False, True), "later"),
            ("nobody owns it", changed, None, "notified"),
            ("it was changed before", changed, PackageFile(before, True, True), "notified"),
            ("it was changed before and does not fit", changed, PackageFile(before, False, True), "notified"),
            ("it has other rights", rights, PackageFile(inside, True, False), "notified"),
            ("it has another owner", owner, PackageFile(inside, True, True), "notified"),
            ("a setuid program as before", changed, PackageFile(inside, True, False), "held"),
            ("a new setuid program", added, PackageFile(inside, True, False), "notified"),
            ("a new program", added, PackageFile(inside, True, True), "held"),
        ):
            with self.subTest(what):
                self.world.package = found
                self.assertEqual(self.world.judge("/usr/bin/x", 550, log), verdict)

    def test_puts_nothing_off_once_it_is_over(self) -> None:
        self.assertTrue(self.world.maintenance.upgrades())
        self.world.windows = [replace(WINDOW, kind="packages", ended=BEGUN.since_boot + 20)]
        self.world.look()
        self.assertFalse(self.world.maintenance.upgrades())
        changed = "Integrity checksum changed for: '/usr/bin/x'"
        self.world.package = PackageFile(BEGUN.wall + 5, False, True)
        self.assertEqual(self.world.judge("/usr/bin/x", 550, changed), "notified")
        self.world.package = PackageFile(BEGUN.wall + 5, True, True)
        self.assertEqual(self.world.judge("/usr/bin/x", 550, changed), "held")
        self.world.package = PackageFile(BEGUN.wall + 25, True, True)
        self.assertEqual(self.world.judge("/usr/bin/x", 550, changed), "notified")

    def test_covers_no_declared_folder_and_no_port(self) -> None:
        self.assertFalse(self.world.holds("/srv/app/page"))
        self.assertFalse(self.world.holds("", PORTS_RULE, log=undeclared("tcp/0.0.0.0:8080(java)")))

    def test_says_what_it_covers(self) -> None:
        said = of_event(Event("begun", self.world.windows[0]), DECLARED, SAYS)
        self.assertIn("files that are what their package brought", said.text)
        self.assertEqual((said.facts["covers"], said.facts["folders"]), ("packages", []))


class TellingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.world.windows = [WINDOW]
        self.world.look()
        self.world.holds()
        self.world.holds(rule=554)
        self.world.holds()

    def test_ends_by_itself_and_says_how_much_it_held_back(self) -> None:
        self.world.go_on(600)
        self.assertEqual(self.world.look(), [("ended", "time", {550: 2, 554: 1})])
        self.assertEqual(self.world.look(), [])

    def test_ends_by_hand(self) -> None:
        self.world.windows = [replace(WINDOW, ended=BEGUN.since_boot + 1)]
        self.assertEqual(self.world.look(), [("ended", "ended", {550: 2, 554: 1})])

    def test_ends_with_the_boot_and_covers_nothing_later(self) -> None:
        world = self.world
        world.windows = []
        world.moment = Moment("boot-2", BEGUN.wall + 30, 5.0)
        self.assertEqual(world.look(), [("ended", "restarted", {550: 2, 554: 1})])
        self.assertEqual(world.maintenance.known(), [])
        self.assertFalse(world.holds())

    def test_ends_where_the_clock_is_set_and_stays_ended_where_it_is_set_back(self) -> None:
        for by in (-300.0, 300.0):
            with self.subTest(by):
                self.setUp()
                world = self.world
                world.go_on(5, set_by=by)
                self.assertFalse(world.holds())
                self.assertEqual(world.look(), [("ended", "clock", {550: 2, 554: 1})])
                world.go_on(5, set_by=-by)
                self.assertEqual(world.look(), [])
                self.assertFalse(world.holds())

    def test_a_clock_that_is_set_later_covers_nothing_later_either(self) -> None:
        world = self.world
        world.go_on(700)
        world.look()
        self.assertTrue(world.holds())
        world.go_on(1, set_by=-500)
        world.look()
        world.go_on(1, set_by=500)
        world.look()
        self.assertFalse(world.holds())

    def test_ends_where_its_record_is_gone_or_another(self) -> None:
        for windows in (
            [],
            [replace(WINDOW, seconds=900)],
            [replace(WINDOW, begun=replace(BEGUN, wall=1.0))],
        ):
            with self.subTest(windows):
                self.setUp()
                self.world.windows = windows
                self.assertEqual(self.world.look(), [("ended", "gone", {550: 2, 554: 1})])
                self.assertFalse(self.world.holds())
                self.assertEqual(self.world.look(), [])

    def test_an_end_cannot_be_taken_back(self) -> None:
        self.world.windows = [replace(WINDOW, ended=BEGUN.since_boot + 1)]
        self.world.look()
        self.world.windows = [WINDOW]
        self.world.look()
        self.assertFalse(self.world.holds())

    def test_a_file_that_cannot_be_relied_on_ends_it_and_is_a_problem(self) -> None:
        log = io.StringIO()
        self.world.broken = "is not root's alone"
        with redirect_stderr(log):
            self.assertEqual(self.world.look(), [("ended", "gone", {550: 2, 554: 1})])
            self.world.look()
        self.assertEqual(log.getvalue().count("is not root's alone"), 1)
        self.assertIn("is not root's alone", self.world.maintenance.problem)

    def test_a_second_window_is_told_anew(self) -> None:
        begun = replace(BEGUN, wall=BEGUN.wall + 60, since_boot=BEGUN.since_boot + 60)
        second = Window("w2", "again", "bob", begun, 600)
        self.world.go_on(61)
        self.world.windows = [replace(WINDOW, ended=BEGUN.since_boot + 50), second]
        kinds = [(event.kind, event.window.id) for event in self.world.maintenance.look(0.0)]
        self.assertEqual(kinds, [("begun", "w2"), ("ended", "w1")])

    def test_begins_that_lie_elsewhere_are_none(self) -> None:
        for begun in (replace(BEGUN, boot="boot-0"), replace(BEGUN, since_boot=9999.0)):
            self.world.windows = [WINDOW, replace(WINDOW, id="w2", begun=begun)]
            self.assertEqual(self.world.look(), [])

    def test_tells_at_times_what_was_found_later(self) -> None:
        world = self.world
        world.go_on(600)
        world.look()
        world.go_on(10)
        world.holds()
        self.assertEqual(world.look(), [])
        world.go_on(600)
        self.assertEqual(world.look(), [("late", None, {550: 1})])
        world.holds()
        self.assertEqual(world.look(), [])
        world.go_on(1800)
        world.windows = []
        self.assertEqual(world.look(), [("late", None, {550: 1})])
        self.assertEqual(world.maintenance.known(), [])

    def test_a_restart_goes_on_with_it_and_tells_nothing_twice(self) -> None:
        world = self.world
        with folder() as path:
            save(path / "state.json", State(maintenance=world.maintenance.known()))
            kept = load(path / "state.json")
        assert kept is not None
        surroundings = Surroundings(
            lambda: world.windows, Witness(lambda _: None, lambda _: None), lambda: world.moment
        )
        world.maintenance = Maintenance(DECLARED, surroundings, kept.maintenance)
        self.assertEqual(world.look(), [])
        world.go_on(600)
        self.assertEqual(world.look(), [("ended", "time", {550: 2, 554: 1})])


class WordsTest(unittest.TestCase):
    def test_begin(self) -> None:
        said = of_event(Event("begun", WINDOW), DECLARED, SAYS)
        self.assertEqual((said.kind, said.title), ("maintenance_begun", "Maintenance begins"))
        self.assertEqual(
            said.text,
            "By alice: deploy 42. Until 2026-11-01T07:36:40Z at the latest, alerts about these stay on the "
            "machine: /srv/app, /var/www, tcp/8080, udp/9000.",
        )
        self.assertEqual(said.facts["folders"], ["/srv/app", "/var/www"])
        self.assertIn("nothing is declared", of_event(Event("begun", WINDOW), Declared(), SAYS).text)

    def test_end(self) -> None:
        said = of_event(Event("ended", WINDOW, "time", {550: 2, 554: 1}), DECLARED, SAYS)
        self.assertEqual(
            said.text,
            "Its time was over. 3 alerts were held back: 2 × rule 550, 1 × rule 554. By alice: deploy 42.",
        )
        self.assertEqual(said.facts["held_back"], {"550": 2, "554": 1})
        self.assertEqual(said.facts["why"], "time")
        self.assertIn(
            "No alert was held back.", of_event(Event("ended", WINDOW, "ended"), DECLARED, SAYS).text
        )

    def test_later(self) -> None:
        said = of_event(Event("late", WINDOW, None, {550: 1}), DECLARED, SAYS)
        self.assertEqual(said.kind, "maintenance_late")
        self.assertIn("1 alert was held back: 1 × rule 550.", said.text)

    def test_whoever_writes_a_reason_writes_one_line(self) -> None:
        said = of_event(Event("begun", replace(WINDOW, reason="a\nb\u202ec" * 500)), DECLARED, SAYS)
        self.assertNotIn("\n", said.text)
        self.assertLess(len(said.text), 700)


class KnownTest(unittest.TestCase):
    def test_what_a_spoiled_state_holds_is_none(self) -> None:
        with folder() as path:
            save(path / "state.json", State(maintenance=[Known(WINDOW)]))
            text = (path / "state.json").read_text()
            for spoiled in (text.replace('"begun"', '"begin"'), text.replace('"held": {}', '"held": 1')):
                (path / "state.json").write_text(spoiled)
                self.assertIsNone(load(path / "state.json"))


if __name__ == "__main__":
    unittest.main()
