#!/usr/bin/python3
"""Writes data/*.safetensors: values that PyTorch computes, which test_why_golden.c compares with those of explain/why.

    why_golden.py [FOLDER]          needs PyTorch (any version from 1.10); the default is data beside this file

Nothing here shares a formula with the C: parts of queries and keys are directional derivatives that autograd takes
through a pass whose norms are constants, and removals are passes of their own. The files are the same on every machine
up to rounding; heed's tests need only the files.
"""
import json, math, pathlib, struct, sys
import torch

torch.set_default_dtype(torch.float64)
EPS = 1e-5
# vocab, context, channels, layers, heads, tied, positions (0 learned, 1 none, 2 rotary), norm (0 layer, 1 RMS),
# activation (0 GELU, 1 ReLU squared), embed_norm, qk_norm, value_mix, char_mix, bias
KEYS = ['vocab', 'context', 'channels', 'layers', 'heads', 'tied', 'positions', 'norm', 'activation', 'embed_norm',
        'qk_norm', 'value_mix', 'char_mix', 'bias']
GPT2 = dict(vocab=9, context=8, positions=0, norm=0, activation=0, embed_norm=0, qk_norm=0, value_mix=0, char_mix=0,
            bias=1)
FAST = dict(vocab=9, context=10, positions=2, norm=1, activation=1, embed_norm=1, qk_norm=1, value_mix=0, char_mix=4,
            bias=0)
CASES = {
    'gpt2_one': dict(GPT2, channels=6, layers=1, heads=2, tied=0),
    'gpt2_tied': dict(GPT2, channels=8, layers=3, heads=2, tied=1),
    'fast_two': dict(FAST, channels=8, layers=2, heads=2, tied=0),
    'fast_tied_six': dict(FAST, channels=8, layers=6, heads=2, tied=1),
    'mixed': dict(FAST, channels=8, layers=3, heads=2, tied=0, value_mix=1, bias=1, norm=0, char_mix=2),
}


def make_parameters(c, rng):
    """All parameters by the names that heed gives them."""
    C, L, H, p = c['channels'], c['layers'], c['heads'], {}

    def normal(name, *shape, mean=0.0, std=0.4):
        p[name] = mean + std * torch.randn(*shape, generator=rng)
    normal('wte.weight', c['vocab'], C)
    if c['positions'] == 0:
        normal('wpe.weight', c['context'], C)
    norm_bias = c['bias'] and c['norm'] == 0
    for l in range(L):
        h = f'h.{l}.'
        normal(h + 'ln_1.weight', C, mean=1.0)
        if norm_bias:
            normal(h + 'ln_1.bias', C)
        if c['char_mix']:
            normal(h + 'attn.char_mix', c['char_mix'], C, mean=0.5)
        if c['value_mix'] and l > 0:
            normal(h + 'attn.value_mix', 2, mean=0.5)
        if c['qk_norm']:
            normal(h + 'attn.qk_gain', H, mean=2.0)
        normal(h + 'attn.c_attn.weight', 3 * C, C)
        normal(h + 'attn.c_proj.weight', C, C)
        normal(h + 'ln_2.weight', C, mean=1.0)
        if norm_bias:
            normal(h + 'ln_2.bias', C)
        normal(h + 'mlp.c_fc.weight', 4 * C, C)
        normal(h + 'mlp.c_proj.weight', C, 4 * C)
        if c['bias']:
            normal(h + 'attn.c_attn.bias', 3 * C)
            normal(h + 'attn.c_proj.bias', C)
            normal(h + 'mlp.c_fc.bias', 4 * C)
            normal(h + 'mlp.c_proj.bias', C)
    normal('ln_f.weight', C, mean=1.0)
    if norm_bias:
        normal('ln_f.bias', C)
    if not c['tied']:
        normal('lm_head.weight', c['vocab'], C)
    return p


