"""The n-gram counts that a heed model mixes into its logits (train --counts), in PyTorch: logits + sum_k g_k log p_k.

p_k is the next token's probability by modified Kneser-Ney smoothing, interpolated (Chen and Goodman 1999, section 3),
after contexts of at most 2, 3, 5 tokens, and as many as were fitted. With n the count of a token after k tokens,
`total` that of all, and D_k(n) the discount of that count (n = 1, 2, 3 or more; 0 for n = 0):

    p = (n - D_k(n) + sum over tokens of D_k * p of the context shorter by one) / total,    first p = 1 / V

Counts of the longest context are occurrences; of the others, distinct tokens before. A context that was not counted
has the p of the shorter one, and none begins before its window.

    tensors, notes = load("run.safetensors")                        (continue_in_torch.py)
    counted = CountedText(bytes.fromhex(notes["heed.counts"]), V)
    counted = CountedText(bytes(numpy.load("run.npz")["counts"]), V)
    logs = counted.logs(ids)                                        (B,T) to (B,T,4,V)

The gains g_k = (count.gain h + count.bias) / 12 are parameters of the model; h is the output of its last norm.
"""
import struct

import torch

LENGTHS, FOLDS = (2, 3, 5, 12), 10


def find(table, keys):
    """Where each key is in a sorted table, and whether it is there."""
    at = torch.searchsorted(table, keys).clamp(max=len(table) - 1)
    return at, table[at] == keys


def ranks(keys):
    """The distinct keys, sorted, and the place of each key among them (much faster than unique of PyTorch 1.13)."""
    ordered, at = keys.sort()
    distinct, place = ordered.unique_consecutive(return_inverse=True)
    return distinct, torch.empty_like(at).scatter_(0, at, place)


class Level:
    """What follows the contexts of k tokens, as pairs of a context and a token. A unit is what counts once: an
    occurrence, or one token before with all its occurrences. For each position: its pair, its unit, its fold."""

    def __init__(self, pairs, pair, unit, fold):
        n = unit.bincount()
        at, end = unit.sort(stable=True)[1], n.cumsum(0)
        first, last = at[end - n], at[end - 1]                      # in the text, the positions of each unit
        of, alone = pair[first], fold[first] == fold[last]          # alone: in one fold
        self.pairs, self.n = pairs, of.bincount(minlength=len(pairs))
        less = (of * FOLDS + fold[first])[alone].sort()[0]
        self.less, self.less_n = torch.cat((torch.tensor([-1]), less)).unique_consecutive(return_counts=True)

    def counts(self, pairs, fold):
        """n of each pair, without the occurrences in a fold of the text (-1: with all)."""
        at, there = find(self.pairs, pairs)
        less, fewer = find(self.less, at * FOLDS + fold)
        return self.n[at] * there - self.less_n[less] * (fewer & there & (fold >= 0))


class CountedText:
    def __init__(self, section, V):
        """section: bytes in the layout of src/files/counted.h."""
        n, self.order = struct.unpack_from("<II", section)
        self.V = V
        self.discounts = torch.tensor(struct.unpack_from("<39d", section, 8), dtype=torch.float64).view(13, 3)
        self.text = torch.tensor(struct.unpack_from(f"<{n}{'B' if V <= 256 else 'H'}", section, 320))
        fold, context, self.keys, self.levels = self.tenths(), torch.zeros(n, dtype=torch.long), [], []
        pairs, pair = ranks(self.text)
        for k in range(self.order + 1):
            more, unit = pairs, torch.arange(n)
            if k < self.order:                                      # to the contexts longer by one
                before = torch.cat((torch.zeros(min(k + 1, n), dtype=torch.long), self.text[:max(n - k - 1, 0)] + 1))
                keys, context = ranks(context * (V + 1) + before)
                more, unit = ranks(context * V + self.text)
                self.keys.append(keys)
            self.levels.append(Level(pairs, pair, unit, fold))
            pairs, pair = more, unit

    def tenths(self):
        n = len(self.text)
        return torch.arange(n) // -(-n // FOLDS)

    def folds(self, ids, n_train):
        """The tenth of the counted text that each token of ids is in; -1 where it is not counted. A model that learns
        from the text must not see the counts of the tenth that its target is in (src/text/counting/store.h)."""
        fold, n = torch.full((len(ids),), -1), len(self.text)
        if n <= n_train and torch.equal(ids[n_train - n:n_train], self.text):
            fold[n_train - n:n_train] = self.tenths()
        return fold

    def logs(self, ids, folds=None):
        """ids, folds (B,T): log p_k of every next token without the counts of its fold, (B,T,4,V)."""
        (B, T), out = ids.shape, []
        fold = (torch.full_like(ids, -1) if folds is None else folds).flatten()[:, None]
        context, there = torch.zeros(B * T, dtype=torch.long), torch.ones(B * T, dtype=torch.bool)
        p = torch.full((B * T, self.V), 1 / self.V, dtype=torch.float64)
        for k, level in enumerate(self.levels):
            if k:                                                   # to the context longer by one
                before = torch.cat((torch.zeros(B, min(k - 1, T), dtype=torch.long), ids[:, :max(T - k + 1, 0)] + 1), 1)
                context, known = find(self.keys[k - 1], context * (self.V + 1) + before.flatten())
                there = there & known & (before.flatten() > 0)
            rows = there.nonzero()[:, 0]
            n = level.counts(context[rows, None] * self.V + torch.arange(self.V), fold[rows])
            D = self.discounts[k][n.clamp(1, 3) - 1] * (n > 0)
            total = n.sum(1, keepdim=True)
            p[rows] = torch.where(total > 0, (n - D + D.sum(1, keepdim=True) * p[rows]) / total.clamp(min=1), p[rows])
            while len(out) < 4 and min(LENGTHS[len(out)], self.order) == k:
                out.append(p.log())
        return torch.stack(out, 1).view(B, T, 4, self.V)
