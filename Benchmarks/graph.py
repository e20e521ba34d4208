#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the service graph against a real Prometheus: time to the first graph, memory, CPU, and the decoder against orjson.

    Benchmarks/graph.py [--services 50,200,500,2000] [--runs 9] [--build .build/release]

A simulated mesh is scraped by a Prometheus of its own. Then the mesh ends, and everybody asks for the same past moment. The peer is a plain
HTTP client that sends the two queries that the graph is made of and reads the answers to their ends, one after the other, on one connection;
the runs of both alternate. That client runs already, and its libraries are loaded; `just started` compares two programs from their starts: curl
with the same two queries, and meshtop until it prints the graph. `+10 ms` goes through a relay that holds every request for that long. orjson is a Python package; without it the
decoder is measured alone.
"""
import argparse
import datetime
import gzip
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

METRICS = [
    "istio_requests_total", "istio_tcp_received_bytes_total", "kube_pod_info", "kube_pod_owner", "kube_replicaset_owner",
]
ENDS = (
    "reporter, source_cluster, source_workload_namespace, source_workload, source_canonical_service, source_canonical_revision, "
    "destination_cluster, destination_service_namespace, destination_service, destination_service_name, destination_workload_namespace, "
    "destination_workload, destination_canonical_service, destination_canonical_revision"
)
WINDOW = 20
QUERIES = [
    f"sum by ({ENDS}, request_protocol, response_code, grpc_response_status, response_flags, connection_security_policy) "
    f"(rate(istio_requests_total[{WINDOW}s])) > 0",
    f"sum by ({ENDS}, app, response_flags, connection_security_policy) (rate(istio_tcp_received_bytes_total[{WINDOW}s])) > 0",
]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Relay:
    """Holds each request for a time, then lets bytes pass as they come."""

    def __init__(self, port, seconds):
        self.target, self.seconds = port, seconds
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.target))
            for one, other, wait in ((client, server, self.seconds), (server, client, 0)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.copy, args=(one, other, wait), daemon=True).start()

    @staticmethod
    def copy(one, other, wait):
        try:
            while data := one.recv(1 << 18):
                if wait:
                    time.sleep(wait)
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def plain(port, at, encoding=None):
    """Seconds that a plain client takes for the two queries, and the bodies."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    bodies = []
    for query in QUERIES:
        path = "/api/v1/query?" + urllib.parse.urlencode({"query": query, "time": at})
        connection.request("GET", path, headers={"Accept-Encoding": encoding} if encoding else {})
        bodies.append(connection.getresponse().read())
    connection.close()
    return time.perf_counter() - started, bodies


def just_started(port, at):
    """Milliseconds that curl takes from its start for the two queries, asking for gzip as we do; None without curl."""
    if not shutil.which("curl"):
        return None
    addresses = []
    for query in QUERIES:
        url = f"http://127.0.0.1:{port}/api/v1/query?" + urllib.parse.urlencode({"query": query, "time": at})
        addresses += ["-o", "/dev/null", url]
    started = time.perf_counter()
    subprocess.run(["curl", "-s", "--compressed"] + addresses, check=True)
    return (time.perf_counter() - started) * 1000


def ask(port, query, at=None):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/api/v1/query?" + urllib.parse.urlencode({"query": query} | ({"time": at} if at else {})))
    return json.load(connection.getresponse())["data"]["result"]


def prometheus(folder, target):
    with open(f"{folder}/prometheus.yml", "w", encoding="utf-8") as file:
        file.write(
            "global: {scrape_interval: 4s, scrape_timeout: 4s}\nscrape_configs:\n- job_name: mesh\n"
            f"  params: {{metric: [{', '.join(METRICS)}]}}\n  static_configs: [{{targets: ['{target}']}}]\n")
    port = free_port()
    log = open(f"{folder}/log", "w", encoding="utf-8")
    process = subprocess.Popen(
        ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
         f"--web.listen-address=127.0.0.1:{port}"], stdout=log, stderr=log)
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/-/ready")
            if connection.getresponse().status == 200:
                return process, port
        except OSError:
            pass
        time.sleep(0.1)
    sys.exit("prometheus does not answer")


def scraped(build, services, folder):
    """A Prometheus that knows a mesh of so many services, and a moment at which it knows all of it."""
    mesh = subprocess.Popen(
        [f"{build}/meshtop", "simulate", "healthy", "--services", str(services)], stdout=subprocess.PIPE, text=True)
    try:
        target = json.loads(mesh.stdout.readline())["prometheus"].split("//")[1]
        process, port = prometheus(folder, target)
        for _ in range(60):
            time.sleep(2)
            rows = ask(port, "sum_over_time(up[20s])")
            if rows and float(rows[0]["value"][1]) >= 4:
                break
        return process, port, f"{time.time():.3f}"
    finally:
        mesh.terminate()
        mesh.wait()


