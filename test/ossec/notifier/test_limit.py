"""A hook gets so many a minute, and nothing is lost without being counted."""

import unittest

from bake_notifier.limit import REPEAT_SECONDS, WINDOW_SECONDS, HeldBack, Limiter
from support import alert


class LimitTest(unittest.TestCase):
    def test_a_burst_is_there_whole_or_counted(self) -> None:
        limiter = Limiter(30)
        admitted = sum(limiter.admits("hook-1", alert(log=f"attempt {number}"), 0.0) for number in range(60))
        self.assertEqual(admitted, 30)
        self.assertEqual(limiter.due(WINDOW_SECONDS - 1), [])
        self.assertEqual(limiter.due(WINDOW_SECONDS), [HeldBack("hook-1", {5720: 30}, {})])
        self.assertEqual(limiter.due(WINDOW_SECONDS * 2), [])

    def test_each_minute_begins_anew(self) -> None:
        limiter = Limiter(2)
        times = [0, 1, 2, 60, 61, 62, 200]
        admitted = [limiter.admits("hook-1", alert(log=str(now)), float(now)) for now in times]
        self.assertEqual(admitted, [True, True, False, True, True, False, True])
        self.assertEqual(limiter.due(1000.0), [HeldBack("hook-1", {5720: 2}, {})])

    def test_a_hook_is_not_held_back_for_another(self) -> None:
        limiter = Limiter(1)
        self.assertTrue(all(limiter.admits(f"hook-{number}", alert(), 0.0) for number in range(70)))

    def test_the_same_words_are_said_once_an_hour(self) -> None:
        limiter = Limiter(30)
        said = [limiter.admits("hook-1", alert(990002, "policy=violation"), now * 5.0) for now in range(1000)]
        self.assertEqual([at * 5 for at, is_said in enumerate(said) if is_said], [0, 3600])
        self.assertEqual(limiter.due(4995.0), [HeldBack("hook-1", {}, {990002: 719})])
        self.assertEqual(limiter.due(3600.0 * 2), [HeldBack("hook-1", {}, {990002: 279})])

    def test_repeats_do_not_use_up_the_minute(self) -> None:
        limiter = Limiter(2)
        for _ in range(100):
            limiter.admits("hook-1", alert(log="the same"), 0.0)
        self.assertTrue(limiter.admits("hook-1", alert(log="another"), 0.0))

    def test_what_was_held_back_is_not_taken_for_said(self) -> None:
        limiter = Limiter(1)
        limiter.admits("hook-1", alert(log="first"), 0.0)
        self.assertFalse(limiter.admits("hook-1", alert(log="second"), 1.0))
        self.assertTrue(limiter.admits("hook-1", alert(log="second"), 61.0))

    def test_remembers_no_more_than_it_should(self) -> None:
        limiter = Limiter(1_000_000)
        for number in range(5000):
            limiter.admits("hook-1", alert(log=f"{number}"), 0.0)
            limiter.admits("hook-1", alert(log=f"{number}"), 0.0)
        self.assertEqual(limiter.due(0.0), [HeldBack("hook-1", {}, {5720: 3000})])
        self.assertEqual(limiter.due(REPEAT_SECONDS), [HeldBack("hook-1", {}, {5720: 2000})])

    def test_a_restart_takes_the_counts_along(self) -> None:
        limiter = Limiter(1)
        for log in ("a", "b", "a", "c"):
            limiter.admits("hook-1", alert(log=log), 0.0)
        untold = limiter.untold()
        self.assertEqual(untold, [HeldBack("hook-1", {5720: 2}, {5720: 1})])
        self.assertEqual(limiter.untold(), untold)
        after = Limiter(1)
        after.restore(untold[0])
        self.assertEqual(after.due(0.0), untold)


if __name__ == "__main__":
    unittest.main()
