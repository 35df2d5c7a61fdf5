"""Runs contenders one after another, round by round, so that all share the noise of the machine, and takes medians.

A ratio is the median of the rounds' ratios, each of two runs that stood next to each other. CPU seconds (user and
system, children included) count for one thread, because they hold no time that other processes took; seconds of the
wall for many.
"""

import collections
import hashlib
import json
import os
import statistics
import subprocess
import sys
import time

Sample = collections.namedtuple("Sample", "wall cpu digest")
LAUNCHER = (
    "import os,sys\np=os.fork()\nif not p: os.execvp(sys.argv[1],sys.argv[1:])\n"
    "_,s,u=os.wait4(p,0)\nprint(u.ru_maxrss,file=sys.stderr)\nsys.exit(os.waitstatus_to_exitcode(s))"
)


class Failed(Exception):
    """A contender that did not do its job; the message says which and how."""


class Contender:
    """is_unordered: it writes whole lines, but those of several files as they come."""

    def __init__(self, name, argv, stats=None, statuses=(0,), env=None, is_unordered=False):
        self.name, self.argv, self.stats, self.statuses, self.is_unordered = name, argv, stats, statuses, is_unordered
        self.env = dict(os.environ, **env) if env else None
        self.samples, self.stages = [], []

    def run(self, out):
        """One run, its stdout in a file: a device may be recognised (grep stops at the first hit before /dev/null)."""
        with open(out, "wb") as file:
            start = time.monotonic()
            process = subprocess.Popen(
                self.argv, stdout=file, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=self.env
            )
            complaint = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        if process.returncode not in self.statuses:
            raise Failed(
                f"{self.name}: status {process.returncode}: {complaint.decode(errors='replace')[-300:].strip()}"
            )
        return Sample(wall, usage.ru_utime + usage.ru_stime, digest_of(out, self.is_unordered))

    def output(self, out):
        self.run(out)
        with open(out, "rb") as file:
            return file.read()


def digest_of(path, is_unordered=False):
    digest = hashlib.blake2b()
    with open(path, "rb") as file:
        if is_unordered:
            digest.update(b"".join(sorted(file)))
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def race(contenders, runs, out):
    """Runs all of them once to warm up and then so many times, each round in another order. Output that changes between
    runs is an error: what was verified before would not hold of what was timed."""
    for number in range(-1, runs):
        turn = max(0, number) % len(contenders)
        for contender in contenders[turn:] + contenders[:turn]:
            sample = contender.run(out)
            if number < 0:
                contender.samples, contender.stages, contender.digest = [], [], sample.digest
                continue
            if sample.digest != contender.digest:
                raise Failed(f"{contender.name}: two runs wrote different output")
            contender.samples.append(sample)
            if contender.stats:
                with open(contender.stats, encoding="utf-8") as file:
                    contender.stages.append(json.load(file))


def seconds(contender, clock):
    return statistics.median(getattr(sample, clock) for sample in contender.samples)


def ratio(numerator, denominator, clock):
    """(median, lowest, highest) of numerator's seconds over denominator's, round by round."""
    found = sorted(
        getattr(a, clock) / max(1e-6, getattr(b, clock)) for a, b in zip(numerator.samples, denominator.samples)
    )
    return statistics.median(found), found[0], found[-1]


def best(contenders, clock):
    return min(contenders, key=lambda contender: seconds(contender, clock))


def busy(contender, threads=1):
    """Wall over CPU seconds of a program whose threads never wait and have the same to do: above 1, others had a core."""
    return statistics.median(sample.wall * threads / max(1e-6, sample.cpu) for sample in contender.samples)


class Peak:
    """A process whose largest resident set is wanted; a small one starts it: a child inherits its parent's."""

    def __init__(self, argv, stdin=subprocess.DEVNULL):
        self.argv = argv
        self.process = subprocess.Popen(
            [sys.executable, "-S", "-c", LAUNCHER, *argv],
            stdin=stdin,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def kib(self):
        lines = self.process.stderr.read().decode(errors="replace").split("\n")
        self.process.stderr.close()
        if self.process.wait() != 0:
            raise Failed(f"{' '.join(self.argv)}: status {self.process.returncode}: {' '.join(lines)[-300:]}")
        return int(lines[-2])
