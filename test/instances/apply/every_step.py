"""Wherever a push is ended, and whatever fails: all of the old with its daemons, or all of the new."""

import fcntl
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(__file__))
import world  # noqa: E402


class Push(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.world = world.World(pathlib.Path(scratch.name) / "root")
        self.states = {}
        for tarball in (world.OLD, world.NEW):
            self.begin(tarball)
            self.old = self.world.look()
            self.push()
            self.states[tarball] = self.world.look()
            self.assertEqual(self.world.rings(), [], "what a push has changed")

    def begin(self, tarball):
        self.world.build()
        self.world.bring(tarball)

    def push(self, **ending):
        return self.world.run(str(self.world.bundle), **ending)

    def every_step(self, tarball, how, stride=1):
        """What a push says that is ended at each step in turn."""
        at, came = 1 - stride, True
        while came:
            at += stride
            self.begin(tarball)
            outcome, came = self.push(at=at, how=how)
            if came:
                yield at, outcome
        self.assertGreater(at, 20, "steps")

    def boot(self):
        for name in os.listdir(self.world.running):
            (self.world.running / name).unlink()
        self.world.run("recover")
        for name in world.UNITS:
            (self.world.running / name).touch()

    def is_left(self):
        return (self.world.state / "open.json").exists()

    def which(self, tarball, at):
        """Whether it is the old or the new; it is one of both."""
        self.assertFalse(self.is_left(), f"step {at}")
        now, new = self.world.look(), self.states[tarball]
        if now != self.old and now != new:
            differs = {name: [name for name in {**now, **other} if now.get(name) != other.get(name)]
                       for name, other in (("old", self.old), ("new", new))}
            self.fail(f"step {at}: neither: {differs}")
        self.assertEqual(self.world.rings(), [], f"step {at}")
        return "old" if now == self.old else "new"

    def goes_on(self, tarball, at):
        """The next push comes to its end; not asked after every step, since that takes its time."""
        if at % 10:
            return
        outcome, _ = self.push()
        self.assertIn(outcome["result"], ("updated", "skipped"), f"step {at}: {outcome}")
        self.assertEqual(self.which(tarball, at), "new")

    def killed_anywhere(self, tarball):
        found = {"old": 0, "new": 0}
        for at, outcome in self.every_step(tarball, "kill"):
            was_left = self.is_left()
            said, _ = self.world.run("ended")
            which = self.which(tarball, at)
            self.assertEqual((said or {}).get("result"), "rolled-back" if was_left else None, f"step {at}: {said}")
            found[which] += 1
            self.goes_on(tarball, at)
        self.assertTrue(all(found.values()), found)

    def failing_anywhere(self, tarball):
        found = set()
        for at, outcome in self.every_step(tarball, "fail", 2 if tarball == world.NEW else 3):
            expected = "new" if outcome["result"] == "updated" else "old"
            self.assertEqual(self.which(tarball, at), expected, f"step {at}: {outcome}")
            found.add(outcome["result"])
            self.goes_on(tarball, at)
        self.assertEqual(found, {"updated", "refused", "rolled-back"})

    def failing_from_then_on(self, tarball):
        found = set()
        for at, outcome in self.every_step(tarball, "full", 5):
            found.add(outcome["result"])
            self.assertEqual(outcome["result"] == "broken", self.is_left(), f"step {at}: {outcome}")
            if outcome["result"] == "broken":
                self.assertRegex(outcome["reason"], "not back yet: the next push goes on with that$")
                self.boot()
            if outcome["result"] != "rolled-back":
                self.which(tarball, at)
            self.goes_on(tarball, at)
        self.assertLessEqual({"refused", "broken"}, found)


    def test_what_does_not_start_goes_back_wherever_that_is_ended(self):
        self.world.refuses_to_start = self.refuse_the_new
        for at, outcome in self.every_step(world.OLD, "kill", 2):
            self.world.run("ended")
            self.assertEqual(self.which(world.OLD, at), "old")
        self.begin(world.NEW)
        outcome, _ = self.push()
        self.assertEqual(self.which(world.NEW, 0), "old")
        self.assertEqual((outcome["result"], outcome["reason"]), ("rolled-back", "it does not start"))

    def refuse_the_new(self, unit):
        if unit == "ossec@syscheckd.service" and "new" in (self.world.home / "etc/ossec.conf").read_text():
            raise self.world.modules.base.Broken("it does not start")

    def test_and_where_folders_are_copied_and_systemd_is_ended_too(self):
        world.copying(self.world.modules.versions)
        for at, _ in self.every_step(world.NEW, "kill", 17):
            again, came = 0, True
            while came:
                again += 13
                _, came = self.world.run("ended", at=again)
            self.which(world.NEW, f"{at}, {again}")

    def test_a_swap_of_folders_that_are_copied_is_undone_wherever_it_ended(self):
        versions = self.world.modules.versions
        world.copying(versions)
        at, came = 0, True
        while came:
            at += 1
            self.begin(world.NEW)
            before = self.world.look()
            self.world.install_beside(None)
            names = versions.carried()
            _, came = self.world.do(lambda: versions.swap(names), at=at)
            self.world.do(lambda: versions.undo(names))
            self.assertEqual(self.world.look(), before, f"step {at}")
        self.assertGreater(at, 20)

    def test_who_is_put_back_by_a_daemon_that_starts_runs_as_a_whole_afterwards(self):
        steps = []
        for at, _ in self.every_step(world.OLD, "kill", 9):
            self.world.run("recover")
            running = len(os.listdir(self.world.running))
            self.world.run("ended")
            self.which(world.OLD, at)
            steps.append(running)
        self.assertLess(min(steps), len(world.UNITS))

    def test_what_is_no_file_is_refused_and_nobody_notices(self):
        for odd in (self.world.ports, self.world.gone, self.world.etc / "units/sockets.target.wants/bake-new.socket"):
            self.begin(world.OLD)
            odd.unlink(missing_ok=True)
            odd.parent.mkdir(exist_ok=True)
            odd.symlink_to(self.world.init) if odd != self.world.gone else odd.mkdir()
            before = self.world.look()
            inodes = [(self.world.running / name).stat().st_mtime_ns for name in world.UNITS]
            outcome, _ = self.push()
            if odd.parent.name == "sockets.target.wants":
                self.assertEqual(outcome["result"], "updated", "it is enabled already")
                continue
            self.assertEqual((outcome["result"], outcome["reason"]), ("refused", f"{odd} is not an ordinary file"))
            self.assertEqual(self.world.look(), before)
            self.assertEqual([(self.world.running / name).stat().st_mtime_ns for name in world.UNITS], inodes)

    def test_daemons_that_do_not_run_are_started_and_only_they(self):
        self.begin(world.OLD)
        self.push()
        (self.world.running / "ossec@monitord.service").unlink()
        outcome, _ = self.push()
        self.assertEqual((outcome["result"], outcome["restarted"]), ("updated", ["monitord"]))
        self.assertEqual(self.which(world.OLD, 0), "new")
        outcome, _ = self.push()
        self.assertEqual(outcome["result"], "skipped")

    def test_whose_a_file_is_and_who_may_read_it_is_pushed_too(self):
        self.begin(world.OLD)
        self.push()
        self.world.ports.chmod(0o666)
        os.chown(self.world.home / "etc/ossec.conf", 1, 1)
        outcome, _ = self.push()
        self.assertEqual(outcome["changed"], [str(self.world.home / "etc/ossec.conf"), str(self.world.ports)])
        self.assertEqual(self.world.look()["etc/bake/ports.allow"], ("tcp/81\n", 0o644))
        self.assertEqual((self.world.home / "etc/ossec.conf").stat().st_uid, 0)

    def test_what_somebody_has_made_no_xml_is_replaced(self):
        self.begin(world.OLD)
        (self.world.home / "etc/ossec.conf").write_text(world.CONF.format("a") + "<localfile>" + world.CONF.format("&"))
        self.world.take_baseline()
        self.assertEqual(self.push()[0]["result"], "updated")
        self.assertEqual(self.which(world.OLD, 0), "new")

    def test_another_disk_below_is_refused(self):
        for point in (self.world.home, self.world.home / "logs"):
            self.begin(world.NEW)
            before = self.world.look()
            with open(self.world.root / "mountinfo", "a") as mounts:
                mounts.write(f"3 1 0:2 / {point} rw - ext4 y rw\n")
            outcome, _ = self.push()
            self.assertEqual(outcome["result"], "refused")
            self.assertRegex(outcome["reason"], f"^{point} is a disk of its own, ")
            self.assertEqual(self.world.look(), before)
            self.world.bring(world.OLD)
            self.assertEqual(self.push()[0]["result"], "updated", "a configuration")

    def test_another_version_brings_what_rootcheck_knows_and_keeps_what_was_gathered(self):
        new = self.states[world.NEW]
        self.assertEqual(new["var/ossec/etc/shared/rootkit_files.txt"][0], "new")
        self.assertEqual(new["var/ossec/logs/ossec.log"][0], "gathered")
        self.assertEqual(new["var/ossec/etc/shared/ar.conf"], ("written at a start", 0o440))

    def test_another_push_is_let_be(self):
        self.begin(world.OLD)
        with open(self.world.state / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            (self.world.state / "open.json").write_text("of the other one")
            self.assertEqual(self.push()[0], {"version": 1, "result": "refused", "reason": "another push is at work here"})
            self.world.run("recover")
            self.world.run("ended", exit_code="exited", exit_status="4")
        self.assertTrue(self.is_left())


for mode, tarball in (("a configuration", world.OLD), ("another version", world.NEW)):
    for name in ("killed_anywhere", "failing_anywhere", "failing_from_then_on"):
        def case(self, name=name, tarball=tarball):
            getattr(self, name)(tarball)
        setattr(Push, f"test_{name}_{mode.replace(' ', '_')}", case)

if __name__ == "__main__":
    unittest.main()
