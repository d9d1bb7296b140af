#!/usr/bin/env python3
"""The whole program against what people use today, as ratios of one run on one machine.

    benches/whole.py [--uiq BINARY] [--json FILE] [--rounds 5] [--rows 100000] [--only PART,...]
                     [--first BINARY] [--ten-million] [--scratch FOLDER]

Needs python3 and curl; builds `uiq` (unless `--uiq` names one) and a sink, a local server that takes everything and costs next to
nothing (`benches/sink`, built by rustc alone). UiPath's SDK comes from PyPI into the scratch folder. What cannot be had is skipped,
loudly. The journal is on, as it always is; `--scratch` has to lie on a disk, or syncing it would cost nothing.

Everything that is compared is run in turns, round by round; figures are medians, ratios medians of the ratios of each round. The parts:

    load      a CSV file into a sink that answers at once: uiq; curl posting the bodies that uiq sends, byte for byte, over one
              connection; curl adding items one by one over one connection; a curl process an item; UiPath's Python SDK
    latency   sinks that answer after 50 and 200 ms: uiq with 1 and 8 jobs against what latency alone allows
    memory    peak memory and processor time of 10,000 and of 1,000,000 rows
    add       `uiq add` with a kept token against curl: process start to request on the wire, and to the end; `uiq --version`

`--first BINARY` measures the processor time of another build of uiq beside this one. `--ten-million` loads 10,000,000 rows,
kills the load in the middle, and goes on. `--only load,add` runs those parts alone.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = ["load", "latency", "memory", "add"]
BULK = "odata/Queues/UiPathODataSvc.BulkAddQueueItems"
SINGLE = "odata/Queues/UiPathODataSvc.AddQueueItem"


class Bench:
    """What all parts need: binaries, a scratch folder, and the figures so far."""

    def __init__(self, options):
        self.options = options
        self.scratch = Path(tempfile.mkdtemp(prefix="uiq-bench-", dir=options.scratch))
        self.figures = {}
        self.sinks = []
        self.uiq = Path(options.uiq).resolve() if options.uiq else build()
        self.sink_binary = self.scratch / "sink"
        check(["rustc", "--edition", "2024", "-O", HERE / "sink/main.rs", "-o", self.sink_binary], cwd=self.scratch)

    def sink(self, *arguments):
        sink = Sink(self.sink_binary, arguments)
        self.sinks.append(sink)
        return sink

    def folder(self, name):
        return Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.scratch))

    def environment(self, sink, config=None):
        """An environment with nothing in it but the way to the sink, and a state folder of its own."""
        state = self.folder("state")
        return {
            "PATH": os.environ["PATH"],
            "UIQ_STATE_DIR": str(state),
            "UIQ_CONFIG_DIR": str(config or state),
            "UIPATH_FOLDER_PATH": "Shared",
            **({} if config else {"UIPATH_URL": sink.tenant, "UIPATH_ACCESS_TOKEN": "sink"}),
        }

    def load(self, sink, file, *arguments, binary=None):
        """One load from start to end: seconds, processor seconds."""
        return measured(self.loading(file, *arguments, binary=binary), self.environment(sink), self.scratch)

    def loading(self, file, *arguments, binary=None):
        return [binary or self.uiq, "load", "Bench", file, "-q", *arguments]

    def peak(self, sink, file):
        """The most memory of one load, in MiB."""
        return Watched(self.loading(file), self.environment(sink), self.scratch).to_the_end().peak / 1024

    def note(self, name, value, unit, wanted=None, met=None):
        self.figures[name] = {"value": value, "unit": unit, "wanted": wanted, "met": met}
        shown = f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"
        verdict = "" if wanted is None else f"   wanted: {wanted}{'' if met else '  << NOT MET'}"
        print(f"  {name:<72} {shown:>10} {unit}{verdict}", flush=True)

    def close(self):
        for sink in self.sinks:
            sink.close()
        if self.options.keep:
            print(f"kept: {self.scratch}")
        else:
            shutil.rmtree(self.scratch, ignore_errors=True)


class Sink:
    """The local server."""

    def __init__(self, binary, arguments):
        self.process = subprocess.Popen([binary, "serve", *map(str, arguments)], stdout=subprocess.PIPE, text=True)
        self.root = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        self.tenant = f"{self.root}/acme/Prod"
        self.api = f"{self.tenant}/orchestrator_"

    def counters(self):
        # Loopback needs no proxy, whatever the environment says.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.root}/counters") as answer:
            return json.load(answer)

    def close(self):
        self.process.kill()
        self.process.wait()


def check(command, **more):
    """Runs a command that has to work."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"FAILED: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done


