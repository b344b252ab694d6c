#!/usr/bin/env python3
"""Writes golden.h: what modified Kneser-Ney smoothing (Chen and Goodman 1999, section 3) gives for a made-up text with
given discounts. It shares no code and no data structure with src/text/counting: it keeps every occurrence as a tuple
and counts them anew for each context, and for each fold that is left out.

    golden.py > golden.h
"""
import math

V, N, ORDER, WINDOW, FOLDS, STEP = 12, 1500, 4, 40, 10, 31
TRAIN = N - N // 10
PAD = -1


def made_up():
    state, text = 1, []
    for i in range(N):
        state = (state * 1103515245 + 12345) % 2**31
        before = 3 * text[i - 1] + text[i - 2] + 1 if i > 1 else 0
        text.append((before if (state >> 20) % 10 < 6 else state >> 16) % V)
    return text


def discount(k, n):
    return 0 if n == 0 else [0.5 + 0.03 * k, 0.9 + 0.05 * k, 1.3 + 0.1 * k][min(n, 3) - 1]


def occurrences(text):
    padded = [PAD] * ORDER + text[:TRAIN]
    return [tuple(padded[i:i + ORDER + 1]) for i in range(TRAIN)]


def counts_after(grams, context):
    """The count of each token after the context: occurrences after one of ORDER tokens, else distinct tokens before."""
    k = len(context)
    found = [g for g in grams if g[ORDER - k:ORDER] == context]
    if k < ORDER:
        found = set(g[ORDER - k - 1:] for g in found)
    count = [0] * V
    for g in found:
        count[g[-1]] += 1
    return count


def probability(grams, before, token):
    before = before[max(0, len(before) - ORDER):]
    p = 1 / V
    for k in range(len(before) + 1):
        count = counts_after(grams, tuple(before[len(before) - k:]))
        if sum(count) == 0:
            continue
        given_up = sum(discount(k, n) for n in count)
        p = (count[token] - discount(k, count[token]) + given_up * p) / sum(count)
    return p


def numbers(name, values):
    print(f'static const double {name}[] = {{')
    for v in values:
        print(f'    {v!r},')
    print('};')


text = made_up()
grams = occurrences(text)
windows = (N - TRAIN - 1) // WINDOW
after = []
for w in range(windows):
    start = TRAIN + w * WINDOW
    for j in range(WINDOW):
        after.append(probability(grams, text[start:start + j + 1], text[start + j + 1]))

# The token at every STEP-th position, from the counts without the tenth of the text that it is in.
size = -(-TRAIN // FOLDS)
left_out = []
for i in range(0, TRAIN, STEP):
    fold = i // size * size
    left_out.append(probability(grams[:fold] + grams[fold + size:], text[max(0, i - ORDER):i], text[i]))

print('/* Made by golden.py, which says what it is. */')
print(f'enum {{ GOLDEN_V = {V}, GOLDEN_N = {N}, GOLDEN_TRAIN = {TRAIN}, GOLDEN_ORDER = {ORDER}, '
      f'GOLDEN_WINDOW = {WINDOW}, GOLDEN_STEP = {STEP} }};')
print(f'static const double golden_loss = {-sum(map(math.log, after)) / len(after)!r};')
numbers('golden_after', after)
numbers('golden_left_out', left_out)
