"""Measures a build of conductor against programs that run beside it, and prints the ratios as one table.

    python3 Tests/Bench/bench.py PROGRAM [--judge PROGRAM] [--quick] [--folder DIR]

Absolute times drift with the machine and its load, so each figure compares runs that alternate within this one
run. Medians are shown. The exit status is 0 whether or not a figure is reached, and 1 where something did not
run or was wrong. --quick takes small sizes and few runs, to see that everything works.
"""

import argparse
import hashlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

BACKLOG = "_plans/next-development.todo.json"
OWN_FOLDER = "_report/usage/autonomy-conductor"
HERE = os.path.dirname(os.path.abspath(__file__))
# Nothing of the caller's may change what is measured; the commands find their programs all the same.
ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "USER": "bench"}


class Failure(Exception):
    """Something did not run, or its result was wrong."""


def run(*commands, expect=0, source=os.devnull, environment=ENVIRONMENT):
    """Runs commands one after the other; answers the seconds they took and the most memory any of them held."""
    paths = [shutil.which(command[0], path=environment["PATH"]) or command[0] for command in commands]
    quiet = [(os.POSIX_SPAWN_OPEN, 0, source, os.O_RDONLY, 0), (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
             (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)]
    peak = 0
    start = time.perf_counter()
    for path, command in zip(paths, commands):
        child = os.posix_spawn(path, command, environment, file_actions=quiet)
        _, status, usage = os.wait4(child, 0)
        if os.waitstatus_to_exitcode(status) != expect:
            raise Failure(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
        peak = max(peak, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))
    return time.perf_counter() - start, peak


def alternate(rounds, **contenders):
    """Lets contenders take turns, each answering the seconds and the memory of one run: medians and peaks by name."""
    times = {name: [] for name in contenders}
    peaks = {name: 0 for name in contenders}
    names = list(contenders)
    # The first runs find memory that nobody has touched since the machine was started, and are not counted.
    unmeasured = (rounds + 1) // 2
    for number in range(unmeasured + rounds):
        for name in names:
            seconds, peak = contenders[name]()
            peaks[name] = max(peaks[name], peak)
            if number >= unmeasured:
                times[name].append(seconds)
        # Whoever runs after a large program finds other memory and caches; nobody always does.
        names = names[1:] + names[:1]
    return {name: statistics.median(values) for name, values in times.items()}, peaks


# Projects ---------------------------------------------------------------------------------------------------------


def item(number, is_done):
    """One entry of a backlog, 660 bytes long, with fields of a project's own as real ones have."""
    notes = "Move the checks of the gate behind one seam, keep the old names for a release, and say in the guide what changed. "
    return {
        "id": f"ND-{number:06}",
        "title": f"Consolidate module {number} behind the gate of its layer",
        "status": "done" if is_done else "pending",
        "plan_suggestion": f"2026-11-{number % 28 + 1:02}-consolidation",
        "notes": notes * 3,
        "priority": ["high", "medium", "low"][number % 3],
        "layer": f"L{number % 7}",
        "systemic_targets": ["S1", "S2"],
        "source": "review",
    }


def make_project(root, count, done):
    """Writes a project whose first items are done already, so that the next one has to be looked for."""
    os.makedirs(os.path.join(root, os.path.dirname(BACKLOG)))
    with open(os.path.join(root, BACKLOG), "w", encoding="utf-8") as file:
        file.write('{\n  "version": 0,\n  "prerequisites": {\n    "authenticity": "none",\n    "ci": "none"\n  },\n  "items": [\n')
        for number in range(count):
            text = json.dumps(item(number, number < done), indent=2).replace("\n", "\n    ")
            file.write("    " + text + (",\n" if number + 1 < count else "\n"))
        file.write('  ],\n  "history": []\n}\n')
        file.flush()
        os.fsync(file.fileno())


def fresh(source, target):
    """A copy of a project that nobody has touched, on the disk before the clock starts."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    with open(os.path.join(target, BACKLOG), "rb") as file:
        os.fsync(file.fileno())


def copy(source, folder):
    """A fresh copy in a place of its own, which stays to the end of all: on some file systems whoever makes files pays
    for those that were removed just before."""
    copies = os.path.join(folder, "copies")
    os.makedirs(copies, exist_ok=True)
    project = os.path.join(copies, str(len(os.listdir(copies))))
    fresh(source, project)
    return project


def add_receipts(root, program, count):
    """Fills conductor's own folder with old receipts that the ledger lists; ten contents under many names."""
    run([program, "next", "--root", root])
    own = os.path.join(root, OWN_FOLDER)
    with open(os.path.join(own, ".state/writer"), encoding="ascii") as file:
        writer = file.read().strip()
    month = next(name for name in os.listdir(own) if name[:2] == "20")
    lines = []
    for content in range(10):
        body = json.dumps({"format": "conductor/receipt/1", "kind": "claim", "outcome": "claimed", "note": content}) + "\n"
        digest = hashlib.sha256(body.encode()).hexdigest()
        first = None
        for number in range(content, count, 10):
            name = f"{month}/conductor-{month.replace('-', '')}01T{number // 3600 % 24:02}{number // 60 % 60:02}{number % 60:02}.000Z-{number:08x}.json"
            path = os.path.join(own, name)
            if first is None:
                first = path
                with open(path, "w", encoding="utf-8") as file:
                    file.write(body)
            else:
                os.link(first, path)
            lines.append(f"{digest}  {name}\n")
    with open(os.path.join(own, f"ledger/{writer}.sha256"), "a", encoding="utf-8") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    os.sync()


# Figures ----------------------------------------------------------------------------------------------------------


class Table:
    """Collects figures and prints them together at the end."""

    def __init__(self):
        self.rows = []

    def at_most(self, figure, value, limit, unit="×", detail=""):
        self.rows.append((figure, f"{value:.2f} {unit}", f"≤ {limit} {unit}", "reached" if value <= limit else "MISSED", detail))

    def at_least(self, figure, value, limit, unit="×", detail=""):
        self.rows.append((figure, f"{value:.1f} {unit}", f"≥ {limit} {unit}", "reached" if value >= limit else "MISSED", detail))

    def note(self, figure, value, detail=""):
        self.rows.append((figure, value, "", "", detail))

    def show(self):
        rows = [("figure", "measured", "target", "verdict", "medians")] + self.rows
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        for row in rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def milliseconds(seconds):
    return f"{seconds * 1000:.2f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def start(table, program, rounds):
    medians, _ = alternate(rounds, own=lambda: run([program, "version"]), git=lambda: run(["git", "--version"]))
    table.at_most("version / git --version", medians["own"] / medians["git"], 1.0,
                  detail=f"{milliseconds(medians['own'])}, {milliseconds(medians['git'])}")


def claims(table, program, folder, name, count, rounds, with_small_file, times_naive, memory_limit=None):
    source, project = os.path.join(folder, f"source-{count}"), os.path.join(folder, "project")
    make_project(source, count, done=count // 2)
    # A project in use: the first claim of all also makes conductor's folders, which no later one does.
    run([program, "next", "--root", source])
    backlog = os.path.join(source, BACKLOG)
    size = os.path.getsize(backlog)
    copy, small, small_copy = (os.path.join(folder, name) for name in ("copy", "small", "small-copy"))
    with open(small, "w", encoding="ascii") as file:
        file.write("x" * 4000)

    def prepare():
        """Lets everybody find the same memory: that of the last copies is free, and a project was written just now.
        A copy that follows the removal of the one before it would find its memory ready, while a virtual machine
        has handed back to its host what was freed longer ago."""
        for path in (copy, small_copy):
            if os.path.exists(path):
                os.unlink(path)
        fresh(source, project)

    def durable_copy():
        prepare()
        commands = [["cp", backlog, copy], ["sync", copy]]
        if with_small_file:
            commands += [["cp", small, small_copy], ["sync", small_copy]]
        return run(*commands)

    def own():
        prepare()
        return run([program, "next", "--root", project])

    def naive():
        prepare()
        return run(["python3", os.path.join(HERE, "naive.py"), project])

    medians, peaks = alternate(rounds, own=own, copy=durable_copy, naive=naive)
    label = f"next, {name} ({size / 1e6:.1f} MB)"
    against = "durable copy and a small file" if with_small_file else "durable copy"
    table.at_most(f"{label} / {against}", medians["own"] / medians["copy"], 1.5,
                  detail=f"{milliseconds(medians['own'])}, {milliseconds(medians['copy'])}")
    table.at_least(f"naive script / {label}", medians["naive"] / medians["own"], times_naive,
                   detail=f"{milliseconds(medians['naive'])}, {milliseconds(medians['own'])}")
    if memory_limit:
        table.at_most(f"{label}, peak memory / file", peaks["own"] / size, memory_limit,
                      detail=f"{peaks['own'] / 1e6:.0f} MB, naive {peaks['naive'] / 1e6:.0f} MB")
    shutil.rmtree(project, ignore_errors=True)


def under_git(table, program, folder, count, rounds):
    """What asking git adds to a claim; for comparison, git's own look at the tree."""
    source, repository = os.path.join(folder, f"source-{count}"), os.path.join(folder, "repository")
    fresh(source, repository)
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    for command in (["init", "-q"], ["add", "."], identity + ["commit", "-q", "-m", "backlog"]):
        run(["git", "-C", repository] + command)

    def own(origin):
        return run([program, "next", "--root", copy(origin, folder)])

    medians, _ = alternate(rounds, plain=lambda: own(source), git=lambda: own(repository),
                           status=lambda: run(["git", "-C", repository, "status", "--porcelain"]))
    table.note("the same in a git checkout, added cost / git status",
               f"{(medians['git'] - medians['plain']) / medians['status']:.2f} ×",
               detail=f"{milliseconds(medians['git'])}, {milliseconds(medians['plain'])}, {milliseconds(medians['status'])}")


def unattended(table, program, folder, cycles, rounds):
    """What the loop itself takes for an item that it hands out, verifies and closes, beside an agent that takes 50 ms."""
    source, agent = os.path.join(folder, "loop-source"), os.path.join(folder, "agent.sh")
    make_project(source, 100, done=50)
    with open(agent, "w", encoding="utf-8") as file:
        file.write('cat > /dev/null; sleep 0.05; echo "$CONDUCTOR_ITEM" >> work.txt\n'
                   """echo '{"analysis":"done","commands":[],"receipts":[]}'\n""")
    texts = {
        ".gitignore": "_report/\n", "work.txt": "begin\n",
        "docs/automation/autonomy-consent.json": json.dumps(
            {"auto_enabled": True, "continuous": True, "allow_apply": True, "max_iterations": 0}),
        "docs/automation/conductor.json": json.dumps(
            {"version": 1, "executors": {"agent": {"command": ["/bin/sh", agent]}}}),
    }
    os.makedirs(os.path.join(source, "docs/automation"))
    for name, text in texts.items():
        with open(os.path.join(source, name), "w", encoding="utf-8") as file:
            file.write(text)
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@localhost"]
    for command in (["init", "-q"], ["add", "."], identity + ["commit", "-q", "-m", "begin"]):
        run(["git", "-C", source] + command)
    # Conductor's own folders are made by the first claim of all.
    run([program, "next", "--root", source])
    run([program, "release", "--root", source, "ND-000050"])

    def loop(count):
        project = copy(source, folder)
        return run([program, "loop", "--root", project, "--executor", "agent", "--apply", "--max-cycles", str(count)])

    def once():
        return run([program, "next", "--root", copy(source, folder)])

    scratch = os.path.join(folder, "loop-agent")
    os.makedirs(scratch)
    medians, _ = alternate(rounds, long=lambda: loop(cycles + 1), short=lambda: loop(1), once=once,
                           agent=lambda: run(["env", "-C", scratch, "/bin/sh", agent]))
    each = (medians["long"] - medians["short"]) / cycles - medians["agent"]
    table.at_most("a cycle of loop that closes its item, without its agent / next", each / medians["once"], 3.0,
                  detail=f"{milliseconds(each)}, {milliseconds(medians['once'])}, agent {milliseconds(medians['agent'])}")


def old_receipts(table, program, folder, count, receipts, rounds):
    source = os.path.join(folder, f"source-{count}")
    few, many = os.path.join(folder, "few"), os.path.join(folder, "many")
    fresh(source, few)
    fresh(source, many)
    add_receipts(few, program, 0)
    add_receipts(many, program, receipts)
    medians, _ = alternate(rounds, many=lambda: run([program, "next", "--root", many]),
                           few=lambda: run([program, "next", "--root", few]))
    # Runs of one program differ by a few per cent among themselves, so less than that cannot be told from nothing.
    table.at_most(f"next with {receipts:,} old receipts / without", medians["many"] / medians["few"], 1.1,
                  detail=f"{milliseconds(medians['many'])}, {milliseconds(medians['few'])}")


def judging(table, program, folder, rounds, starts):
    """What standing in front of every command costs, with both built-in sets loaded."""
    project, tools = os.path.join(folder, "judged"), os.path.join(folder, "tools")
    make_project(project, 10, done=0)
    os.makedirs(os.path.join(project, "docs/automation"))
    os.makedirs(tools)
    with open(os.path.join(project, "docs/automation/conductor.json"), "w", encoding="utf-8") as file:
        json.dump({"version": 1, "rules": ["alembic", "statetrace"]}, file)
    call = os.path.join(folder, "call.json")
    line = "rg -n 'SELECT' docs"
    with open(call, "w", encoding="utf-8") as file:
        json.dump({"session_id": "bench", "cwd": project, "hook_event_name": "PreToolUse", "tool_name": "Bash",
                   "tool_input": {"command": line}}, file)
    git = lambda: run(["git", "--version"])
    medians, _ = alternate(rounds, git=git,
                           check=lambda: run([program, "check", "command", "--root", project, "--", line]),
                           guard=lambda: run([program, "guard", "--root", project], source=call))
    for name in ("check", "guard"):
        table.at_most(f"{name}, both built-in sets / git --version", medians[name] / medians["git"], 2.0,
                      detail=f"{milliseconds(medians[name])}, {milliseconds(medians['git'])}")

    # A program that a rule names and that does nothing, started many times by one script with and without a watch.
    shutil.copy(shutil.which("true"), os.path.join(tools, "alembic"))
    with open(os.path.join(project, "docs/automation/conductor.json"), "w", encoding="utf-8") as file:
        json.dump({"version": 1, "rules": ["alembic"]}, file)
    script = os.path.join(folder, "starts.sh")
    with open(script, "w", encoding="utf-8") as file:
        file.write("alembic heads\n" * starts)
    environment = dict(ENVIRONMENT, PATH=f"{tools}:{ENVIRONMENT['PATH']}")
    watch = [program, "exec", "--root", project, "--"]
    medians, _ = alternate(max(3, rounds // 10), git=git,
                           bare=lambda: run(["sh", script], environment=environment),
                           watched=lambda: run(watch + ["sh", script], environment=environment),
                           once=lambda: run(watch + ["true"], environment=environment),
                           true=lambda: run(["true"]))
    each = (medians["watched"] - medians["once"] - medians["bare"] + medians["true"]) / starts
    table.at_most("a guarded start through exec, above the bare start / git --version", each / medians["git"], 2.0,
                  detail=f"{milliseconds(each)}, {milliseconds(medians['git'])}")
    table.note("exec itself, above the bare start / git --version",
               f"{(medians['once'] - medians['true']) / medians['git']:.2f} ×")


def judging_in_process(table, judge, rounds):
    """What the judge takes for one line under a thousand rules, without the start of a process."""
    microseconds, git = [], []
    for _ in range(rounds):
        answer = subprocess.run([judge], env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        if answer.returncode != 0:
            raise Failure(f"{judge} ended with {answer.returncode}")
        microseconds.append(float(answer.stdout))
        git.append(run(["git", "--version"])[0])
    each, start_of_git = statistics.median(microseconds) / 1e6, statistics.median(git)
    table.note("one line judged in process under 1,000 rules / git --version", f"{each / start_of_git:.3f} ×",
               detail=f"{each * 1e6:.0f} µs, {milliseconds(start_of_git)}")


def drain(table, program, folder, count, workers):
    project, out = os.path.join(folder, "drained"), os.path.join(folder, "prompts")
    make_project(project, count, done=0)
    os.makedirs(out)
    codes = []

    def work(number):
        with open(os.path.join(out, str(number)), "wb") as prompts:
            code = 0
            while code == 0:
                code = subprocess.call([program, "next", "--root", project, "--agent", f"worker-{number}"],
                                       env=ENVIRONMENT, stdout=prompts, stderr=subprocess.DEVNULL)
        codes.append(code)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begin

    given = []
    for name in os.listdir(out):
        with open(os.path.join(out, name), encoding="utf-8") as file:
            given += [line[9:].strip() for line in file if line.startswith("Task ID: ")]
    with open(os.path.join(project, BACKLOG), encoding="utf-8") as file:
        document = json.load(file)
    wanted = sorted(entry["id"] for entry in document["items"])
    numbers = sorted(entry["claim"] for entry in document["history"])
    right = (sorted(given) == wanted and numbers == list(range(1, count + 1)) and set(codes) == {3}
             and sorted(entry["id"] for entry in document["history"]) == wanted
             and all(entry["status"] == "in_progress" for entry in document["items"]))
    if not right:
        raise Failure(f"{workers} processes did not get each of {count:,} items exactly once: {len(given)} prompts, exit statuses {sorted(set(codes))}")
    run([program, "receipts", "verify", "--root", project])
    table.at_least(f"{workers} processes drain {count:,} items", count / seconds, 100, "claims/s",
                   detail=f"{seconds:.1f} s, each item exactly once, every receipt in the ledger")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the built program that is measured")
    parser.add_argument("--judge", help="the built judging-bench, for the judge by itself")
    parser.add_argument("--quick", action="store_true", help="small sizes and few runs")
    parser.add_argument("--folder", default="/var/tmp", help="where to work; a real disk outside any git checkout")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="conductor-bench-", dir=options.folder)
    # As it is installed: a copy. A file that a linker has just written starts more slowly than one that was copied.
    program = shutil.copy(options.program, os.path.join(folder, "conductor"))
    quick = options.quick
    table = Table()
    try:
        start(table, program, 20 if quick else 200)
        claims(table, program, folder, "1,000 items", 1000, 3 if quick else 31, True, 5)
        under_git(table, program, folder, 1000, 3 if quick else 15)
        unattended(table, program, folder, 4 if quick else 10, 3 if quick else 15)
        old_receipts(table, program, folder, 1000, 1000 if quick else 100_000, 3 if quick else 31)
        judging(table, program, folder, 20 if quick else 200, 10 if quick else 100)
        if options.judge:
            judging_in_process(table, options.judge, 3 if quick else 21)
        count = 5000 if quick else 100_000
        claims(table, program, folder, f"{count:,} items", count, 2 if quick else 7, False, 12, memory_limit=2)
        drain(table, program, folder, 100 if quick else 1000, 32)
    except (Failure, OSError) as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table.show()
    return 0


if __name__ == "__main__":
    sys.exit(main())
