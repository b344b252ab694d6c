#!/usr/bin/env python3
"""nanoGPT's recipe in PyTorch, for scripts/race: its loss and training time.

    race_peer.py TEXT STEPS SEED THREADS

The small model (4 layers, 4 heads, 128 channels, context 64), batch 12, AdamW 1e-3 with cosine decay to 1e-4,
100 steps of warm-up, betas 0.9 and 0.99, weight decay 0.1 of matrices, clipping to 1, no dropout, no biases: nanoGPT's
example for a CPU. Training uses the first 90 % of the text; the loss is that of the rest, in windows that do not
overlap, in nats per character. Prints "torch SEED loss L seconds S", of training only. Exit 77 without PyTorch.
"""
import math
import sys
import time

from bench_peer import SIZES, Model, nn, torch


def initialize(model, layers):
    """GPT-2's: standard deviation 0.02, less where a block writes to the residual stream."""
    for name, p in model.named_parameters():
        if p.dim() == 2:
            writes = name.endswith(("out.weight", "down.weight"))
            nn.init.normal_(p, 0, 0.02 / math.sqrt(2 * layers) if writes else 0.02)


def rate(step, steps, warmup=100, most=1e-3, least=1e-4):
    if step < warmup:
        return most * (step + 1) / (warmup + 1)
    return least + (most - least) * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2


def loss_of(model, ids, targets):
    return nn.functional.cross_entropy(model(ids).flatten(0, 1), targets.flatten())


@torch.no_grad()
def whole_loss(model, ids, context, at_once=64):
    windows = (len(ids) - 1) // context
    x, y = ids[:windows * context].view(-1, context), ids[1:windows * context + 1].view(-1, context)
    return sum(loss_of(model, x[i:i + at_once], y[i:i + at_once]).item() * len(x[i:i + at_once])
               for i in range(0, windows, at_once)) / windows


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    steps, seed, threads = int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    layers, heads, channels, context, batch = SIZES["small"]
    torch.set_num_threads(threads)
    torch.manual_seed(seed)
    number = {c: i for i, c in enumerate(sorted(set(text)))}
    ids = torch.tensor([number[c] for c in text])
    learn, check = ids[:len(ids) * 9 // 10], ids[len(ids) * 9 // 10:]
    model = Model(len(number), layers, heads, channels, context)
    initialize(model, layers)
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0}],
                                  lr=1e-3, betas=(0.9, 0.99))
    began = time.perf_counter()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate(step, steps)
        starts = torch.randint(len(learn) - context, (batch,)).tolist()
        loss = loss_of(model, torch.stack([learn[i:i + context] for i in starts]),
                       torch.stack([learn[i + 1:i + context + 1] for i in starts]))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    seconds = time.perf_counter() - began
    print(f"torch {seed} loss {whole_loss(model, check, context):.4f} seconds {seconds:.1f}")


main()
