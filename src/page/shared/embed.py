#!/usr/bin/env python3
"""Inlines a page's style sheets and scripts, so that it is one file, and writes a Content-Security-Policy that
allows exactly these, by their SHA-256, and nothing else.

    embed.py --c PAGE OUT.c             the page as two C arrays, before and after the data (src/cli/NAME/html.h)
    embed.py --html PAGE DATA.json OUT  the page with this data, to work on it or to test it

PAGE is explain/explain.html or plot/plot.html; NAME is its stem. What it names is relative to it.
"""
import base64, hashlib, pathlib, re, sys


def tabs(text):
    """Each four spaces at the beginning of a line as a tab: a tenth smaller, and as readable."""
    return re.sub('^(?: {4})+', lambda m: '\t' * (len(m[0]) // 4), text, flags=re.M)


def page(path):
    path = pathlib.Path(path)
    allowed = {'style': [], 'script': []}

    def inline(kind):
        def put(match):
            text = '\n' + tabs((path.parent / match[1]).read_text('utf-8'))
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            allowed[kind].append(f"'sha256-{digest}'")
            return f'<{kind}>{text}</{kind}>'
        return put

    html = path.read_text('utf-8')
    html = re.sub(r'<link rel="stylesheet" href="(.*?)">', inline('style'), html)
    html = re.sub(r'<script src="(.*?)"></script>', inline('script'), html)
    policy = "default-src 'none'; base-uri 'none'; form-action 'none'" + ''.join(
        f'; {kind}-src ' + ' '.join(hashes) for kind, hashes in allowed.items())
    return html.replace('<meta charset="utf-8">',
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def c_array(page, name, text):
    data = text.encode()
    rows = [','.join(map(str, data[k:k + 24])) for k in range(0, len(data), 24)]
    return (f'const unsigned char {page}_html_{name}[] = {{\n' + ',\n'.join(rows) + '\n};\n'
            f'const size_t {page}_html_{name}_len = sizeof {page}_html_{name};\n')


if len(sys.argv) == 4 and sys.argv[1] == '--c':
    before, after = page(sys.argv[2]).split('@DATA@')
    name = pathlib.Path(sys.argv[2]).stem
    pathlib.Path(sys.argv[3]).write_text('/* Made by src/page/shared/embed.py of the files beside it. */\n'
        f'#include "cli/{name}/html.h"\n\n' + c_array(name, 'before', before) + '\n' + c_array(name, 'after', after), 'ascii')
elif len(sys.argv) == 5 and sys.argv[1] == '--html':
    before, after = page(sys.argv[2]).split('@DATA@')
    pathlib.Path(sys.argv[4]).write_text(before + pathlib.Path(sys.argv[3]).read_text('utf-8') + after, 'utf-8')
else:
    sys.exit(__doc__)
