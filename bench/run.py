#!/usr/bin/python3
"""make bench: runs sections, keeps what they found in build/bench/results.json, writes docs/benchmarks.md.

Status 0: all that was asked for was measured; 1: a section failed (the page says why, and no ratio of it is reported);
2: not done. A section that was not asked for keeps what an earlier run found. --help lists the options.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys

import bench as shared
import report
import section_peers
import sections
from bench import Bench, say
from corpora import Corpora, Missing
from measure import Failed, best, race, ratio

BUSY = 1.1
QUICK_SIZE = 40_000_000


def size_in_bytes(text):
    match = re.fullmatch(r"(\d+)([KMG]?)", text)
    if not match or int(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r}: a size such as 50M is expected")
    return int(match[1]) * {"": 1, "K": 1000, "M": 1000_000, "G": 1000_000_000}[match[2]]


def at_least_one(text):
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a number from 1 is expected")
    return int(text)


def names_of_sections(text):
    names = text.split(",")
    unknown = [name for name in names if name not in sections.ALL]
    if unknown:
        raise argparse.ArgumentTypeError(f"no section {', '.join(unknown)}; there are {', '.join(sections.ALL)}")
    return names


def arguments():
    parser = argparse.ArgumentParser(description="Runs the benchmark.", allow_abbrev=False)
    parser.add_argument("--tocsin", required=True, help="the program")
    parser.add_argument("--programs", required=True, help="where floor, naive and fold are")
    parser.add_argument("--work", required=True, help="where corpora, databases and results are kept")
    parser.add_argument("--docs", default="docs", help="where benchmarks.md is written (docs)")
    parser.add_argument(
        "--generate", default="corpora/generate", help="the generator of corpora; without it real pages stand in"
    )
    parser.add_argument("--size", type=size_in_bytes, default=200_000_000, help="decoded bytes of a corpus (200M)")
    parser.add_argument("--runs", type=at_least_one, default=7, help="rounds of each race (7)")
    parser.add_argument(
        "--compile-timeout", type=at_least_one, default=3600, help="seconds that compiling a lexicon may take (3600)"
    )
    parser.add_argument("--only", type=names_of_sections, default=list(sections.ALL), help="sections, parted by commas")
    parser.add_argument("--quick", action="store_true", help="two lines on stdout, and nothing is written")
    return parser.parse_args()


def output_of(argv):
    try:
        return subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def first_line(argv):
    return (output_of(argv).splitlines() or [""])[0]


def facts(bench):
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = re.search(r"^model name\s*: (.*)$", file.read(), re.M)
    with open("/proc/meminfo", encoding="utf-8") as file:
        memory = int(re.search(r"MemTotal: +(\d+)", file.read())[1])
    own = [re.sub(r"  +", " ", line.strip()) for line in output_of([bench.tocsin, "--version"]).splitlines()]
    found = own + [f"floor: {name} {version}" for name, version in bench.libraries.items()]
    found += [first_line([program, "--version"]) for program in ("rg", "ugrep", "grep", "gzip", "zstd")]
    found += [
        line.replace("\t", " ")
        for line in output_of([section_peers.python_of(bench), "bench/python_peers.py", "versions"]).splitlines()
    ]
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": bench.cores,
        "memory": f"{memory / 1024 / 1024:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}, {' '.join(platform.libc_ver())}",
        "versions": [line for line in found if line],
    }


def engine_version():
    """The last commit of what decides the figures, "+" if there are changes beyond it."""
    places = ["--", "engine", "patterns", "Makefile"]
    commit = first_line(["git", "log", "-1", "--format=%h", *places])
    return commit + ("+" if first_line(["git", "status", "--porcelain", *places]) else "") if commit else "unknown"


def run_section(bench, name):
    bench.busy = {}
    found = {"runs": bench.runs, "size": bench.corpora.size, "engine": engine_version()}
    try:
        found.update(sections.ALL[name](bench))
    except (Failed, Missing, OSError, subprocess.SubprocessError) as error:
        found["failed"] = str(error)
        say(f"{name}: {error}")
    if not bench.busy:  # sections without a floor: one is run for this alone
        files = [bench.corpora.get(bench.corpora.main_origin(), "jsonl", 0.001)]
        floor = bench.floors(files)[0]
        race([floor], 3, bench.out)
        bench.note_load(floor, files)
    found["wall_over_cpu"] = max(statistics.median(figures) for figures in bench.busy.values())
    found["is_busy"] = found["wall_over_cpu"] > BUSY
    return found


def load(path):
    if not os.path.exists(path):
        return {"sections": {}}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def save(path, results):
    with open(path + ".part", "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1, ensure_ascii=False)
    os.replace(path + ".part", path)


def run_all(bench, only, docs):
    path = os.path.join(bench.work, "results.json")
    results = load(path)
    results["machine"] = facts(bench)
    for name in only:
        results["sections"][name] = run_section(bench, name)
        results["sections"] = {key: results["sections"][key] for key in sections.ALL if key in results["sections"]}
        save(path, results)
        report.write(results, docs)
    failed = [name for name in only if "failed" in results["sections"][name]]
    print(f"bench: {docs}/benchmarks.md is written" + (f"; failed: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


def quick(bench):
    """Scan beside inflation alone, and beside rg -z where there is one: a line each."""
    path = bench.corpora.get(bench.corpora.main_origin(), "jsonl", 0.001)
    row = bench.versus_floor([path])
    speeds = f"{row['scan']:.0f} of {row['floor']:.0f} MB/s by {row['library']}, one thread"
    print(f"scan / inflate alone: {row['ratio']:.2f} ({speeds})")
    spelled = bench.write_lines("spelled.txt", bench.spelled(bench.peer_terms()))
    peer = dict(section_peers.command_peers(spelled, path))["rg -z -F -f"]
    if not peer:
        print("scan / rg -z: rg is not installed")
        return 0
    ours = bench.scan([path], extra=section_peers.ahead(bench))
    found = section_peers.same_documents(
        bench, [ours, peer], {ours.name: shared.ids_of_json, peer.name: shared.ids_of_json}
    )
    floors = bench.floors([path])
    race([ours, peer, *floors], bench.runs, bench.out)
    gain, ceiling = ratio(peer, ours, "cpu")[0], ratio(peer, best(floors, "cpu"), "cpu")[0]
    print(f"scan / rg -z: {gain:.2f} times as fast; inflation alone is {ceiling:.2f} ({found} documents found by both)")
    return 0


def main():
    args = arguments()
    shared.LOG = sys.stderr
    os.makedirs(args.work, exist_ok=True)
    generate = args.generate if os.access(args.generate, os.X_OK) else None
    bench = Bench(
        args,
        Corpora(
            args.work, QUICK_SIZE if args.quick else args.size, args.tocsin, generate, os.environ.get("TOCSIN_DATA")
        ),
    )
    try:
        return quick(bench) if args.quick else run_all(bench, args.only, args.docs)
    except (Failed, Missing, OSError, subprocess.SubprocessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
