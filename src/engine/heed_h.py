#!/usr/bin/env python3
"""Writes the library's public header, heed.h, from the headers of the engine.

    heed_h.py SRC OUT.h DEPFILE HEADER ...

The headers, each HEADER (a path in SRC) and those it includes, keep their comments. Names get the prefix heed_ (types
Heed, constants HEED_). What depends on `real` is declared twice, with the suffixes _f32 and _f64. Lists such as OPS(X)
are left out.
"""
import pathlib, re, sys
from names import Sources, declared, statements, write_depfile

TOKEN = re.compile(r'/\*.*?\*/|"(?:\\.|[^"\\])*"|\w+|\s+|.', re.S)
WIDTH = 110

TITLE = '''#ifndef HEED_H
#define HEED_H
/* heed: automatic differentiation and training on the processor.
 *
 * Whatever computes comes in two precisions: heed_add_f32 on a HeedTape_f32 in float, heed_add_f64 on a HeedTape_f64
 * in double. A program may use both. In a source that needs only one,
 *
 *     #define HEED_REAL float              (or double)
 *     #include <heed.h>
 *
 * makes the names without a suffix, heed_add and HeedTape, stand for that one. Comments omit prefixes and suffixes
 * where they are obvious; a "real" is a float or a double. The double half is declared last, without comments. */
'''

SHORT = '''
/* ---- Names without a suffix, for a source that defines HEED_REAL as float or double ---- */

#ifdef HEED_REAL
#define HEED_SUFFIX_float f32
#define HEED_SUFFIX_double f64
#define HEED_JOIN_(a, b) a##b
#define HEED_JOIN(a, b) HEED_JOIN_(a, b)
#define HEED_OF(name) HEED_JOIN(name##_, HEED_JOIN(HEED_SUFFIX_, HEED_REAL))
'''


def body(text):
    """A header without its guard, its includes, and lists of names with what is made of them."""
    text = re.sub(r'\A#ifndef \w+\n#define \w+\n|#endif\n*\Z|^#include .*\n', '', text, flags=re.M)
    a_list = r'(?:^/\*(?:(?!\*/).)*\*/\n)?^#define \w+\(X\)(?:[^\n]*\\\n)*[^\n]*\n'
    text = re.sub(a_list + r'|^#define X\(.*?\n#undef X\n', '', text, flags=re.M | re.S)
    return re.sub(r'\n{3,}', '\n\n', text).strip()


class Names:
    """What the names of some headers become."""

    def __init__(self, sources, headers):
        self.functions, self.types, self.constants = {}, {}, {}
        for path in headers:
            text = re.sub(r'/\*.*?\*/', '', body(sources.text[path]), flags=re.S)
            suffix = '{}' if sources.by_precision(path) else ''
            self.functions.update((n, f'heed_{n}{suffix}') for s in statements(text) for n in declared(s))
            inline = re.findall(r'^static inline [\w\s*]*?(\w+)\(', text, re.M)
            self.functions.update((n, f'heed_{n}{suffix}') for n in inline)
            self.functions.update((n, f'heed_{n}') for n in re.findall(r'^#define ([a-z]\w*)\(', text, re.M))
            self.types.update((n, f'Heed{n}') for n in re.findall(r'^typedef enum (\w+)', text, re.M))
            self.types.update((a or b, f'Heed{a or b}{suffix}') for a, b in re.findall(
                r'^(?:typedef )?(?:struct|union) (\w+)|^typedef [\w *]*?(\w+)\(', text, re.M))
            for inside in re.findall(r'^(?:typedef )?enum(?: \w+)? \{(.*?)\}', text, re.M | re.S):
                self.constants.update((n, f'HEED_{n}') for n in re.findall(r'(\w+)(?: =[^,]*)?(?:,|\s*$)', inside))

    def of(self, word, before, after):
        """What the word becomes, between these characters."""
        if word in self.constants or word in self.types:
            return self.constants.get(word) or self.types[word]
        used = re.match(r'\(|->', after) and not re.search(r'(->|\.|\(\*)$', before)
        used = used or re.search(r'(^|\n)extern [^\n]*$', before)
        return self.functions[word] if word in self.functions and used else word

    def in_comment(self, comment):
        """Constants and functions, unless they may be words of the language: sum, scale."""
        def put(match):
            word = match[0]
            if word in self.constants:
                return self.constants[word]
            return self.functions.get(word, word).replace('{}', '') if '_' in word else word
        return re.sub(r'(?<![./])\b\w+\b(?!\.[ch]\b)', put, comment)


