# SPDX-License-Identifier: MIT
"""The examples of the manuals and of the other documents: every command with fdmap in it, and what is printed below it.

In manuals that is literal text (.It Li, .Li, .Ql, .Dl) and lines of displays behind "$ "; in Markdown, lines of blocks
and `code` in sentences. In a block without a language, as in displays, "$ " and "# " are prompts, and what follows
them is output."""
import re

import mdoc

# fdmap is what is run: at the beginning, or behind what begins another command.
COMMAND = re.compile(r'(?:^|[|;&(]\s*|\b(?:sudo|xargs|then|do)\s+)fdmap(?![\w.:/-])')
# What looks like a command line, wherever it stands; a path to the program is not what is installed.
LOOKS = re.compile(r'(?<![\w/.-])fdmap\s+[-+][A-Za-z-]')


class Example:
    def __init__(self, place, command, inline=False):
        self.place, self.command, self.inline, self.output = place, command, inline, []


class Pages:
    def __init__(self):
        self.examples, self.missed = [], []

    def take(self, place, text, inline=False):
        """1: it is an example."""
        if COMMAND.search(text):
            self.examples.append(Example(place, text.strip(), inline))
            return True
        if LOOKS.search(text):
            self.missed.append(f'{place}: {text.strip()}')
        return False

    # ---- displays and blocks -------------------------------------------

    def take_session(self, lines, prompts):
        """[(place, text)] with prompts, and output below each command."""
        last = None
        for place, text in lines:
            prompt = next((p for p in prompts if text.startswith(p)), None)
            if prompt:
                last = self.examples[-1] if self.take(place, text[len(prompt):]) else None
            elif last:
                last.output.append(text)
            elif LOOKS.search(text):
                self.missed.append(f'{place}: {text.strip()}')

    # ---- files ----------------------------------------------------------

    def take_manual(self, name, path):
        display = []
        for line in mdoc.read(path):
            place = f'{name}:{line.number}'
            if line.literal:
                display.append((place, mdoc.unescape(line.text)))
                continue
            self.take_session(display, ['$ '])
            display = []
            text = line.literal_text()
            if text is not None:
                if line.macro not in ('Li', 'Ql') or text.startswith('fdmap '):
                    self.take(place, text, inline=line.macro in ('Li', 'Ql'))
            elif not line.macro and LOOKS.search(line.text):
                self.missed.append(f'{place}: {line.text}')

    def take_markdown(self, name, path):
        language, block, paragraph = None, [], []
        with open(path, encoding='utf-8') as page:
            for number, text in enumerate(page.read().splitlines() + [''], 1):
                place = f'{name}:{number}'
                fence = re.match(r'\s*```(\w*)', text)
                if fence and language is None:
                    language, block = fence[1], []
                elif fence:
                    if language in ('', 'console', 'text'):
                        self.take_session(block, ['$ ', '# '])
                    elif language in ('sh', 'bash', 'shell'):
                        for where, line in block:
                            self.take(where, line)
                    language = None
                elif language is not None:
                    block.append((place, text))
                elif text.strip():
                    paragraph.append((place, text))
                if fence or not text.strip():
                    self.take_sentences(paragraph)
                    paragraph = []

    def take_sentences(self, lines):
        """`code` may go on in the next line."""
        text = '\n'.join(text for _, text in lines)
        for code in re.finditer(r'(`+)(?!`)(.+?)(?<!`)\1(?!`)', text, re.S):
            command = code[2].strip().replace('\n', ' ').replace('\\|', '|')
            if re.match(r'fdmap(\s|$)', command) and command != 'fdmap':
                self.take(lines[text.count('\n', 0, code.start())][0], command, inline=True)


def find(documents):
    """documents: [(name, path)]"""
    pages = Pages()
    for name, path in documents:
        if name.endswith('.md'):
            pages.take_markdown(name, path)
        else:
            pages.take_manual(name, path)
    return pages.examples, pages.missed