class Model:
    """The forward pass, written from the papers."""

    def __init__(self, c, p):
        self.c, self.p, self.D = c, p, c['channels'] // c['heads']

    def factor(self, x):
        if self.c['norm'] == 0:
            return 1 / torch.sqrt(((x - x.mean(-1, keepdim=True)) ** 2).mean(-1, keepdim=True) + EPS)
        return 1 / torch.sqrt((x * x).mean(-1, keepdim=True) + EPS)

    def norm(self, name, x, r=None, bias=True):
        r = self.factor(x) if r is None else r
        y = (x - x.mean(-1, keepdim=True) if self.c['norm'] == 0 else x) * r * self.p[name + '.weight']
        return y + self.p[name + '.bias'] if bias and name + '.bias' in self.p else y

    def rotate(self, x, positions):
        """x (T,H,D), by complex multiplication."""
        half = self.D // 2
        angle = positions[:, None, None] * 10000.0 ** (-2 * torch.arange(half) / self.D)
        z = torch.complex(x[..., :half], x[..., half:]) * torch.complex(torch.cos(angle), torch.sin(angle))
        return torch.cat([z.real, z.imag], -1)

    def project(self, l, x, r=None, g=None, bias=True):
        """q, k, v (T,H,D) from the stream x (T,C); r, g: factors of norm and QK norm to hold."""
        c, p, h = self.c, self.p, f'h.{l}.'
        n, T = self.norm(h + 'ln_1', x, r, bias), x.shape[0]
        if c['char_mix']:
            w, y = p[h + 'attn.char_mix'], 0
            for k in range(min(c['char_mix'], T)):
                y = y + w[k] * torch.cat([torch.zeros(k, n.shape[1]), n[:T - k]])
            n = y
        qkv = n @ p[h + 'attn.c_attn.weight'].T
        self.read, self.qkv = n, qkv
        if bias and h + 'attn.c_attn.bias' in p:
            qkv = qkv + p[h + 'attn.c_attn.bias']
        q, k, v = (z.reshape(T, c['heads'], self.D) for z in qkv.chunk(3, -1))
        if c['qk_norm']:
            gq, gk = g if g else ((1 / torch.sqrt((z * z).mean(-1, keepdim=True) + EPS)) for z in (q, k))
            self.g = gq, gk
            q, k = q * gq * p[h + 'attn.qk_gain'][None, :, None], k * gk
        return q, k, v

    def turn(self, q, k, at=None):
        if self.c['positions'] != 2:
            return q, k
        at = torch.arange(q.shape[0]) * 1.0 if at is None else at
        return self.rotate(q, at), self.rotate(k, at)

    def forward(self, ids, edit=None):
        """Everything by name. edit: (layer, head, row, vector (D)) to subtract from that head's output."""
        c, p, T = self.c, self.p, len(ids)
        token = p['wte.weight'][ids]
        position = p['wpe.weight'][:T] if 'wpe.weight' in p else torch.zeros_like(token)
        x = token + position
        scale = 1 / torch.sqrt((x * x).mean(-1, keepdim=True) + EPS) if c['embed_norm'] else 1.0
        x, acts, first = x * scale, [], None
        sources = [('token', 0, 0, token * scale)]
        if c['positions'] == 0:
            sources.append(('position', 0, 0, position * scale))
        for l in range(c['layers']):
            h, a = f'h.{l}.', {'x': x}
            q, k, v = self.project(l, x)
            a.update(read=self.read, qkv=self.qkv)
            first = v if first is None else first
            if h + 'attn.value_mix' in p:
                w = p[h + 'attn.value_mix']
                v = w[0] * v + w[1] * first
            q, k = self.turn(q, k)
            s = torch.einsum('ihd,jhd->hij', q, k) / math.sqrt(self.D)
            weights = torch.softmax(s.masked_fill(torch.triu(torch.ones(T, T, dtype=torch.bool), 1), -math.inf), -1)
            o = torch.einsum('hij,jhd->ihd', weights, v)
            if edit and edit[0] == l:
                o = o.clone()
                o[edit[2], edit[1]] -= edit[3]
            wo = p[h + 'attn.c_proj.weight'].reshape(-1, c['heads'], self.D)
            heads = torch.einsum('chd,thd->htc', wo, o)
            out = heads.sum(0)
            a.update(q=q, k=k, v=v, s=s, weights=weights, o=o, heads=heads, attention=out)
            x = x + out
            if h + 'attn.c_proj.bias' in p:
                x = x + p[h + 'attn.c_proj.bias']
            z = self.norm(h + 'ln_2', x) @ p[h + 'mlp.c_fc.weight'].T
            z = z + p[h + 'mlp.c_fc.bias'] if h + 'mlp.c_fc.bias' in p else z
            z = torch.relu(z) ** 2 if c['activation'] else \
                0.5 * z * (1 + torch.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z ** 3)))
            mlp = z @ p[h + 'mlp.c_proj.weight'].T
            a['mlp'] = mlp + p[h + 'mlp.c_proj.bias'] if h + 'mlp.c_proj.bias' in p else mlp
            x = x + a['mlp']
            a['sources'] = list(sources)
            sources += [('head', l, i, heads[i]) for i in range(c['heads'])] + [('mlp', l, 0, a['mlp'])]
            acts.append(a)
        last = self.norm('ln_f', x)
        head = p['wte.weight'] if c['tied'] else p['lm_head.weight']
        return dict(acts=acts, x=x, factor=self.factor(x), logits=last @ head.T, head=head)


