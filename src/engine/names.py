#!/usr/bin/env python3
"""Gives every global name of the library a prefix, and a suffix if it is compiled once per precision, so that
heed_add_f32 and heed_add_f64 can be linked beside a program's own `add`. The sources say `add`.

    names.py SRC OUT.h DEPFILE

writes a header for the compiler's -include with a #define for each global name that a header in SRC declares, or a
source declares with `extern`. A name gets a suffix if its header, or the source beside that, includes base/real.h,
directly or not; -DHEED_SUFFIX=f32 or f64 says which. Without it these names stay as they are, so that a source that is
compiled once cannot be linked if it uses one.
"""
import pathlib, re, sys

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)


class Sources:
    """The texts of a source tree by their path in it."""

    def __init__(self, root):
        paths = sorted(pathlib.Path(root).rglob('*.[ch]'))
        self.text = {p.relative_to(root).as_posix(): p.read_text('utf-8') for p in paths}
        self.root = root
        self.includes = {p: re.findall(r'^ *# *include "(.*?)"', t, re.M) for p, t in self.text.items()}
        self.known = {}

    def reaches_real(self, path):
        if path not in self.known:
            self.known[path] = path == 'base/real.h'
            self.known[path] |= any([self.reaches_real(p) for p in self.includes.get(path, [])])
        return self.known[path]

    def by_precision(self, header):
        return self.reaches_real(header) or self.reaches_real(header[:-2] + '.c')


def plain(text):
    """The text without comments and the preprocessor's lines, and with lists such as OPS(X) written out."""
    text = COMMENT.sub('', text)
    lists = dict(re.findall(r'^#define (\w+)\(X\)((?:.*\\\n)*.*)', text, re.M))
    for body, name in re.findall(r'^#define X\(name\) (.*)\n(\w+)\(X\)$', text, re.M):
        rows = re.findall(r'X\((\w+)\)', lists.get(name, ''))
        text += ''.join('\n' + body.replace('##name', row) for row in rows)
    return re.sub(r'^ *#(?:.*\\\n)*.*|^\w+\(X\)$', '', text, flags=re.M)


def statements(text):
    """The declarations outside of all braces, one at a time, with {} for the contents of braces."""
    depth, last = 0, ''
    for c in plain(text):
        depth -= c == '}'
        if depth == 0:
            last += c
        depth += c == '{'
        if depth == 0 and (c == ';' or (c == '}' and re.search(r'\)\s*\{\}$', last))):
            yield ' '.join(last.split())
            last = ''


def declared(statement):
    """The global names that a declaration declares."""
    if re.match(r'static\b|typedef\b|INLINE\b|_Static_assert\b|(enum|struct|union)\b[^()]*\{\}', statement):
        return []
    function = re.match(r'(?:extern )?[\w\s*]*?[\s*](\w+) ?\(', statement)
    if function:
        return [function[1]]
    if statement.startswith('extern '):
        return re.findall(r'(\w*[a-z]\w*) ?(?:\[[^]]*\])*(?=[,;])', statement)
    return []


def global_names(sources):
    """name -> whether it gets a suffix"""
    names, where = {}, {}
    for path, text in sources.text.items():
        for statement in statements(text):
            if path.endswith('.c') and not statement.startswith('extern '):
                continue
            suffix = sources.by_precision(path)
            for name in declared(statement):
                if names.setdefault(name, suffix) != suffix:
                    sys.exit(f'{name}: of {path} and {where[name]} only one includes base/real.h')
                where[name] = path
    return names


def write_depfile(depfile, out, sources):
    needs = ' '.join(str(pathlib.Path(sources.root) / p) for p in sources.text)
    pathlib.Path(depfile).write_text(f'{out}: {needs}\n', 'utf-8')


def main(root, out, depfile):
    sources = Sources(root)
    names = sorted(global_names(sources).items())
    text = ('/* Made by src/engine/names.py. */\n' +
            ''.join(f'#define {n} heed_{n}\n' for n, split in names if not split) +
            '\n#ifdef HEED_SUFFIX\n#define HEED_JOIN_(name, suffix) heed_##name##_##suffix\n'
            '#define HEED_JOIN(name, suffix) HEED_JOIN_(name, suffix)\n' +
            ''.join(f'#define {n} HEED_JOIN({n}, HEED_SUFFIX)\n' for n, split in names if split) + '#endif\n')
    out = pathlib.Path(out)
    if not out.exists() or out.read_text('utf-8') != text:      # or all would be compiled again
        out.write_text(text, 'utf-8')
    write_depfile(depfile, out, sources)


if __name__ == '__main__':
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
