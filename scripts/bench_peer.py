#!/usr/bin/env python3
"""Speed and memory of the same model in PyTorch, for scripts/bench: one figure a line, in the format of build/bench.

    bench_peer.py SIZE fp32|bf16 THREADS SECONDS [BATCH]
        torch VERSION step PRECISION SIZE THREADS = TOKENS/s     the best step of the given time; at least one
        torch VERSION memory PRECISION SIZE BATCH = BYTES        peak memory of the process
        torch VERSION product THREADS = GFLOP/s                  two 1024 x 1024 matrices in fp32
    bench_peer.py SIZE sample THREADS SECONDS
        torch VERSION sample SIZE THREADS = CHARACTERS/s         without a KV cache: the whole context for each
    bench_peer.py about
        torch VERSION about LIBRARIES = 1                        which BLAS and oneDNN it loaded

THREADS are PyTorch's own; OpenBLAS takes all processors whatever they are, which is its best here.
A last word "compile" runs the model through torch.compile, and VERSION is then "2.6.0+compile"; Debian needs g++,
libtorch-dev and python3-setuptools for it. A step is forward, backward, clipping to norm 1 and AdamW; no dropout, no
biases. Debian's PyTorch is slow unless libopenblas0-pthread is installed. Exit 77 without PyTorch. The program may also
come from standard input ("python3 - small fp32 2 1"), for a PyTorch in another root.
"""
import contextlib
import os
import re
import resource
import sys
import time

for name in [name for name in os.environ if name.startswith("OPENBLAS_")]:
    del os.environ[name]                    # they choose the code for another processor or cache
try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError:
    sys.exit(77)

SIZES = {"small": (4, 4, 128, 64, 12), "base": (6, 6, 384, 256, 16)}   # layers, heads, channels, context, batch
VOCAB = 65
COMPILE = sys.argv[-1] == "compile" and sys.argv.pop() == "compile"
VERSION = re.match(r"[0-9.]*[0-9]", torch.__version__)[0] + "+compile" * COMPILE


def say(words, value):
    print(f"torch {VERSION} {words} = {value}")


def libraries():
    """Those that multiply matrices, as the process has loaded them: "libopenblasp-r0.3.21.so", ..."""
    with open("/proc/self/maps", encoding="utf-8") as lines:
        names = {os.path.basename(line.split()[-1]) for line in lines if ".so" in line}
    return sorted(name for name in names if re.match("lib(blas|openblas|blis|mkl|dnnl|atlas)", name)) or ["unknown"]


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

    def forward(self, ids):
        return self.head(self.norm(self.blocks(self.token(ids) + self.position.weight)))


def train(model, size, precision, threads, seconds, batch):
    context = SIZES[size][3]
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.99), weight_decay=0.1)
    ids, targets = (torch.randint(VOCAB, (batch, context)) for _ in range(2))

    def step():
        with torch.autocast("cpu", dtype=torch.bfloat16) if precision == "bf16" else contextlib.nullcontext():
            loss = F.cross_entropy(model(ids).flatten(0, 1), targets.flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    step()
    best = quickest(step, seconds)
    say(f"step {precision} {size} {threads}", f"{batch * context / best:.0f}")
    say(f"memory {precision} {size} {batch}", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10)
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    say(f"product {threads}", f"{2 * 1024**3 / quickest(lambda: a @ b, 0.1) / 1e9:.1f}")


def sample(model, size, threads, seconds):
    context = SIZES[size][3]
    ids = torch.randint(VOCAB, (1, context))

    def character():
        nonlocal ids
        drawn = torch.multinomial(model(ids)[0, -1].softmax(-1), 1)
        ids = torch.cat((ids[:, 1:], drawn[None]), 1)

    with torch.inference_mode():
        character()
        say(f"sample {size} {threads}", f"{1 / quickest(character, seconds):.0f}")


def quickest(work, seconds):
    """The fewest seconds that `work` takes, over as many repetitions as fit."""
    best, until = float("inf"), time.perf_counter() + seconds
    while True:
        began = time.perf_counter()
        work()
        now = time.perf_counter()
        best = min(best, now - began)
        if now > until:
            return best


def main():
    if sys.argv[1:] == ["about"]:
        say("about " + " ".join(libraries()), 1)
        return
    size, what, threads, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    layers, heads, channels, context, batch = SIZES[size]
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = Model(VOCAB, layers, heads, channels, context)
    if COMPILE:
        model = torch.compile(model)
    if what == "sample":
        sample(model, size, threads, seconds)
    else:
        train(model, size, what, threads, seconds, int(sys.argv[5]) if len(sys.argv) > 5 else batch)


if __name__ == "__main__":
    main()
