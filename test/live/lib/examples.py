# SPDX-License-Identifier: MIT
"""examples.py PROGRAM TOP SCRATCH [DOCUMENT...]: runs each example of the manuals, of README.md and of docs/*.md as it
is printed, in a world where what it names is there (examples_world.py). Process 1 of a PID namespace.

It must end with status 0, say something on standard output and nothing on standard error. What is otherwise stands in
EXPECT, what is not run in LEFT_OUT, each with its reason; an entry that is no example's any more is an error."""
import glob
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time

import examples_pages
import examples_world

PATIENCE = 120  # seconds: not a measure of anything
BASH = '/usr/bin/bash'


class Expect:
    """status, and what is on the two outputs: 'some', 'none', or anything (None)."""

    def __init__(self, why, status=0, out='some', err='none', ends=None, file=None, needs=None):
        self.why, self.status, self.out, self.err = why, status, out, err
        self.ends, self.file, self.needs = ends, file, needs


PICTURE = Expect('the picture is in a file', out='none', file='map.svg', needs='dot')
EXPECT = {
    "fdmap --filter 'state close-wait and age > 1d'":
        Expect('no process here is that old', status=1, out='none'),
    'fdmap -N': Expect('no NFS is mounted', status=1, out='none'),
    'kill $(fdmap -t -i TCP:8080 -s TCP:LISTEN)': Expect('it ends who listens', out='none', ends='httpd'),
    'fdmap +r1 -t /mnt/usb >/dev/null; umount /mnt/usb': Expect('it waits until nobody is there', out='none'),
    'fdmap --graph | dot -Tsvg >map.svg': PICTURE,
    'fdmap -v': Expect('lsof prints its version on standard error', out='none', err='some'),
}
# A command, or a document that another test runs.
LEFT_OUT = {'docs/coming-from.md': 'its lines are for a world of their own: 95-coming.sh'}
# Words of sentences that stand for something.
STANDS_FOR = {'PID': '1', 'FILE': '/var/log/nginx/access.log', 'NAME': '/srv/www/index.html'}


def one_line(text):
    return text.replace('\n', '|')


def without_comment(command):
    return re.sub(r'\s+#\s.*$', '', command)


def words_for(example):
    command = without_comment(example.command)
    if example.inline:
        command = re.sub(r'\b(' + '|'.join(STANDS_FOR) + r')\b', lambda m: STANDS_FOR[m[0]], command)
    return command


# ---- running -----------------------------------------------------------------


