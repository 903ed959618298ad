# SPDX-License-Identifier: MIT
"""How the cost grows with the number of descriptors."""

import measure
import queries
import report

SMALLEST = 50_000
ASKED = ("all", "port")
# KiB of the kernel and of the observer for one descriptor, on the safe side.
COST_KIB = 5


def most_descriptors(wish):
    """As many as were asked for, or as half of the memory and the kernel's limit of files hold."""
    with open("/proc/meminfo", encoding="utf-8") as file:
        available = next(int(line.split()[1]) for line in file if line.startswith("MemAvailable:"))
    with open("/proc/sys/fs/file-max", encoding="utf-8") as file:
        files = int(file.read())
    return min(wish, available // 2 // COST_KIB, files * 8 // 10)


def sizes(wish):
    most = most_descriptors(wish)
    n = min(SMALLEST, most)
    while n < most:
        yield n
        n *= 2
    yield most


def measure_size(clock, build, fdmap, engines, n, runs):
    """{(query, engine): series} at n descriptors."""
    found = {}
    with measure.Load(build, "scale", n) as load:
        for query in queries.QUERIES:
            if query.key not in ASKED:
                continue
            group = []
            for engine in engines:
                arguments = queries.engine_arguments(engine, 2) + queries.words(query.fdmap, load.facts)
                series = measure.Series(engine, engine, [fdmap] + arguments)
                found[query.key, engine] = series
                group.append(series)
            measure.measure(clock, group, query.answer.format(**load.facts), runs)
        return int(load.facts["DESCRIPTORS"]), found


def lines_of(points, key, engine, title):
    """A line for each size; the slope is that of the step before."""
    before = None
    for n, found in points:
        series = found[key, engine]
        if series.wrong:
            yield report.row(title, engine, n, series.wrong, "", "", "")
            continue
        slope = "-"
        if before:
            slope = f"{(series.median - before[1]) * 1e6 / (n - before[0]):.0f}"
        yield report.row(title, engine, n, report.milliseconds(series.median),
                         f"{series.median * 1e6 / n:.0f}", slope, f"{series.peak:.1f}")
        before = n, series.median


def section(clock, build, fdmap, engines, wish, runs, head):
    points = [measure_size(clock, build, fdmap, engines, n, runs) for n in sizes(wish)]
    yield "### Load `scale`"
    yield ""
    yield f"1000 descriptors a process, two threads. {' '.join(head)}"
    yield ""
    yield report.row("query", "engine", "descriptors", "ms", "ns each", "ns each more", "peak MB")
    yield report.row("---", "---", "--:", "--:", "--:", "--:", "--:")
    for query in queries.QUERIES:
        if query.key in ASKED:
            for engine in engines:
                yield from lines_of(points, query.key, engine, query.title)
