# SPDX-License-Identifier: MIT
"""manual.py PROGRAM TOP: entries of the manuals beside what the program knows, both ways.

What the program lists (its options, columns, fields) is taken from there; words of filters, states, families and
kinds from the tables of the sources, which are its registries."""
import glob
import os
import re
import subprocess
import sys

import mdoc

PROGRAM, TOP = sys.argv[1:3]
failed = False


def verdict(name, why):
    global failed
    failed = failed or bool(why)
    print(f'not ok {name}: {why}' if why else f'ok {name}')


def compare(name, program, manual):
    """Both are sets, or dictionaries by name."""
    missing = [str(key) for key in program if key not in manual]
    stray = [str(key) for key in manual if key not in program]
    why = [f'no entry for {" ".join(missing)}'] if missing else []
    why += [f'the program has no {" ".join(stray)}'] if stray else []
    if not program:
        why += ['nothing is known of it']
    if isinstance(program, dict):
        why += [f'{key}: [{manual[key]}] is [{program[key]}]' for key in program
                if key in manual and manual[key] != program[key]]
    verdict(name, '; '.join(why))


def run(*args):
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout


def source(path):
    with open(os.path.join(TOP, path), encoding='utf-8') as file:
        return file.read()


def page(name):
    return mdoc.read(os.path.join(TOP, 'docs', name))


def tags(lines, macro, section=None, subsection=None):
    return [word for line in mdoc.items(lines, section, subsection)
            for call, words in line.calls() if call == macro for word in words]


def plain_tags(lines, section, subsection=None):
    """Tags that are text: "mptcp, sctp, other sockets" is three."""
    return [tag.strip() for line in mdoc.items(lines, section, subsection)
            for tag in ' '.join(mdoc.unescape(word) for word in line.words).split(',')]


# ---- options ---------------------------------------------------------------

def options():
    told = run(os.path.join(TOP, 'scripts/list-options'), PROGRAM).split()
    found = []
    for line in mdoc.items(MAIN):
        for call, words in line.calls():
            if call == 'Fl':
                found += ['-' + word for word in words]
            elif call == 'Ic':
                found += [word for word in words if word.startswith('+')]
    compare('options', set(told), set(found))
    # Wherever else one is named it exists, too; -nP and -Tqs begin with one.
    strays = []
    for path in sorted(glob.glob(os.path.join(TOP, 'docs/fdmap*.[15]'))):
        for line in mdoc.read(path):
            named = [('-' if call == 'Fl' else '') + word for call, words in line.calls() for word in words
                     if word not in mdoc.DELIMITERS and (call == 'Fl' or (call == 'Ic' and word.startswith('+')))]
            strays += [f'{os.path.basename(path)}:{line.number}: {word}' for word in named
                       if word not in told + ['--'] and (word.startswith('--') or word[:2] not in told)]
    verdict('options that are named', ', '.join(strays))


# ---- columns ---------------------------------------------------------------

def read_columns():
    """{group: {key: (names, type; cost)}}, {set: columns}"""
    groups, sets, group, last = {}, {}, None, None
    for line in run(PROGRAM, '--columns=help').splitlines():
        if re.fullmatch(r'[a-z]+:', line):
            group = line[:-1]
            continue
        if not group or not line.startswith('  '):
            continue
        if group == 'sets':
            if line.startswith('  @'):
                last = line.split()[0]
            else:
                sets[last] = line.strip()
            continue
        key, kind, cost, text = re.split(r'  +', line.strip(), maxsplit=3)
        also = re.search(r'; also (.*)$', text)
        names = [key] + (also[1].split(', ') if also else [])
        groups.setdefault(group, {})[key] = (' '.join(names), f'{kind}; {cost}')
    return groups, sets


def group_of(section, groups):
    """"MEMORY OF SOCKETS" has the columns of group memory, "FILES" those of file."""
    return next((group for group in groups if section.lower().startswith(group)), None)


def columns():
    groups, sets = read_columns()
    lines, found, common = page('fdmap-columns.5'), {group: {} for group in groups}, {}
    text = []
    for section, _, line in mdoc.sections(lines):
        group = group_of(section, groups)
        if not group:
            continue
        if line.macro == 'Li' and text and text[-1].text == 'Where an entry names no cost, it is':
            common[group] = line.literal_text()
        text.append(line)
        calls = line.calls() if line.macro == 'It' else []
        if len(calls) > 1 and calls[1][0] == 'Ic' and not calls[1][1][0].startswith('+'):
            told = ' '.join(calls[2][1]) if len(calls) > 2 and calls[2][0] == 'Pq' else ''
            found[group][calls[1][1][0]] = (' '.join(calls[1][1]),
                                            told if ';' in told else f'{told}; {common.get(group)}')
    for group, keys in groups.items():
        compare(f'columns of {group}: names, types, costs', keys, found[group])
    # "How it fares: ... sent again.  comm, pid, ..., lastrcv."
    listed = {tag.calls()[1][1][0]: text.rstrip('.').rsplit('. ', 1)[-1].replace(', ', ',')
              for tag, text in mdoc.bodies(lines, 'SETS', '')}
    compare('sets of columns', sets, listed)
    # fdmap(1) has the names alone.
    heading = 'Columns by name'
    short = {' '.join(tag.calls()[1][1]): text.split(', ') for tag, text in mdoc.bodies(MAIN, 'SHOWING', heading)
             if tag.calls()[1][0] == 'Em'}
    compare('columns in fdmap(1)', {group: sorted(keys) for group, keys in groups.items()},
            {group: sorted(keys) for group, keys in short.items()})
    compare('sets in fdmap(1)', set(sets), set(tags(MAIN, 'Cm', 'SHOWING', heading)))