def translate(text, names, suffix, real):
    out, tokens = '', TOKEN.findall(text)
    at = 0
    for token in tokens:
        at += len(token)
        if token.startswith('/*'):
            out += names.in_comment(token)
        elif token == 'real':
            out += real
        elif re.match(r'[A-Za-z_]', token):
            out += names.of(token, out.rstrip(' '), text[at:]).format(suffix)
        else:
            out += token
    return out


def realign(old, new):
    """Puts the comments behind code into a column again, and what a line goes on with below its parenthesis."""
    out, shift, comments = [], 0, {}
    for a, b in zip(old, new):
        behind = re.match(r'(.*\S)( +)(/\*.*)', b)
        if behind and '/*' in a[1:]:
            comments.setdefault(a.rindex('/*'), []).append(len(behind[1]) + 1)
    column = {c: max([c] + lengths) for c, lengths in comments.items()}
    moved = 0
    for a, b in zip(old, new):
        behind = re.match(r'(.*\S)( +)(/\*.*)', b)
        if behind and '/*' in a[1:]:
            at = a.rindex('/*')
            moved = column[at] - at if '*/' not in behind[3] else 0
            b = behind[1].ljust(column[at]) + behind[3] if at in column else b
        elif moved:
            b, moved = ' ' * moved + b, moved if '*/' not in b else 0
        out.append(b)
    return out


def wrap(line):
    """A declaration in lines that are not too long, each below its first parenthesis."""
    if len(line) <= WIDTH or re.search(r'/\*|^ \*|\{', line) or '(' not in line:
        return [line]
    lines, indent = [], ' ' * (line.index('(', line.index('(*') + 2 if '(*' in line else 0) + 1)
    while len(line) > WIDTH and ', ' in line[len(indent):WIDTH]:
        cut = line.rindex(', ', len(indent), WIDTH) + 1
        lines.append(line[:cut])
        line = indent + line[cut:].strip()
    return lines + [line]


def joined(text):
    """Each prototype on a line."""
    return re.sub(r'^(?![ ]?[*/#])([^\n/{}]*\([^\n{};/]*,)\n {2,}([^\n;{/]*)', r'\1 \2', text, flags=re.M)


def section(path, sources, names, suffix, real):
    text = body(sources.text[path])
    for _ in range(5):
        text = joined(text)
    blocks = []
    for block in text.split('\n\n'):
        old = block.split('\n')
        new = translate(block, names, suffix, real)
        if suffix:
            new = re.sub(r'^(    [\w ]*?\w) {2,}(?=\**\w)', r'\1 ', new, flags=re.M)
        new = new.split('\n')
        blocks.append('\n'.join(l for line in realign(old, new) for l in wrap(line)))
    return f'\n/* ---- {path}{": " + real if suffix else ""} ---- */\n\n' + '\n\n'.join(blocks) + '\n'


def without_what_is_said_once(text):
    """The second time only what differs: no comments between declarations, and no constants."""
    text = re.sub(r'^(?:typedef )?enum\b[^{;]*\{[^}]*\}[^;]*;[^\n]*\n', '', text, flags=re.M)
    text = re.sub(r'^/\*(?! ----).*?\*/\n|[ \t]*/\*(?! ----).*?\*/', '', text, flags=re.M | re.S)
    return re.sub(r'\n\n+', '\n', text).replace('\n/* ----', '\n\n/* ----').replace('---- */\n', '---- */\n\n')


def in_order(sources, headers):
    """The headers and all that they include, each after those."""
    done = ['base/real.h']
    def visit(path):
        if path not in done:
            for other in sources.includes[path]:
                visit(other)
            done.append(path)
    for path in headers:
        visit(path)
    return done[1:]


def main(root, out, depfile, *headers):
    sources = Sources(root)
    headers = in_order(sources, headers)
    system = sorted({i for h in headers for i in re.findall(r'^#include <.*>', sources.text[h], re.M)})
    once = [h for h in headers if not sources.by_precision(h)]
    twice = [h for h in headers if sources.by_precision(h)]
    names = Names(sources, headers)
    text = TITLE + '\n'.join(system) + '\n'
    text += ''.join(section(h, sources, names, '', '') for h in once)
    text += ''.join(section(h, sources, names, '_f32', 'float') for h in twice)
    text += without_what_is_said_once(''.join(section(h, sources, names, '_f64', 'double') for h in twice))
    short = sorted(n[:-2] for n in {**names.functions, **names.types}.values() if n.endswith('{}'))
    text += SHORT + ''.join(f'#define {n} HEED_OF({n})\n' for n in short) + '#endif\n#endif\n'
    pathlib.Path(out).write_text(text, 'utf-8')
    write_depfile(depfile, out, sources)


if __name__ == '__main__':
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
