"""Decide how a play ended, from media time shown against the catalogue's duration.

libVLC's own "end reached" is no evidence: it says the same of random bytes, of an HTML page named
.mp4 and of a file cut in the middle (found by experiment; every such file is in the tests).
"""

from __future__ import annotations

from kiosk.messages import Verdict


def slack_s(expected_s: float) -> float:
    """Return how much may be missing from a whole play, in seconds.

    libVLC reports its time every quarter of a second and a container's duration is that of its
    longest stream, so the last tenths are not seen; a file cut at nine tenths must still be told
    from a whole one, even a file of 5 s.
    """
    return min(1.0, 0.2 + 0.03 * expected_s)


def judge(*, started: bool, shown_s: float, expected_s: float) -> Verdict:
    """Return the verdict of a play that came to its end by itself.

    `expected_s` is the catalogue's duration less what a person skipped; 0 when nobody knows it.
    """
    if not started:
        return Verdict.FAILED_TO_START
    if shown_s + slack_s(expected_s) >= expected_s:
        return Verdict.PLAYED
    return Verdict.CUT_SHORT


class Shown:
    """Counts the media time that was really shown: jumps and stalls do not count."""

    def __init__(self, position_s: float, expected_s: float, now: float) -> None:
        self.position_s = position_s
        self.shown_s = 0.0
        self.expected_s = expected_s
        self._marked = now

    def advance(self, position_s: float, now: float) -> None:
        """Take a report of the media time; only what fits into the time that passed counts as shown.

        A tenth and half a second of grace: reports come in steps, and libVLC catches up after a stall.
        """
        step = position_s - self.position_s
        passed = now - self._marked
        self.shown_s += max(0.0, min(step, passed * 1.1 + 0.5))
        self.position_s, self._marked = position_s, now

    def jump(self, position_s: float, now: float) -> None:
        """Take a wish to be elsewhere: what is skipped is no longer expected, what is repeated is."""
        self.expected_s = max(0.0, self.expected_s - (position_s - self.position_s))
        self.position_s, self._marked = position_s, now

    def rest(self, now: float) -> None:
        """Restart the clock after a hold."""
        self._marked = now