def measured(command, environment, folder):
    """Runs a command to its end: wall seconds, processor seconds."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command], env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"FAILED with {process.returncode}: {' '.join(map(str, command))}\n{said.decode()}")
    return took, usage.ru_utime + usage.ru_stime


class Watched:
    """A command that is watched for its peak memory.

    Not by `ru_maxrss`, which begins with the memory of the program that starts another, and Python's is more than ours. The kernel's
    own high-water mark is asked for again and again: it never falls, so only what comes in the last moment can be missed.
    """

    def __init__(self, command, environment, folder):
        words = [str(word) for word in command]
        self.process = subprocess.Popen(words, env=environment, cwd=folder, stdout=subprocess.DEVNULL)
        self.peak, self.seconds = 0, 0.0

    def look(self):
        """Whether it still runs."""
        pid, status, usage = os.wait4(self.process.pid, os.WNOHANG)
        if pid:
            self.process.returncode = os.waitstatus_to_exitcode(status)
            self.seconds = usage.ru_utime + usage.ru_stime
            return False
        try:
            lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        except OSError:
            sys.exit("FAILED: there is no /proc to see the memory of a process in")
        self.peak = max([self.peak, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))])
        return True

    def to_the_end(self):
        while self.look():
            time.sleep(0.002)
        if self.process.returncode != 0:
            sys.exit(f"FAILED with {self.process.returncode}: {self.process.args}")
        return self


def build():
    print("building uiq", flush=True)
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=HERE.parent, check=True)
    listed = check(["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=HERE.parent)
    return Path(json.loads(listed.stdout)["target_directory"]) / "release" / "uiq"


def skip(what, why):
    print(f"  SKIPPED: {what}: {why}", flush=True)


def invoices(path, rows):
    """A file of invoices: nine columns, some cells quoted, some not ASCII; about 130 bytes a row."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write("Reference,Vendor,InvoiceNumber,InvoiceDate,Description,Amount,Currency,TaxRate,CostCenter\n")
        for number in range(rows):
            file.write(
                f'INV-{number:08},Müller & Söhne GmbH,INV/{number}/26,2026-10-24,"Catering, ""Sommerfest"" {number % 97}",'
                f"{number % 9000}.50,EUR,19,0815\n"
            )
    return path


def curl_file(path, sink, requests):
    """A curl configuration that posts one body after the other over one connection."""
    parts = []
    for call, body in requests:
        parts.append(
            f'url = "{sink.api}/{call}"\ndata-binary = "@{body}"\nheader = "Content-Type: application/json"\n'
            f'header = "Authorization: Bearer sink"\nheader = "X-UIPATH-FolderPath: Shared"\nheader = "Expect:"\n'
            'output = "/dev/null"\nfail\nsilent\nshow-error\n'
        )
    path.write_text("next\n".join(parts))
    return path


def curl(config):
    # `-q`: whatever the user's own configuration says is left out.
    return ["curl", "-q", "--noproxy", "*", "--config", config]


def median_ratio(above, below):
    return statistics.median(a / b for a, b in zip(above, below, strict=True))


def prepare_bodies(bench, file):
    """The bodies that uiq sends for a file, as it sends them."""
    folder = bench.folder("bodies")
    recorder = bench.sink("--record", folder)
    bench.load(recorder, file)
    return sorted(folder.iterdir())