def median(values):
    return sorted(values)[len(values) // 2]


def ours(build, port, at):
    output = subprocess.run(
        [f"{build}/meshtop-benchmarks", "graph", f"http://127.0.0.1:{port}", str(WINDOW), at],
        stdout=subprocess.PIPE, text=True, check=True).stdout
    try:
        return json.loads(output)
    except ValueError:
        sys.exit(f"no graph: {output}")


def moment(at):
    return datetime.datetime.fromtimestamp(float(at), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def as_program(build, port, at):
    """Milliseconds from the start of the program until it prints a graph."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [f"{build}/meshtop", "watch", "--prometheus", f"http://127.0.0.1:{port}", "--window", f"{WINDOW}s", "--at", moment(at)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    seen = b""
    while b'"graph":{' not in seen and time.perf_counter() - started < 60:
        seen = seen[-16:] + process.stdout.read1(1 << 16)
    elapsed = (time.perf_counter() - started) * 1000
    process.stdout.close()
    process.terminate()
    process.wait()
    return elapsed


def high_water(build, url, at, seconds):
    """The most memory that a process has used, and its CPU in per cent, in a run that prints lines."""
    process = subprocess.Popen(
        [f"{build}/meshtop", "watch", "--prometheus", url, "--window", f"{WINDOW}s", "--at", moment(at)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        fields = dict(line.split(":", 1) for line in file)
    process.terminate()
    process.wait()
    return int(fields["VmHWM"].split()[0]) / 1024, int(fields["VmRSS"].split()[0]) / 1024


def orjson_ms(body, runs):
    try:
        import orjson
    except ImportError:
        return None
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        document = orjson.loads(body)
        times.append((time.perf_counter() - started) * 1000)
        del document
    return min(times), median(times)


def measure(build, services, runs):
    folder = tempfile.mkdtemp(prefix="meshtop-graph-")
    process = None
    try:
        process, port, at = scraped(build, services, folder)
        at = f"{float(at) - 1:.3f}"
        _, bodies = plain(port, at)
        series = bodies[0].count(b'"metric"')
        times = {}
        for name, target in (("near", port), ("+10 ms", Relay(port, 0.010).port)):
            raw, zipped, own, fold, program, started = [], [], [], [], [], []
            for _ in range(runs):
                raw.append(plain(target, at)[0] * 1000)
                zipped.append(plain(target, at, "gzip")[0] * 1000)
                result = ours(build, target, at)
                own.append(result["ms"])
                fold.append(result["fold"])
                program.append(as_program(build, target, at))
                started.append(just_started(target, at) or float("nan"))
            times[name] = tuple(map(median, (raw, zipped, own, fold, program, started)))
        idle = high_water(build, "http://127.0.0.1:1", at, 6)
        full = high_water(build, f"http://127.0.0.1:{port}", at, 14)
        print(
            f"{services} services: {series} series of requests, {sum(map(len, bodies)) / 1e6:.1f} MB, "
            f"{sum(len(gzip.compress(body, 1)) for body in bodies) / 1e6:.2f} MB gzip; "
            f"graph of {result['nodes']} nodes, {result['edges']} edges", flush=True)
        for name, (raw, zipped, own, fold, program, started) in times.items():
            print(
                f"  {name}: two raw queries {raw:.0f} ms (asked for gzip: {zipped:.0f}), first graph {own:.0f} ms "
                f"(of it fold and snapshot {fold:.0f}), ratio {own / raw:.2f} (to gzip {own / zipped:.2f}); "
                f"just started: printed after {program:.0f} ms, curl after {started:.0f} ms, ratio {program / started:.2f}",
                flush=True)
        print(
            f"  memory: at most {full[0]:.0f} MB against {idle[0]:.0f} MB without an answer: {full[0] - idle[0]:.0f} MB more "
            f"({full[1] - idle[1]:.0f} afterwards)", flush=True)
        recorded = f"{folder}/answer.json"
        with open(recorded, "wb") as file:
            file.write(bodies[0])
        print(subprocess.run(
            [f"{build}/meshtop-benchmarks", "telemetry", recorded], stdout=subprocess.PIPE, text=True,
            check=True).stdout.replace("answer of", "  answer of").replace("graph of", "  graph of"), end="")
        peer = orjson_ms(bodies[0], 20)
        print("  orjson is not installed" if peer is None else f"  orjson: best {peer[0]:.1f} ms, median {peer[1]:.1f} ms")
    finally:
        if process:
            process.terminate()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--services", default="50,200,500,2000")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--build", default=".build/release")
    options = parser.parse_args()
    if not os.access(f"{options.build}/meshtop-benchmarks", os.X_OK):
        sys.exit(f"there is no {options.build}/meshtop-benchmarks; run 'make benchmark' and 'make release' first")
    if not shutil.which("prometheus"):
        sys.exit("there is no prometheus")
    for services in options.services.split(","):
        measure(os.path.abspath(options.build), int(services), options.runs)


if __name__ == "__main__":
    main()