def removals(m, out, l, h, i, j):
    """Cells by autograd, and by passes with norms free."""
    c, a, root = m.c, out['acts'][l], math.sqrt(m.D)
    K, x = max(1, c['char_mix']), out['acts'][l]['x']
    r = m.factor(x).detach()
    m.project(l, x)
    g = tuple(z.detach() for z in m.g) if c['qk_norm'] else None

    def side(which, at, stream, hold, bias=True):
        q, k, _ = m.project(l, stream, r if hold else None, g if hold else None, bias)
        return m.turn(q, k)[which][at, h]

    sides = []
    for which, at in ((0, i), (1, j)):
        held, free = [], []
        biases = sum((m.p[f'h.{n}.attn.c_proj.bias'] for n in range(l)), torch.zeros(c['channels'])) if c['bias'] else 0
        for kind, layer, head, written in a['sources']:
            for back in range(min(K, at + 1)):
                u = torch.zeros_like(x)
                u[at - back] = written[at - back]
                held.append(torch.autograd.functional.jvp(lambda z: side(which, at, z, True), x, u)[1])
                free.append(side(which, at, x - u, False))
        if c['bias']:
            held.append(side(which, at, x, True) - sum(held))
            free.append(side(which, at, x - biases, False, False))
        sides.append((torch.stack(held), torch.stack(free)))
    (q, qf), (k, kf) = sides
    s, ki, qi = a['s'][h, i, j], a['k'][j, h], a['q'][i, h]
    rows = qf @ a['k'][:i + 1, h].T / root
    columns = a['s'][h, i, :i + 1].repeat(len(kf), 1)
    columns[:, j] = kf @ qi / root
    result = {
        'cell': q @ k.T / root,
        'freed': s - (qf @ ki)[:, None] / root - (kf @ qi)[None, :] / root + qf @ kf.T / root,
        'weight_query': torch.softmax(rows, -1)[:, j], 'weight_key': torch.softmax(columns, -1)[:, j],
        'score': s.reshape(1), 'weight': a['weights'][h, i, j].reshape(1),
    }
    if c['positions'] == 2:
        _, k0, _ = m.project(l, x)
        at = [m.rotate(k0[j:j + 1, h:h + 1], torch.tensor([float(i - d)]))[0, 0] @ qi / root for d in range(i + 1)]
        result['content'] = torch.stack(at).mean().reshape(1)
        result['zero'] = at[0].reshape(1)
    return result


