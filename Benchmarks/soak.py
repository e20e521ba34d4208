#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Watches meshtop's memory, descriptors and threads while a mesh is in trouble all the time, and fails when they grow.

    Benchmarks/soak.py [--minutes 25] [--members 45] [--binary .build/release/meshtop] [--slope 0.05]

The mesh flaps (`simulate reachability-flapping`), and a second one dies and comes back each minute while both are watched. The first fifth of the
run, at least two minutes, is warming up. The slope is the median of the slopes between all pairs of samples (Theil and Sen), so that a single peak
does not decide; memory is what is not shared with a file. Exits 1 when a slope is above its threshold, 0 otherwise.
"""
import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import time

import process

SAMPLE = 5.0


def serve(binary, scenario, members, port):
    server = subprocess.Popen(
        [binary, "simulate", scenario, "--members", str(members), "--port", str(port)], stdout=subprocess.PIPE, text=True)
    line = server.stdout.readline()
    if not line:
        sys.exit(f"soak: 'simulate {scenario}' did not start on port {port}")
    return server, json.loads(line)["management"][0]


def slope(samples, index):
    """Growth per minute."""
    pairs = list(itertools.combinations(samples[:: max(1, len(samples) // 120)], 2))
    return 60 * statistics.median((b[index] - a[index]) / (b[0] - a[0]) for a, b in pairs)


def sample(pid, started):
    return (
        time.time() - started, process.memory(pid)[1], len(os.listdir(f"/proc/{pid}/fd")), len(process.threads(pid)))


def watch(pid, descriptor, options, binary, second):
    """Samples, while the second mesh dies at each full minute for twenty seconds."""
    samples, started = [], time.time()
    server = second
    while time.time() - started < options.minutes * 60:
        process.drain(descriptor, SAMPLE)
        samples.append(sample(pid, started))
        isDown = samples[-1][0] > 60 and samples[-1][0] % 60 < 20
        if isDown and server is not None:
            server.kill()
            server.wait()
            server = None
        elif not isDown and server is None:
            server, _ = serve(binary, "crash", 3, options.port + 1)
        if len(samples) % 12 == 0:
            _, memory, descriptors, threads = samples[-1]
            print(f"{samples[-1][0] / 60:5.1f} min  {memory:6.1f} MB  {descriptors} descriptors  {threads} threads", flush=True)
    if server is not None:
        server.kill()
        server.wait()
    return samples


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--members", type=int, default=45)
    parser.add_argument("--binary", default=".build/release/meshtop")
    parser.add_argument("--port", type=int, default=18558)
    parser.add_argument("--slope", type=float, default=0.05, help="MB a minute")
    options = parser.parse_args()
    if not os.access(options.binary, os.X_OK):
        sys.exit(f"soak: there is no {options.binary}; run 'make release' first")
    binary = os.path.abspath(options.binary)
    first, target = serve(binary, "reachability-flapping", options.members, options.port)
    try:
        second, other = serve(binary, "crash", 3, options.port + 1)
        pid, descriptor, _ = process.spawn([binary, "--management", f"A={target}", "--management", f"B={other}", "--interval", "500ms"])
        samples = watch(pid, descriptor, options, binary, second)
        process.end(pid, descriptor)
    finally:
        first.terminate()
        first.wait()
    warm = [each for each in samples if each[0] > max(120, options.minutes * 12)]
    if len(warm) < 24:
        sys.exit("soak: too short to say anything; give at least 5 minutes")
    memory, descriptors, threads = (slope(warm, index) for index in (1, 2, 3))
    print(
        f"slope a minute: {memory:+.3f} MB (threshold {options.slope}), {descriptors:+.3f} descriptors, {threads:+.3f} threads; "
        f"{warm[0][1]:.1f} -> {warm[-1][1]:.1f} MB")
    if memory > options.slope or descriptors > 0.02 or threads > 0.02:
        sys.exit(1)


if __name__ == "__main__":
    main()
