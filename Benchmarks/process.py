#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures meshtop as a process: first frame, first data, CPU, wake-ups, memory, threads and bytes to the terminal.

    Benchmarks/process.py [--members 3,100,1000] [--seconds 60] [--binary .build/release/meshtop] [--starts 20]

Each size is a simulated mesh served over real HTTP by another process. Wake-ups are voluntary context switches of all threads.
CPU comes from the scheduler's nanoseconds, because clock ticks are too coarse for tenths of a per cent.
"""
import argparse
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time


def spawn(argv, rows=24, columns=80):
    started = time.perf_counter()
    pid, descriptor = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.environ.update(TERM="xterm-256color", LANG="C.UTF-8")
        os.execv(argv[0], argv)
    return pid, descriptor, started


def read_until(descriptor, marker, started, limit=5.0):
    """The time in ms until the marker was seen, and all bytes until then; None if it never came."""
    seen = b""
    while time.perf_counter() - started < limit:
        ready, _, _ = select.select([descriptor], [], [], 0.5)
        if ready:
            try:
                seen += os.read(descriptor, 65536)
            except OSError:
                break
            if marker in seen:
                return (time.perf_counter() - started) * 1000, seen
    return None, seen


def end(pid, descriptor):
    os.kill(pid, signal.SIGTERM)
    deadline = time.time() + 2
    while time.time() < deadline:
        ready, _, _ = select.select([descriptor], [], [], 0.1)
        if ready:
            try:
                if not os.read(descriptor, 65536):
                    break
            except OSError:
                break
    os.waitpid(pid, 0)
    os.close(descriptor)


def threads(pid):
    return os.listdir(f"/proc/{pid}/task")


def usage(pid):
    """Seconds on a CPU and voluntary context switches, of all threads."""
    seconds, switches = 0.0, 0
    for thread in threads(pid):
        with open(f"/proc/{pid}/task/{thread}/schedstat") as file:
            seconds += int(file.read().split()[0]) / 1e9
        with open(f"/proc/{pid}/task/{thread}/status") as file:
            switches += int(next(line for line in file if line.startswith("voluntary")).split()[1])
    return seconds, switches


def memory(pid):
    with open(f"/proc/{pid}/status") as file:
        fields = dict(line.split(":", 1) for line in file)
    return int(fields["VmRSS"].split()[0]) / 1024, int(fields["RssAnon"].split()[0]) / 1024


def drain(descriptor, seconds):
    """Counts what arrives in a time."""
    count, deadline = 0, time.time() + seconds
    while time.time() < deadline:
        ready, _, _ = select.select([descriptor], [], [], min(1.0, max(0.0, deadline - time.time())))
        if ready:
            count += len(os.read(descriptor, 65536))
    return count


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure(binary, members, seconds, starts):
    server = subprocess.Popen(
        [binary, "simulate", "healthy", "--members", str(members)], stdout=subprocess.PIPE, text=True)
    try:
        target = json.loads(server.stdout.readline())["management"][0]
        argv = [binary, "--management", target]
        host = target.split("//")[1].split(":")[0].encode()
        first_frame, first_data = [], []
        for _ in range(starts):
            pid, descriptor, started = spawn(argv)
            shown, seen = read_until(descriptor, b"Overview", started)
            first_frame.append(shown or float("inf"))
            # The word that only a health verdict puts on the screen.
            data = shown if b"reachable" in seen else read_until(descriptor, b"reachable", started)[0]
            first_data.append(data or float("inf"))
            end(pid, descriptor)
        pid, descriptor, started = spawn(argv)
        drain(descriptor, 10)
        before, begun = usage(pid), time.time()
        count = drain(descriptor, seconds)
        after, elapsed = usage(pid), time.time() - begun
        rss, anonymous = memory(pid)
        print(
            f"{members} members: first frame {percentile(first_frame, 0.5):.1f} ms, "
            f"first data {percentile(first_data, 0.5):.1f} ms (median of {starts}); "
            f"CPU {100 * (after[0] - before[0]) / elapsed:.2f} % of a core, "
            f"{(after[1] - before[1]) / elapsed:.1f} wake-ups/s, {count / elapsed * 2:.0f} B per tick of 2 s, "
            f"RSS {rss:.1f} MB ({anonymous:.1f} anonymous), {len(threads(pid))} threads",
            flush=True)
        end(pid, descriptor)
    finally:
        server.terminate()
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--members", default="3,100,1000")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--starts", type=int, default=20)
    parser.add_argument("--binary", default=".build/release/meshtop")
    options = parser.parse_args()
    if not os.access(options.binary, os.X_OK):
        sys.exit(f"there is no {options.binary}; run 'make release' first")
    for members in options.members.split(","):
        measure(os.path.abspath(options.binary), int(members), options.seconds, options.starts)


if __name__ == "__main__":
    main()
