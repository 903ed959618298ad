# SPDX-License-Identifier: MIT
"""What the tests read of manuals in mdoc(7): lines of macros, tags, literal displays."""
import re

ESCAPES = {r'\&': '', r'\-': '-', r'\e': '\\', r'\(dq': '"', r'\*(Ba': '|', '\\ ': ' '}
CALLABLE = ('Fl', 'Ic', 'Ar', 'Ns', 'Li', 'Cm', 'Op', 'Oo', 'Oc', 'No', 'Pq', 'Em', 'Ev', 'Pa', 'Va', 'Xr', 'Ql')
DELIMITERS = ('.', ',', ':', ';', ')', '?', '!')


def unescape(word):
    return re.sub(r'\\\(dq|\\\*\(Ba|\\[-&e ]', lambda m: ESCAPES[m[0]], word)


def words_of(line):
    """The words of a line; what stands in quotes is one."""
    return [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', line)]


class Line:
    """A macro with its words, or a text (macro is None)."""

    def __init__(self, number, text, literal):
        self.number, self.text, self.literal = number, text, literal
        self.macro, self.words = None, []
        if text.startswith('.') and not text.startswith('.\\"'):
            self.words = words_of(text[1:])
            self.macro = self.words.pop(0) if self.words else None

    def calls(self):
        """[(macro, [words])]: `.It Fl a , Ic +b` is It [], Fl [a], Ic [+b]; a lone comma ends what is before it."""
        found = [(self.macro, [])]
        for word in self.words:
            if word in CALLABLE:
                found.append((word, []))
            elif word not in (',', '|'):
                found[-1][1].append(unescape(word))
        return found

    def literal_text(self):
        """What one macro of literal text says, without what ends a sentence behind it; None: it is another."""
        words = list(self.words)
        if self.macro == 'It':
            if not words or words.pop(0) != 'Li':
                return None
        elif self.macro not in ('Li', 'Ql', 'Dl', 'D1'):
            return None
        if any(word in CALLABLE for word in words):
            return None
        while words and words[-1] in DELIMITERS:
            words.pop()
        return unescape(' '.join(words))


def read(path):
    """Its lines, with literal displays marked; comments are left out."""
    lines, literal = [], False
    with open(path, encoding='utf-8') as page:
        for number, text in enumerate(page.read().splitlines(), 1):
            if text.startswith('.Ed'):
                literal = False
            if not text.startswith('.\\"'):
                lines.append(Line(number, text, literal and not text.startswith('.')))
            if text.startswith('.Bd -literal'):
                literal = True
    return lines


def sections(lines):
    """[(section, subsection, line)]: under which headings each line stands."""
    section = subsection = ''
    for line in lines:
        if line.macro == 'Sh':
            section, subsection = ' '.join(line.words), ''
        elif line.macro == 'Ss':
            subsection = ' '.join(line.words)
        yield section, subsection, line


def items(lines, section=None, subsection=None):
    """The tags (.It) below a heading."""
    return [line for s, ss, line in sections(lines)
            if line.macro == 'It' and section in (None, s) and subsection in (None, ss)]


def bodies(lines, section=None, subsection=None):
    """[(tag, text)]: each tag with the text up to the next one."""
    found = []
    for s, ss, line in sections(lines):
        if section not in (None, s) or subsection not in (None, ss):
            continue
        if line.macro == 'It':
            found.append((line, []))
        elif found and line.macro in ('El', 'Sh', 'Ss'):
            found.append((None, []))
        elif found:
            found[-1][1].append(unescape(line.text))
    return [(tag, ' '.join(text)) for tag, text in found if tag]
