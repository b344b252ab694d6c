#!/usr/bin/env python3
"""What a forger would do, and an independent reading of receipt.json's format.

    forge.py edit RUN CODE        runs CODE with r, the receipt, and e, the entries of its last segment
    forge.py chain RUN            computes all digests of the chain anew
    forge.py logs RUN             computes the entries' digests of log.csv, and their losses, anew
    forge.py adopt RUN STEP       takes states/STEP.heed for the state after STEP
    forge.py nudge FILE           flips a bit of a parameter in a model file, with its checksum
    forge.py setting FILE KEY VALUE   changes a setting in a model file, with its checksum
"""
import hashlib, json, pathlib, struct, sys, zlib


def digest(data):
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def six(x):
    return '-' if x is None else '%.6f' % x


def chain(r):
    after = '0' * 64
    for s in r['segments']:
        lines = [f'{k} {v}' for k, v in s['settings'].items()]
        s['chain'] = after = digest('\n'.join([
            'segment', f'after {after}', f'program {s["program"]}', f'text {s["text"]}',
            f'vocabulary {s["vocabulary"]}', f'hash_every {s["hash_every"]}', f'change {s["change"]}', *lines,
            '']).encode())
        for e in s['entries']:
            e['chain'] = after = digest('\n'.join([
                'entry', f'after {after}', f'step {e["step"]}', f'state {e["state"]}', f'log {e["log"]}',
                f'loss {six(e["loss"])}', f'val {six(e["val"])}', '']).encode())


def logs(r, run):
    rows = [line.split(',') for line in (run / 'log.csv').read_text().splitlines()[1:]]
    number = lambda x: float(x) if x else None
    for s in r['segments']:
        for was, e in zip(s['entries'], s['entries'][1:]):
            mine = [row for row in rows if was['step'] < int(row[0]) <= e['step']]
            e['log'] = digest(''.join(
                ''.join(('' if i in (3, 13) else x) + ',' for i, x in enumerate(row)) + '\n' for row in mine).encode())
            last = [row for row in mine if int(row[0]) == e['step']]
            if last:
                e['loss'], e['val'] = number(last[0][5]), number(last[0][6])


class Model:
    def __init__(self, path):
        self.path, b = path, pathlib.Path(path).read_bytes()
        n = struct.unpack('<I', b[12:16])[0]
        words = struct.unpack('<I', b[16 + n:20 + n])[0]
        at = 20 + n + 4 * words
        self.header, self.vocab = b[16:16 + n].decode(), b[16 + n:at]
        end = self.counted(b, at) if '\ncounts ' in self.header else len(b) - 4
        self.numbers, self.rest = bytearray(b[at:end]), b[end:-4]

    @staticmethod
    def counted(b, at):
        """Where the counted text begins, which says how many bytes follow its 320 (files/counted.h)."""
        size = lambda i: struct.unpack('<I', b[i:i + 4])[0]
        return next(i for i in range(at, len(b)) if i + 320 + size(i) == len(b) - 4)

    def save(self):
        header = self.header.encode()
        b = b'\x89heed\r\n\x1a' + struct.pack('<II', 1, len(header)) + header + self.vocab
        b += bytes(self.numbers) + self.rest
        pathlib.Path(self.path).write_bytes(b + struct.pack('<I', zlib.crc32(b)))


def main(what, name, *rest):
    if what == 'nudge':
        m = Model(name)
        m.numbers[0] ^= 1
        return m.save()
    if what == 'setting':
        m = Model(name)
        m.header = ''.join(f'{rest[0]} {rest[1]}\n' if line.split()[0] == rest[0] else line + '\n'
                           for line in m.header.splitlines())
        return m.save()
    run = pathlib.Path(name)
    r = json.loads((run / 'receipt.json').read_text())
    if what == 'edit':
        exec(rest[0], {'r': r, 'e': r['segments'][-1]['entries']})
    elif what == 'chain':
        chain(r)
    elif what == 'logs':
        logs(r, run)
    elif what == 'adopt':
        state = digest(bytes(Model(run / 'states' / f'{rest[0]}.heed').numbers))
        for s in r['segments']:
            for e in s['entries']:
                e['state'] = state if e['step'] == int(rest[0]) else e['state']
    (run / 'receipt.json').write_text(json.dumps(r))


main(*sys.argv[1:])
