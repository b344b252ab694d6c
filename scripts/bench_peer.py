#!/usr/bin/env python3
"""Training speed and memory of the same model in PyTorch, for scripts/bench.

    bench_peer.py small|base fp32|bf16 THREADS SECONDS [BATCH]

One step is forward, backward, clipping to norm 1 and AdamW; no dropout, no biases. Prints
"torch SIZE PRECISION THREADS tokens/s N", the best step of the given time, "torch SIZE memory PRECISION BATCH N",
the most bytes that the process held, and the GFLOP/s of its own product of two 1024 x 1024 matrices:
PyTorch as Debian has it is slow unless libopenblas0-pthread is installed too. With 0 seconds it is one step
after the first. Exit 77: no PyTorch.
"""
import contextlib
import resource
import sys
import time

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError:
    sys.exit(77)

SIZES = {"small": (4, 4, 128, 64, 12), "base": (6, 6, 384, 256, 16)}   # layers, heads, channels, context, batch


class Block(nn.Module):
    def __init__(self, channels, heads):
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = (nn.LayerNorm(channels) for _ in range(2))
        self.qkv = nn.Linear(channels, 3 * channels, bias=False)
        self.out = nn.Linear(channels, channels, bias=False)
        self.up = nn.Linear(channels, 4 * channels, bias=False)
        self.down = nn.Linear(4 * channels, channels, bias=False)

    def attention(self, x):
        batch, time_, channels = x.shape
        q, k, v = (part.view(batch, time_, self.heads, -1).transpose(1, 2) for part in self.qkv(x).chunk(3, dim=-1))
        if hasattr(F, "scaled_dot_product_attention"):
            mix = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            scores = q @ k.transpose(-2, -1) * q.shape[-1] ** -0.5
            future = torch.ones(time_, time_, dtype=torch.bool).triu(1)
            mix = scores.masked_fill(future, float("-inf")).softmax(-1) @ v
        return self.out(mix.transpose(1, 2).reshape(batch, time_, channels))

    def forward(self, x):
        x = x + self.attention(self.norm_1(x))
        return x + self.down(F.gelu(self.up(self.norm_2(x)), approximate="tanh"))


class Model(nn.Module):
    def __init__(self, vocab, layers, heads, channels, context):
        super().__init__()
        self.token, self.position = nn.Embedding(vocab, channels), nn.Embedding(context, channels)
        self.blocks = nn.Sequential(*(Block(channels, heads) for _ in range(layers)))
        self.norm, self.head = nn.LayerNorm(channels), nn.Linear(channels, vocab, bias=False)

    def forward(self, ids, targets):
        x = self.token(ids) + self.position.weight
        logits = self.head(self.norm(self.blocks(x)))
        return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


def product_rate():
    """GFLOP/s of a large product in float32, best of a few."""
    a, b, best = torch.randn(1024, 1024), torch.randn(1024, 1024), float("inf")
    for _ in range(4):
        began = time.perf_counter()
        a @ b
        best = min(best, time.perf_counter() - began)
    return 2 * 1024**3 / best / 1e9


def main():
    size, precision, threads, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    layers, heads, channels, context, batch = SIZES[size]
    batch = int(sys.argv[5]) if len(sys.argv) > 5 else batch
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = Model(65, layers, heads, channels, context)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.99), weight_decay=0.1)
    ids, targets = (torch.randint(65, (batch, context)) for _ in range(2))

    def step():
        with torch.autocast("cpu", dtype=torch.bfloat16) if precision == "bf16" else contextlib.nullcontext():
            loss = model(ids, targets)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    step()
    best, until = float("inf"), time.perf_counter() + seconds
    while True:
        began = time.perf_counter()
        step()
        best = min(best, time.perf_counter() - began)
        if time.perf_counter() > until:
            break
    print(f"torch {size} {precision} {threads} tokens/s {batch * context / best:.0f}")
    print(f"torch {size} memory {precision} {batch} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10}")
    print(f"torch product {precision} {threads} GFLOP/s {product_rate():.1f}")


if __name__ == "__main__":
    main()