def writes(m, out, ids, target, l, h, i, j):
    c, T, a = m.c, len(ids), out['acts'][l]
    o = a['weights'][h, i, j] * a['v'][j, h]
    without = m.forward(ids, (l, h, i, o))
    rival = max((t for t in range(c['vocab']) if t != target), key=lambda t: out['logits'][-1, t].item())
    tokens = [target, rival]
    center = lambda u: u - u.mean() if c['norm'] == 0 else u
    read = lambda u, r: r * (center(u) * m.p['ln_f.weight']) @ out['head'][tokens].T
    r, r2 = out['factor'][-1, 0], without['factor'][-1, 0]
    u = m.p[f'h.{l}.attn.c_proj.weight'].reshape(-1, c['heads'], m.D)[:, h] @ o
    none = torch.zeros(2)
    heads = [read(out['acts'][n]['heads'][k][-1] - without['acts'][n]['heads'][k][-1], r) if n > l else none
             for n in range(c['layers']) for k in range(c['heads'])]
    mlps = [read(out['acts'][n]['mlp'][-1] - without['acts'][n]['mlp'][-1], r) if n >= l else none
            for n in range(c['layers'])]
    return {
        'total': (out['logits'] - without['logits'])[-1, tokens], 'direct': read(u, r) if i == T - 1 else none,
        'heads': torch.stack(heads), 'mlps': torch.stack(mlps), 'norm': read(without['x'][-1], r - r2),
    }


def blocks(m, l, h):
    """Where the four matrices of a head are: (parameter, rows, columns)."""
    C, D, w = m.c['channels'], m.D, f'h.{l}.attn.'
    rows = [(w + 'c_attn.weight', slice(k * C + h * D, k * C + h * D + D), slice(None)) for k in range(3)]
    return rows + [(w + 'c_proj.weight', slice(None), slice(h * D, h * D + D))]


def alone(m, l):
    """e_c, what layer l reads of each character alone."""
    x = m.p['wte.weight']
    x = x / torch.sqrt((x * x).mean(-1, keepdim=True) + EPS) if m.c['embed_norm'] else x
    x = m.norm(f'h.{l}.ln_1', x)
    return x * m.p[f'h.{l}.attn.char_mix'][0] if m.c['char_mix'] else x


def characters(m, out, l, h, d):
    """The three tokens that -d_t speaks for most, and against, of each matrix: (4,T,3) twice."""
    c, C, w = m.c, m.c['channels'], m.p[f'h.{l}.attn.c_attn.weight']
    qkv = alone(m, l) @ w.T + m.p.get(f'h.{l}.attn.c_attn.bias', 0.0)
    q, k = (z.reshape(-1, c['heads'], m.D)[:, h] for z in qkv.chunk(3, -1)[:2])
    if c['qk_norm']:
        q, k = (z / torch.sqrt((z * z).mean(-1, keepdim=True) + EPS) for z in (q, k))
    center = lambda u: u - u.mean(-1, keepdim=True) if c['norm'] == 0 else u
    logits = lambda u: (center(u) * m.p['ln_f.weight']) @ out['head'].T
    wo = m.p[f'h.{l}.attn.c_proj.weight'].reshape(C, c['heads'], m.D)[:, h]
    rise = torch.stack([-d[0] @ k.T, -d[1] @ q.T, logits(-d[2] @ wo.T), logits(-d[3])])
    order = rise.argsort(-1, descending=True)
    return order[..., :3], order[..., -3:].flip(-1)