def single_bodies(bench, bodies, count):
    """The first items of the bulk bodies, each in a body of its own."""
    folder, items = bench.folder("singles"), []
    for body in bodies:
        items.extend(json.loads(body.read_text())["queueItems"])
        if len(items) >= count:
            break
    paths = []
    for number, item in enumerate(items[:count]):
        path = folder / f"{number:06}.json"
        path.write_text(json.dumps({"itemData": {"Name": "Bench", **item}}, ensure_ascii=False, separators=(",", ":")))
        paths.append(path)
    return paths


def sdk_python(bench):
    """An interpreter that has UiPath's SDK; none where it cannot be had."""
    venv = Path(os.environ.get("UIQ_SDK_VENV") or bench.scratch / "venv")
    python = venv / "bin" / "python"
    if not python.exists():
        made = subprocess.run([sys.executable, "-m", "venv", venv], capture_output=True, text=True)
        if made.returncode != 0:
            return skip("UiPath's Python SDK", "python3 -m venv failed")
        pip = [venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "uipath"]
        installed = subprocess.run(pip, capture_output=True, text=True)
        if installed.returncode != 0:
            return skip("UiPath's Python SDK", installed.stderr.strip().splitlines()[-1])
    return python


def part_load(bench):
    rows, rounds = bench.options.rows, bench.options.rounds
    print(f"load: {rows:,} rows, a sink that answers at once, {rounds} rounds")
    file = invoices(bench.scratch / "load.csv", rows)
    bodies = prepare_bodies(bench, file)
    sink, python = bench.sink(), sdk_python(bench)
    few, fewest = max(rows // 50, 1), max(rows // 1000, 1)
    singles = single_bodies(bench, bodies, few)
    prepared = curl_file(bench.scratch / "bulk.curl", sink, [(BULK, body) for body in bodies])
    one_by_one = curl_file(bench.scratch / "single.curl", sink, [(SINGLE, body) for body in singles])
    each = [curl_file(bench.scratch / f"each-{n}.curl", sink, [(SINGLE, body)]) for n, body in enumerate(singles[:fewest])]
    size = str(-(-rows // len(bodies)))
    plain = {"PATH": os.environ["PATH"]}
    rates = {name: [] for name in ["uiq", "curl", "single", "process", "sdk", "imported"]}
    for _ in range(rounds):
        before = sink.counters()
        rates["uiq"].append(rows / bench.load(sink, file)[0])
        between = sink.counters()
        rates["curl"].append(rows / measured(curl(prepared), plain, bench.scratch)[0])
        after = sink.counters()
        by_uiq, by_curl = between["bytes"] - before["bytes"], after["bytes"] - between["bytes"]
        # The same items. How many go into a request follows the server, so what stands around them may differ.
        if abs(by_uiq / by_curl - 1) > 0.01:
            sys.exit(f"FAILED: uiq sent {by_uiq:,} bytes and curl {by_curl:,}")
        rates["single"].append(few / measured(curl(one_by_one), plain, bench.scratch)[0])
        began = time.perf_counter()
        for config in each:
            check(curl(config), env=plain)
        rates["process"].append(fewest / (time.perf_counter() - began))
        if python:
            clean = {**plain, "NO_PROXY": "127.0.0.1", "HOME": str(bench.scratch)}
            began = time.perf_counter()
            done = check([python, HERE / "sdk.py", file, sink.tenant, size], env=clean, cwd=bench.scratch)
            rates["sdk"].append(rows / (time.perf_counter() - began))
            rates["imported"].append(rows / float(done.stdout))
    bytes_a_request = sum(body.stat().st_size for body in bodies) // len(bodies)
    print(f"  ({len(bodies)} requests of {bytes_a_request:,} bytes)")
    for name, what in [
        ("uiq", "uiq load"),
        ("curl", "curl, the same bodies prepared"),
        ("single", "curl, items one by one, one connection"),
        ("process", "curl, a process an item"),
        ("sdk", "UiPath's Python SDK, create_items in requests of the same size"),
        ("imported", "the same, without the start of Python and the import of the SDK"),
    ]:
        if rates[name]:
            bench.note(what, statistics.median(rates[name]), "rows/s")
    ratio = median_ratio(rates["uiq"], rates["curl"])
    bench.note("uiq / curl with prepared bodies", ratio, "", "at least 0.6", ratio >= 0.6)
    bench.note("uiq / items one by one, one connection", median_ratio(rates["uiq"], rates["single"]), "")
    bench.note("uiq / a process an item", median_ratio(rates["uiq"], rates["process"]), "")
    if rates["sdk"]:
        ratio = median_ratio(rates["uiq"], rates["sdk"])
        bench.note("uiq / UiPath's Python SDK", ratio, "", "at least 10", ratio >= 10)
        bench.note("uiq / the SDK without start and import", median_ratio(rates["uiq"], rates["imported"]), "")


def part_latency(bench):
    print("latency: what latency alone allows is requests / jobs x latency")
    for latency, jobs, rows in [(50, 1, 20_000), (50, 8, 200_000), (200, 8, 100_000)]:
        file = invoices(bench.scratch / f"{rows}.csv", rows)
        sink = bench.sink("--latency", latency)
        ratios = []
        for _ in range(max(bench.options.rounds // 2, 1)):
            before = sink.counters()["requests"]
            # Of one size: with requests that follow the server, no bound could be told.
            took, _ = bench.load(sink, file, "--jobs", str(jobs), "--batch-size", "500")
            requests = sink.counters()["requests"] - before
            ratios.append(took / (-(-requests // jobs) * latency / 1000))
        ratio = statistics.median(ratios)
        wanted = ("at most 1.1", ratio <= 1.1) if (latency, jobs) == (50, 8) else (None, None)
        bench.note(f"{latency} ms, {jobs} jobs, {rows:,} rows in {requests} requests: time / bound", ratio, "", *wanted)


def part_memory(bench):
    rounds = max(bench.options.rounds // 2, 1)
    print(f"memory and processor time, {rounds} rounds")
    sink, small_peaks, large_peaks, cpu, first = bench.sink(), [], [], [], []
    small, large = invoices(bench.scratch / "10k.csv", 10_000), invoices(bench.scratch / "1m.csv", 1_000_000)
    for _ in range(rounds):
        small_peaks.append(bench.peak(sink, small))
        large_peaks.append(bench.peak(sink, large))
        cpu.append(bench.load(sink, large)[1])
        if bench.options.first:
            first.append(bench.load(sink, large, binary=Path(bench.options.first).resolve())[1])
    little, much = statistics.median(small_peaks), statistics.median(large_peaks)
    bench.note("peak memory, 10,000 rows", little, "MiB")
    bench.note("peak memory, 1,000,000 rows", much, "MiB", "under 64", much < 64)
    bench.note("peak memory, 1,000,000 / 10,000 rows", much / little, "", "at most 1.2", much / little <= 1.2)
    bench.note("processor time of a million rows", statistics.median(cpu), "s")
    if first:
        ratio = median_ratio(cpu, first)
        bench.note("processor time of a million rows, first version", statistics.median(first), "s")
        bench.note("processor time, now / first version", ratio, "", "at most 0.5", ratio <= 0.5)


def part_add(bench):
    runs = bench.options.rounds * 20
    print(f"add: with a kept token, {runs} runs in turns with curl")
    sink, config = bench.sink(), bench.folder("config")
    environment = bench.environment(sink, config)
    login = [bench.uiq, "login", "--url", sink.tenant, "--client-id", "bench", "--client-secret-stdin", "--store", "file"]
    check([*login, "--folder", "Shared"], env=environment, input="secret")
    body = bench.scratch / "add.json"
    content = ["Reference=INV-7", "Vendor=ACME", "Amount=12.50"]
    dry = check([bench.uiq, "add", "Bench", *content, "--dry-run"], env=environment)
    body.write_text(dry.stdout.rstrip("\n"))
    posting = curl(curl_file(bench.scratch / "add.curl", sink, [(SINGLE, body)]))
    commands = {"uiq": [bench.uiq, "add", "Bench", *content, "-q"], "curl": posting}
    to_wire, whole, cpu = ({name: [] for name in commands} for _ in range(3))
    for _ in range(runs):
        for name, command in commands.items():
            began = time.time_ns()
            took, seconds = measured(command, environment, bench.scratch)
            to_wire[name].append((sink.counters()["arrived"] - began) / 1e6)
            whole[name].append(took * 1000)
            cpu[name].append(seconds * 1000)
    version = [measured([bench.uiq, "--version"], environment, bench.scratch)[1] * 1000 for _ in range(runs)]
    for name in commands:
        bench.note(f"{name}: process start to request on the wire", statistics.median(to_wire[name]), "ms")
        bench.note(f"{name}: the whole command", statistics.median(whole[name]), "ms")
        bench.note(f"{name}: processor time", statistics.median(cpu[name]), "ms")
    ratio = median_ratio(to_wire["uiq"], to_wire["curl"])
    bench.note("start to wire, uiq / curl", ratio, "", "at most 1.5", ratio <= 1.5)
    bench.note("whole command, uiq / curl", median_ratio(whole["uiq"], whole["curl"]), "")
    spent = statistics.median(version)
    bench.note("uiq --version: processor time", spent, "ms", "under 10", spent < 10)


def ten_million(bench):
    rows = 10_000_000
    print(f"{rows:,} rows, killed in the middle, gone on with")
    sink, file = bench.sink(), invoices(bench.scratch / "10m.csv", rows)
    environment = bench.environment(sink)
    first = Watched(bench.loading(file), environment, bench.scratch)
    # The bodies are more than twice as long as the file.
    while first.look() and sink.counters()["bytes"] < file.stat().st_size:
        time.sleep(0.05)
    first.process.send_signal(signal.SIGKILL)
    while first.look():
        time.sleep(0.01)
    killed_at = sink.counters()
    # What was under way is in doubt. The sink has no items to show, so after the grace those rows are sent again.
    began = time.perf_counter()
    second = Watched(bench.loading(file, "--settle-grace", "1s"), environment, bench.scratch).to_the_end()
    took, after = time.perf_counter() - began, sink.counters()
    bench.note("requests, and bytes sent, when it was killed", killed_at["requests"], f"requests, {killed_at['bytes']:,} bytes")
    bench.note("requests, and bytes sent, in all", after["requests"], f"requests, {after['bytes']:,} bytes")
    for name, sitting in [("first", first), ("second", second)]:
        bench.note(f"peak memory, {name} sitting", sitting.peak / 1024, "MiB", "under 64", sitting.peak < 65536)
        bench.note(f"processor time, {name} sitting", sitting.seconds, "s")
    bench.note("second sitting", took, "s")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--uiq", help="the binary to measure; built from this folder unless given")
    parser.add_argument("--first", help="another build of uiq, whose processor time is measured beside it")
    parser.add_argument("--json", help="where the figures are written to")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", default=",".join(PARTS), help="the parts to run")
    parser.add_argument("--ten-million", action="store_true")
    parser.add_argument("--scratch", default=HERE.parent / "target", help="where files are kept meanwhile; on a disk")
    parser.add_argument("--keep", action="store_true", help="leave them there")
    return parser.parse_args()


def main():
    options = arguments()
    Path(options.scratch).mkdir(exist_ok=True)
    bench = Bench(options)
    began = time.perf_counter()
    try:
        for part in filter(None, options.only.split(",")):
            {"load": part_load, "latency": part_latency, "memory": part_memory, "add": part_add}[part](bench)
        if options.ten_million:
            ten_million(bench)
    finally:
        bench.close()
    print(f"took {time.perf_counter() - began:.0f} s on {os.cpu_count()} processors, load average {os.getloadavg()[0]:.1f}")
    if options.json:
        Path(options.json).write_text(json.dumps({"version": 1, "figures": bench.figures}, indent=1) + "\n")


main()