# ---- fields, states, words -------------------------------------------------

def fields():
    told = {line.split()[0] for line in run(PROGRAM, '-F?').splitlines()[1:]}
    compare('letters of -F', told, set(tags(MAIN, 'Cm', 'SHOWING', 'Fields')))


def states():
    table = re.findall(r'\{ (?:\d+|STATE_\w+), "([A-Z_0-9]+)" \}', source('src/net/inet.c'))
    names = {name for name in table if not name.startswith('UNKNOWN')}
    entries = set(tags(MAIN, 'Cm', 'SELECTING', 'States'))
    compare('states of -s', names, entries)
    refused = [name for name in sorted(entries) if 'unknown' in run(PROGRAM, '-t', '-iTCP', '-sTCP:' + name)]
    verdict('states of -s are accepted', ' '.join(refused))


def filter_words():
    lines = page('fdmap-filter.5')
    named = set(re.findall(r'\{ "(\w+)", WORD_', source('src/field/exprword.c')))
    compare('words of filters', named, {word for part in ('Protocols', 'Kinds of files')
                                        for word in tags(lines, 'Cm', 'WORDS', part)})
    table = set(re.findall(r'^\t\{ "(\w+)", [^}]*\},$', source('src/field/exprstate.c'), re.M))
    compare('states in filters', table,
            {word.replace('-', '') for word in tags(lines, 'Cm', 'WORDS', 'States')})
    lexer = source('src/field/exprlex.c')
    signs = set(re.findall(r'"([^"]+)", TOK_CMP', lexer)) | set(re.findall(r'"(\w+)", CMP_', lexer))
    compare('operators of filters', signs | {'in', 'not in'},
            {tag for line in mdoc.items(lines, 'OPERATORS') for tag in
             mdoc.unescape(' '.join(line.words[1:])).split(' , ')})
    kinds = {part for group in read_columns()[0].values() for _, kind in group.values()
             for part in kind.split(';')[0].split(', ')}
    compare('types of values', kinds, set(plain_tags(lines, 'VALUES')))
    # Whatever stands there as a filter is one.
    wrong = []
    for line in lines:
        text = line.literal_text() if line.macro == 'Ql' else None
        if text:
            said = subprocess.run([PROGRAM, '-t', '-p', str(os.getpid()), '--filter', text],
                                  capture_output=True, text=True).stderr
            if said:
                wrong.append(f'{text}: {said.splitlines()[0]}')
    verdict('filters in the text are filters', '; '.join(wrong))


# ---- what it prints of --------------------------------------------------------

def families_and_kinds():
    families = {name for path in glob.glob(os.path.join(TOP, 'src/net/*.c'))
                for name in re.findall(r'^const struct family (\w+)_family = ', source(path), re.M)}
    said = set(plain_tags(MAIN, 'SHOWING', 'What NAME says'))
    compare('families in NAME', families, families & {word for tag in said for word in tag.lower().split()})
    words = tags(page('fdmap-filter.5'), 'Cm', 'WORDS', 'Protocols')
    compare('families in filters', families, families & set(words))
    names = {'ns': 'namespaces', 'anon': 'anonymous inodes', 'mqueue': 'message queues',
             'failed': 'what could not be read', 'exempt': 'files on exempt file systems'}
    kinds = {names.get(kind, kind + 's') for path in glob.glob(os.path.join(TOP, 'src/kind/*.c'))
             for kind in re.findall(r'^const struct kind kind_(\w+) = ', source(path), re.M)}
    # Sockets have an entry for each family.
    compare('kinds in NAME', kinds, kinds & (said | {'sockets'}))


def surroundings():
    states_of_exit = re.search(r'enum status \{(.*?)\};', source('src/cli/status.h'), re.S)[1].count('STATUS_')
    compare('exit statuses', {str(n) for n in range(states_of_exit)}, set(plain_tags(MAIN, 'EXIT STATUS')))
    asked = {name for path in glob.glob(os.path.join(TOP, 'src/*/*.c'))
             for name in re.findall(r'(?:getenv|has_word)\("(\w+)"\)', source(path))}
    # What setlocale(3) asks for.
    compare('environment', asked | {'LC_ALL', 'LC_CTYPE', 'LANG'}, set(tags(MAIN, 'Ev', 'ENVIRONMENT')))


MAIN = page('fdmap.1')
for check in (options, columns, fields, states, filter_words, families_and_kinds, surroundings):
    check()
sys.exit(failed)