def lesson(m, ids, target, l, h, rate=0.01):
    """Gradients of a head by autograd, and steps on each of its matrices and on all."""
    where = blocks(m, l, h)
    for name, _, _ in where:
        m.p[name].requires_grad_(True)
    out = m.forward(ids)
    a = out['acts'][l]
    tokens = [target, max((t for t in range(m.c['vocab']) if t != target), key=lambda t: out['logits'][-1, t].item())]
    loss = -torch.log_softmax(out['logits'][-1], -1)[target]
    names = [where[0][0], where[3][0]]
    weights = [m.p[n] for n in names]
    grads = lambda y: dict(zip(names, torch.autograd.grad(y, weights, retain_graph=True)))
    dW, dz = grads(loss), [grads(out['logits'][-1, t]) for t in tokens]
    dqkv, dout = torch.autograd.grad(loss, [a['qkv'], a['attention']])
    C, D = m.c['channels'], m.D
    d = [dqkv[:, k * C + h * D:k * C + h * D + D] for k in range(3)] + [dout]
    x = [a['read']] * 3 + [a['o'][:, h]]
    block = [dW[n][r, q] for n, r, q in where]
    share = torch.stack([torch.einsum('tr,rc,tc->t', d[k], block[k], x[k]) / (block[k] ** 2).sum() for k in range(4)])
    predicted = torch.stack([torch.stack([-rate * (z[n][r, q] * dW[n][r, q]).sum() for z in dz]) for n, r, q in where])
    for w in weights:
        w.requires_grad_(False)
    moved, losses = [], []
    for step in [[k] for k in range(4)] + [[0, 1, 2, 3]]:
        kept = {n: m.p[n] for n in names}
        m.p.update({n: m.p[n].clone() for n in names})
        for k in step:
            n, r, q = where[k]
            m.p[n][r, q] -= rate * block[k]
        z = m.forward(ids)['logits'][-1]
        moved.append((z - out['logits'][-1])[tokens])
        losses.append(-torch.log_softmax(z, -1)[target] - loss)
        m.p.update(kept)
    e = alone(m, l)
    cosine = (a['read'] / a['read'].norm(dim=-1, keepdim=True)) @ (e / e.norm(dim=-1, keepdim=True)).T
    more, less = characters(m, out, l, h, d)
    return {'norm': torch.stack([b.norm() for b in block]), 'share': share, 'predicted': predicted,
            'moved': torch.stack(moved), 'loss': torch.stack(losses), 'more': more, 'less': less,
            'input': cosine.argmax(-1), 'likeness': cosine.max(-1).values}


def save(path, tensors):
    head, data = {}, b''
    for name, x in tensors.items():
        x = x.detach().contiguous()
        whole = x.dtype == torch.int64
        blob = struct.pack(f'<{x.numel()}{"q" if whole else "d"}', *x.flatten().tolist())
        head[name] = {'dtype': 'I64' if whole else 'F64', 'shape': list(x.shape),
                      'data_offsets': [len(data), len(data) + len(blob)]}
        data += blob
    text = json.dumps(head, separators=(',', ':')).encode()
    path.write_bytes(struct.pack('<Q', len(text)) + text + data)


def case(number, c):
    rng = torch.Generator().manual_seed(number)
    p = make_parameters(c, rng)
    T = c['context'] - 1
    ids = torch.randint(c['vocab'], (T,), generator=rng)
    m, target = Model(c, p), number % c['vocab']
    out = m.forward(ids)
    last = c['layers'] - 1
    places = [(last, 0, T - 1, 2), (last, 1, T - 2, T - 2), (last // 2, 1, T - 1, 0), (0, 0, 1, 0)]
    heads = [(last, 0), (0, 1)]
    tensors = {'config': torch.tensor([c[k] for k in KEYS]), 'ids': ids, 'target': torch.tensor([target]),
               'places': torch.tensor(places), 'heads': torch.tensor(heads),
               'logits': out['logits'][-1]}
    tensors.update({'param.' + name: x for name, x in p.items()})
    for n, place in enumerate(places):
        tensors.update({f'{n}.{k}': x for k, x in removals(m, out, *place).items()})
        tensors.update({f'{n}.{k}': x for k, x in writes(m, out, ids, target, *place).items()})
    for n, (l, h) in enumerate(heads):
        tensors.update({f'lesson.{n}.{k}': x for k, x in lesson(m, ids, target, l, h).items()})
    return tensors


if __name__ == '__main__':
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / 'data')
    folder.mkdir(exist_ok=True)
    for number, (name, c) in enumerate(CASES.items()):
        save(folder / f'{name}.safetensors', case(number, c))