class Run:
    """A shell that reads the example from a file, so that $$ is its own, with a deleted file open."""

    def __init__(self, command, scratch, world):
        self.out = self.err = b''
        script = os.path.join(scratch, 'example.sh')
        with open(script, 'w', encoding='utf-8') as file:
            file.write(command + '\n')
        gone = os.open(os.path.join(scratch, 'gone'), os.O_RDWR | os.O_CREAT | os.O_TRUNC)
        os.write(gone, b'x' * 5000)
        os.unlink(os.path.join(scratch, 'gone'))
        # "-r1" goes on until it is ended: after the first listing.
        self.endless = re.search(r'\s-r[0-9]*(\s|$)', command) is not None
        self.process = subprocess.Popen([BASH, script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, cwd=scratch, pass_fds=[gone], start_new_session=True)
        os.close(gone)
        if '/mnt/usb' in command:
            world.end('visitor')
        self.watch()

    def watch(self):
        pipes = {self.process.stdout.fileno(): 'out', self.process.stderr.fileno(): 'err'}
        deadline = time.monotonic() + PATIENCE
        self.late = self.stopped = False
        while pipes:
            for fd in select.select(list(pipes), [], [], 1)[0]:
                data = os.read(fd, 65536)
                if not data:
                    del pipes[fd]
                elif pipes[fd] == 'out':
                    self.out += data
                else:
                    self.err += data
            if self.endless and not self.stopped and re.search(rb'^=======$|\n\n', self.out, re.M):
                self.stopped = True
                os.killpg(self.process.pid, signal.SIGTERM)
            if time.monotonic() > deadline and not self.late:
                self.late = True
                os.killpg(self.process.pid, signal.SIGKILL)
        self.status = self.process.wait()
        if self.stopped and self.status == -signal.SIGTERM:
            self.status = 0


# ---- what must come out --------------------------------------------------------


def shape_of(text):
    return re.sub(r'\d[\d,.]*', 'N', text.rstrip())


def labels(lines):
    """"  engine        bpf" and what goes on below it."""
    return [line[:16].rstrip() for line in lines if line[:16].strip()]


def has_in_order(wanted, lines):
    rest = iter(lines)
    return all(any(line == one for line in rest) for one in wanted)


def wrong_output(example, run):
    """What is printed below an example has the shape of what comes out."""
    printed = [line for line in example.output if line.strip()]
    out, err = run.out.decode().splitlines(), run.err.decode().splitlines()
    if not printed:
        return None
    if printed[0].startswith('plan:'):
        told = [line for line in printed if not line[0].isdigit()]
        cut = told.index('cost:')
        plan = err[:err.index('cost:')] if 'cost:' in err else []
        if [shape_of(line) for line in told[:cut]] != [shape_of(line) for line in plan]:
            return f'the plan is {plan}'
        return None if has_in_order(labels(told[cut:]), labels(err)) else f'the costs are {labels(err)}'
    if printed[0].startswith('fdmap: '):
        return None if printed == err else f'it says {err}'
    if not out or out[0].split() != printed[0].split():
        return f'the first line is {out[:1]}'
    heads = len(out[0].split())
    if any(len(line.split()) < heads for line in printed[1:]):
        return 'a line that is printed has less columns than its head'
    return None


def wrong(example, expect, run, world, scratch):
    if run.late:
        return 'it did not end'
    failing = any(line.startswith('fdmap: ') for line in example.output[:1])
    printed_err = failing or any(line.startswith('plan:') for line in example.output[:1])
    status = 1 if failing else expect.status
    if run.status != status:
        return f'status {run.status}, {run.err.decode(errors="replace")[:300]}'
    for name, data, want in (('output', run.out, 'none' if failing else expect.out),
                             ('error', run.err, 'some' if printed_err else expect.err)):
        if want and bool(data) != (want == 'some'):
            return f'standard {name}: {data[:300]!r}'
    if expect.ends and not world.has_ended(expect.ends, PATIENCE):
        return f'{expect.ends} is still there'
    if expect.file and not os.path.getsize(os.path.join(scratch, expect.file)):
        return f'{expect.file} is empty'
    return wrong_output(example, run)


# ---- all of them -----------------------------------------------------------------


def documents(top, names):
    names = names or ['README.md'] + sorted(
        os.path.relpath(path, top) for kind in ('*.md', 'docs/*.[1-9]', 'docs/*.md')
        for path in glob.glob(os.path.join(top, kind)) if os.path.basename(path) != 'README.md')
    return [(name, os.path.join(top, name)) for name in names]


def furnish(program, top, scratch):
    """What examples find where they are run: the program, sudo, and a recorded tree. What is mounted in this world may
    hide where the program was built."""
    place = os.path.join(scratch, 'bin')
    os.makedirs(place)
    shutil.copy2(program, os.path.join(place, 'fdmap'))
    with open(os.path.join(place, 'sudo'), 'w', encoding='ascii') as file:
        file.write('#!/bin/sh\nexec "$@"\n')
        os.fchmod(file.fileno(), 0o755)
    os.makedirs(os.path.join(scratch, 'build'))
    subprocess.run([os.path.join(top, 'test/lib/untree'), os.path.join(top, 'test/trees/web.tree'),
                    os.path.join(scratch, 'build/NAME')], check=True)
    os.environ.update(PATH=place + ':' + os.environ['PATH'], HOME=scratch, TERM='dumb')
    os.chdir(scratch)


def main():
    program, top, scratch, *names = sys.argv[1:]
    examples, missed = examples_pages.find(documents(top, names))
    furnish(program, top, scratch)
    world = examples_world.World()
    failed = bool(missed)
    for line in missed:
        print(f'not ok example, {line}: it looks like one, and is not run', flush=True)
    done = {}
    for example in examples:
        command = words_for(example)
        name = f'example, {example.place}: {command}'
        document = example.place.rsplit(':', 1)[0]
        if document in LEFT_OUT:
            done[document] = example
            continue
        if command in LEFT_OUT:
            done[command] = example
            print(f'skip {name}: {LEFT_OUT[command]}', flush=True)
            continue
        if command in done and not example.output:
            continue
        done[command] = example
        expect = EXPECT.get(command, Expect(''))
        if expect.needs and not shutil.which(expect.needs):
            print(f'skip {name}: no {expect.needs}', flush=True)
            continue
        world.ensure()
        why = wrong(example, expect, Run(command, scratch, world), world, scratch)
        failed = failed or bool(why)
        print(f'not ok {name}: {one_line(why)}' if why else f'ok {name}', flush=True)
    if not names:
        stale = [command for command in list(EXPECT) + list(LEFT_OUT) if command not in done]
        failed = failed or bool(stale)
        print(f'not ok examples that are expected: there is no {stale}' if stale else 'ok examples that are expected')
    sys.exit(failed)


main()
