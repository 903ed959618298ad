# SPDX-License-Identifier: MIT
"""What was measured, as Markdown: a table of all commands, and one of the targets."""

import datetime
import os
import platform
import re

import queries


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def ratio(value):
    return f"{value:.3f}" if value < 0.995 else f"{value:.2f}" if value < 9.95 else f"{value:.0f}"


def milliseconds(value):
    return f"{value:.1f}" if value < 99.5 else f"{value:.0f}"


def processor():
    with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
        found = re.search(r"^model name\s*:\s*(.*)", file.read(), re.M)
    return found[1] if found else platform.machine()


def circumstances(fdmap_version, versions, runs):
    """Date, kernel, machine and versions; nothing that names the machine."""
    kernel = re.match(r"[\d.]*\d", platform.release())
    peers = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    missing = ", ".join(name for name, version in versions.items() if not version)
    lines = [f"{datetime.date.today().isoformat()}, Linux {kernel[0] if kernel else '?'}, "
             f"{len(os.sched_getaffinity(0))} CPUs ({processor()}), "
             f"{'root' if os.geteuid() == 0 else 'not root'}. fdmap {fdmap_version}"
             f"{'; ' + peers if peers else ''}. Rounds: {runs}."]
    if missing:
        lines.append(f"Not installed: {missing}.")
    return lines


class Result:
    """One query: the series of fdmap and of the peers."""

    def __init__(self, query, own, peers):
        self.query, self.own, self.peers = query, own, peers

    def best(self):
        return min((p for p in self.peers if not p.wrong), key=lambda s: s.median, default=None)

    def peer(self, name):
        return next((p for p in self.peers if p.name == name and not p.wrong), None)

    def engine(self, name):
        """The last variant of an engine, which the targets are for, or None."""
        found = [s for s in self.own if s.name == name]
        return found[-1] if found else None

    def against(self, series, peer):
        return ratio(series.median / peer.median) if peer and not series.wrong else "-"


def table(results):
    """A line for each command of each query."""
    yield row("query", "command", "ms", "min-max", "÷ best peer", "÷ lsof", "peak MB", "system calls")
    yield row("---", "---", "--:", "--:", "--:", "--:", "--:", "--:")
    for result in results:
        title = result.query.title
        for series in result.own + result.peers:
            low, high = series.span
            yield row(title, series.label, milliseconds(series.median),
                      f"{milliseconds(low)}-{milliseconds(high)}",
                      result.against(series, result.best()), result.against(series, result.peer("lsof")),
                      f"{series.peak:.1f}", series.calls or "-")
            title = ""


def wrong_answers(results):
    for result in results:
        for series in result.own + result.peers:
            if series.wrong:
                yield f"{result.query.title}, {series.label}: {series.wrong}; it is not compared."


def judge(result, target, engine):
    """(measured, met) of one target and engine, or None where there is nothing to compare."""
    series = result.engine(engine)
    limit = target.limits[engine]
    if not series or limit is None or series.wrong:
        return None
    if target.against == "MB":
        return f"{series.peak:.1f} MB", series.peak <= limit
    other = result.best() if target.against == "best" else result.peer(target.against)
    if not other:
        return None
    measured = ratio(series.median / other.median)
    return measured, float(measured) <= limit


def never_slower(results, engine):
    """The query in which the engine is worst beside the best peer, and how bad."""
    compared = [(result.engine(engine), result) for result in results if result.best()]
    compared = [(series.median / result.best().median, result) for series, result in compared
                if series and not series.wrong]
    if compared:
        worst, result = max(compared, key=lambda pair: pair[0])
        met = float(ratio(worst)) <= queries.NEVER_SLOWER
        yield row("every query", engine, "best peer", queries.NEVER_SLOWER,
                  f"{ratio(worst)} at most ({result.query.title})", "met" if met else "**missed**")


def targets(results, load):
    by_key = {result.query.key: result for result in results}
    yield row("query", "engine", "against", "target", "measured", "verdict")
    yield row("---", "---", "---", "--:", "--:", "---")
    for target in queries.targets_of(load):
        result = by_key.get(target.query)
        for engine in target.limits:
            judged = result and judge(result, target, engine)
            if not judged:
                continue
            limit = target.limits[engine]
            against = {"MB": "peak memory", "best": "best peer"}.get(target.against, target.against)
            if target.against == "best" and result.best():
                against += f" ({result.best().name})"
            yield row(result.query.title, engine, against, f"{limit} MB" if against == "peak memory" else limit,
                      judged[0], "met" if judged[1] else "**missed**")
    for engine in dict(queries.VARIANTS):
        yield from never_slower(results, engine)


def section(load, facts, results, head, notes):
    """All of one load, line by line."""
    yield f"### Load `{load}`"
    yield ""
    yield f"{facts['PROCESSES']} processes with {facts['DESCRIPTORS']} descriptors. {' '.join(head)}"
    yield ""
    yield from table(results)
    yield ""
    for note in list(notes) + list(wrong_answers(results)):
        yield f"* {note}"
    yield ""
    yield from targets(results, load)


def replace_section(path, load, text):
    """Writes the text between the two marks of this load, which must be there."""
    begin, end = f"<!-- bench {load} -->", f"<!-- end of {load} -->"
    with open(path, encoding="utf-8") as file:
        old = file.read()
    before, found, rest = old.partition(begin)
    _, found_end, after = rest.partition(end)
    if not found or not found_end:
        raise SystemExit(f"bench: {os.path.basename(path)} has no place for the load {load}: {begin}, {end}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{begin}\n{text}\n{end}{after}")
