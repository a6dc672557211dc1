#!/usr/bin/env python3
"""Our own features as users run them: features/mprun, in which mprun plays
mprun, and runs at the same time that must not disturb each other.

usage: test_features.py --mprun PATH --source DIR --build DIR --packages DIR
                        (--own | --pairs N [MPRUN-WORD...])

--own: features/mprun once. --pairs N: N times two runs at the same time, one
with -j 1 and one with -j 4, of the paths and options that follow; all must
have the same cases with the same statuses.
"""
import argparse
import sys
import threading
import time

import features
import harness


def own(options, report):
    place = features.Place(options, ["features/mprun"])
    run = place.run(["-j", "2"], seconds=240)
    got, faults = features.judge(run)
    faults += [f"{case} is {status}" for case, status in got
               if status != "passed"]
    faults += [f"note: {r['text']}" for r in run.of_type("note")
               if r["text"].startswith("left behind")]
    report.check(f"features/mprun, {len(got)} cases", faults, run, True)
    place.remove()


class Player(threading.Thread):
    """One run, beside another one."""

    def __init__(self, options, words):
        super().__init__()
        paths = [word for word in options.words if not word.startswith("-")]
        self.words = words + [word for word in options.words
                              if word.startswith("-")]
        self.place = features.Place(options, paths)
        self.started, self.took, self.result = 0.0, 0.0, None

    def run(self):
        self.started = time.monotonic()
        self.result = self.place.run(self.words, seconds=1800)
        self.took = time.monotonic() - self.started


def pairs(options, report):
    first = None
    for number in range(options.pairs):
        players = [Player(options, ["-j", jobs]) for jobs in ("1", "4")]
        for player in players:
            player.start()
        for player in players:
            player.join()
        if abs(players[0].started - players[1].started) > min(
                player.took for player in players):
            report.check("two at the same time", ["they ran one by one"])
        for player in players:
            got, faults = features.judge(player.result)
            first = first or got
            if got != first:
                odd = sorted(set(got) ^ set(first))
                faults.append(f"other than the first: {odd[:10]}")
            report.check(f"pair {number + 1}, {' '.join(player.words)}: "
                         f"{len(got)} cases, {player.took:.1f} s", faults,
                         player.result, True)
            player.place.remove()


def main():
    parser = argparse.ArgumentParser()
    features.add_arguments(parser)
    parser.add_argument("--own", action="store_true")
    parser.add_argument("--pairs", type=int, default=0)
    options, options.words = parser.parse_known_args()
    missing = features.missing(options)
    if missing:
        print(missing)
        return harness.SKIP
    harness.become_subreaper()
    report = harness.Report()
    if options.own:
        own(options, report)
    pairs(options, report)
    return report.finish("runs")


if __name__ == "__main__":
    sys.exit(main())
