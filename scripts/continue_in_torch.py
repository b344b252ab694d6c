#!/usr/bin/env python3
"""Resumes a heed model in PyTorch, on one process or many, and writes it back.

    convert run --to safetensors run.safetensors
    continue_in_torch.py run.safetensors TEXT --out more.safetensors --steps 1000
    convert --from safetensors more.safetensors --out run2

On several processes of this machine (DistributedDataParallel over gloo), or on many machines:

    continue_in_torch.py … --processes 2
    torchrun --nnodes 4 --nproc_per_node 8 … continue_in_torch.py …     (the same on each)

First it measures the loss on the validation part of TEXT, on the windows that heed used. Unless the result is within
0.0001 of the loss stored in the file, the conversion has lost something and nothing is trained. Needs only PyTorch 1.13
or later (Debian: python3-torch), and counted_text.py beside it. Exit 77 without PyTorch.

The class GPT below is the model of src/model/gpt.c, for every recipe, under the same names: a starting point for your
own experiments.
"""
import argparse
import json
import math
import os
import secrets
import socket
import struct
import subprocess
import sys

try:
    import torch
    import torch.distributed as dist
    import torch.nn.functional as F
    from torch import nn
except ImportError:
    print(f"{sys.executable} has no PyTorch (Debian: python3-torch, for /usr/bin/python3)", file=sys.stderr)
    sys.exit(77)

from counted_text import CountedText  # noqa: E402  (imports torch)


# ---- the file (github.com/huggingface/safetensors) ----

def load(path):
    """The tensors by name, and the metadata."""
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = bytearray(f.read())
    notes = header.pop("__metadata__", {})
    tensors = {}
    for name, x in header.items():
        begin, end = x["data_offsets"]
        tensors[name] = torch.frombuffer(data[begin:end], dtype=torch.float32).reshape(x["shape"])
    return tensors, notes


def save(path, tensors, notes):
    header, at = {"__metadata__": notes}, 0
    for name in sorted(tensors):
        size = 4 * tensors[name].numel()
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name}.{secrets.token_hex(8)}.tmp")     # of this process alone
    with open(temporary, "xb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        for name in sorted(tensors):
            f.write(tensors[name].detach().contiguous().numpy().astype("<f4").tobytes())
    os.replace(temporary, path)


class Settings:
    """The lines "key value" that heed writes: c.channels, c.dropout, ... Missing keys are 0."""

    def __init__(self, lines):
        self.lines = dict(line.split(" ") for line in lines.splitlines())

    def __getattr__(self, key):
        value = float(self.lines.get(key, 0))
        return int(value) if value.is_integer() else value

    def set(self, key, value):
        """Formats numbers as heed does: the fewest digits, at least 15, that restore the number."""
        texts = ("%.*g" % (n, value) for n in (15, 16, 17))
        self.lines[key] = next((s for s in texts if float(s) == value), "nan")

    def text(self):
        return "".join(f"{key} {value}\n" for key, value in self.lines.items())


# ---- the model ----

class Norm(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(c.channels))
        self.bias = nn.Parameter(torch.zeros(c.channels)) if c.bias and not c.norm else None
        self.rms = c.norm

    def forward(self, x):
        if self.rms:
            return rms(x) * self.weight
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, 1e-5)


def rms(x):
    return x * (x.square().mean(-1, keepdim=True) + 1e-5).rsqrt()


def turn(x):
    """Rotary positions: rotates the pair (i, i + D/2) of row t by the angle t 10000^(-2i/D)."""
    T, D = x.shape[-2:]
    angle = torch.outer(torch.arange(T).float(), 10000.0 ** (-torch.arange(0, D, 2) / D))
    a, b = x.chunk(2, -1)
    return torch.cat((a * angle.cos() - b * angle.sin(), b * angle.cos() + a * angle.sin()), -1)


class Attention(nn.Module):
    def __init__(self, c, layer):
        super().__init__()
        self.c = c
        self.c_attn = nn.Linear(c.channels, 3 * c.channels, bias=bool(c.bias))
        self.c_proj = nn.Linear(c.channels, c.channels, bias=bool(c.bias))
        if c.char_mix:
            self.char_mix = nn.Parameter(torch.zeros(c.char_mix, c.channels))
        if c.value_mix and layer:
            self.value_mix = nn.Parameter(torch.full((2,), 0.5))
        if c.qk_norm:
            self.qk_gain = nn.Parameter(torch.ones(1 if c.qk_gain else c.heads))

    def forward(self, x, first):
        c, (B, T, C) = self.c, x.shape
        if c.char_mix:
            x = sum(F.pad(x, (0, 0, k, 0))[:, :T] * w for k, w in enumerate(self.char_mix))
        q, k, v = self.c_attn(x).split(C, 2)
        first = v if first is None else first
        if hasattr(self, "value_mix"):
            v = self.value_mix[0] * v + self.value_mix[1] * first
        q, k, v = (t.view(B, T, c.heads, C // c.heads).transpose(1, 2) for t in (q, k, v))
        if c.qk_norm:
            q, k = rms(q) * self.qk_gain[:, None, None], rms(k)
        if c.positions == 2:
            q, k = turn(q), turn(k)
        future = torch.ones(T, T, dtype=torch.bool).triu(1)
        weights = (q @ k.transpose(-2, -1) / math.sqrt(C // c.heads)).masked_fill(future, -math.inf).softmax(-1)
        y = F.dropout(weights, c.dropout, self.training) @ v
        return self.c_proj(y.transpose(1, 2).reshape(B, T, C)), first


class MLP(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.relu2 = c.activation
        self.c_fc = nn.Linear(c.channels, 4 * c.channels, bias=bool(c.bias))
        self.c_proj = nn.Linear(4 * c.channels, c.channels, bias=bool(c.bias))

    def forward(self, x):
        x = self.c_fc(x)
        return self.c_proj(x.relu().square() if self.relu2 else F.gelu(x, approximate="tanh"))


class Block(nn.Module):
    def __init__(self, c, layer):
        super().__init__()
        self.ln_1, self.attn, self.ln_2, self.mlp = Norm(c), Attention(c, layer), Norm(c), MLP(c)
        self.dropout = c.dropout

    def forward(self, x, first):
        y, first = self.attn(self.ln_1(x), first)
        x = x + F.dropout(y, self.dropout, self.training)
        return x + F.dropout(self.mlp(self.ln_2(x)), self.dropout, self.training), first


class Count(nn.Module):
    """logits + sum_k g_k log p_k, g = (gain h + bias) / 12."""

    def __init__(self, c):
        super().__init__()
        self.gain = nn.Parameter(torch.zeros(4, c.channels))
        self.bias = nn.Parameter(torch.full((4,), 3.0))

    def forward(self, h, logs):
        return torch.einsum("btk,btkv->btv", F.linear(h, self.gain, self.bias) / 12, logs.to(h.dtype))


class GPT(nn.Module):
    """counted: the CountedText of a model with counts. With folds, those of the targets, the counts do not know them:
    so it must be trained."""

    def __init__(self, c, counted=None):
        super().__init__()
        self.c = c
        self.wte = nn.Embedding(c.vocab, c.channels)
        if c.positions == 0:
            self.wpe = nn.Embedding(c.context, c.channels)
        self.h = nn.ModuleList([Block(c, layer) for layer in range(c.layers)])
        self.ln_f = Norm(c)
        self.lm_head = nn.Linear(c.channels, c.vocab, bias=False)
        if c.tied:
            self.lm_head.weight = self.wte.weight
        if c.counts:
            self.count, self.counted = Count(c), counted

    def forward(self, ids, folds=None):
        x, first = self.wte(ids), None
        if self.c.positions == 0:
            x = x + self.wpe(torch.arange(ids.shape[1]))
        x = F.dropout(rms(x) if self.c.embed_norm else x, self.c.dropout, self.training)
        for block in self.h:
            x, first = block(x, first)
        x = self.ln_f(x)
        logits = self.lm_head(x)
        if self.c.counts:
            logits = logits + self.count(x, self.counted.logs(ids, folds))
        return self.c.soft_cap * torch.tanh(logits / self.c.soft_cap) if self.c.soft_cap else logits


def open_model(path):
    """The model, its settings and its metadata."""
    tensors, notes = load(path)
    if "heed" not in notes:
        sys.exit(f"{path} lacks heed's metadata: write it with convert --to safetensors")
    c = Settings(notes["heed"])
    if c.counts and "heed.counts" not in notes:
        sys.exit(f"{path} lacks the text whose n-gram counts its model mixes into the logits: write it with convert")
    model = GPT(c, CountedText(bytes.fromhex(notes["heed.counts"]), c.vocab) if c.counts else None)
    model.load_state_dict(tensors)
    return model, c, notes


# ---- the text, as heed reads it ----

def encode(path, c, notes):
    """Tokens: each character, or its bytes if the vocabulary lacks it."""
    words = notes["heed.vocab"].split()
    points = {chr(int(w, 16)): i for i, w in enumerate(words) if w[0] != "<"}
    octets = {int(w[1:-1], 16): i for i, w in enumerate(words) if w[0] == "<"}
    with open(path, "rb") as f:
        text = f.read().decode("utf-8", "surrogateescape")
    text = text[1:] if text.startswith("\ufeff") else text
    if not c.keep_cr:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        return torch.tensor([i for x in text for i in ([points[x]] if x in points else
                             [octets[b] for b in x.encode("utf-8", "surrogateescape")])])
    except KeyError as missing:
        sys.exit(f"{path} has a character that the model's vocabulary lacks: {missing}")


def loss_of(model, windows, folds=None):
    logits = model(windows[:, :-1], None if folds is None else folds[:, 1:])
    return F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten())


@torch.no_grad()
def validate(model, ids, n_train, c):
    """Mean loss over the validation windows that heed uses every eval_every steps; None if there are none."""
    model.eval()
    T, there = c.context, max(len(ids) - n_train - 1, 0) // c.context
    n = min(there, c.eval_every * c.batch * c.accumulate * 3 // 10 + 1)
    starts = [n_train + i * there // n * T for i in range(n)]
    total = sum(loss_of(model, torch.stack([ids[s:s + T + 1] for s in starts[i:i + 64]])).item() *
                len(starts[i:i + 64]) for i in range(0, n, 64))
    model.train()
    return total / n if n else None


def spawn(n):
    """Runs this program n times with torchrun's environment: rank, number of processes, address."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    meet = {"WORLD_SIZE": str(n), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    env = {"OMP_NUM_THREADS": "1", **os.environ, **meet}
    ranks = [subprocess.Popen([sys.executable, *sys.argv], env={**env, "RANK": str(i)}) for i in range(n)]
    return max(abs(p.wait()) for p in ranks)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("model", help="written by `convert --to safetensors`")
    parser.add_argument("text", help="the text it was trained on")
    parser.add_argument("--out", required=True, help="output, for `convert --from safetensors`")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--batch", type=int, default=0, help="windows a step and process (default: the run's)")
    parser.add_argument("--lr", type=float, default=3e-4, help="AdamW: 10 steps of warm-up, linear decay to 0")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--other-text", action="store_true", help="allow a different loss, for a different text")
    o = parser.parse_args()

    if o.processes > 1 and "RANK" not in os.environ:
        sys.exit(spawn(o.processes))
    many = int(os.environ.get("WORLD_SIZE", 1)) > 1
    if many:
        dist.init_process_group("gloo")
    rank, world = (dist.get_rank(), dist.get_world_size()) if many else (0, 1)
    say = print if rank == 0 else lambda *words, **how: None

    model, c, notes = open_model(o.model)
    ids = encode(o.text, c, notes)
    n_train = int(len(ids) * (1 - c.val_frac))
    loss = validate(model, ids, n_train, c)
    if loss is not None and not math.isnan(c.val_loss):
        say(f"validation loss {loss:.6f} in PyTorch, {c.val_loss:.6f} in heed, step {c.step}", flush=True)
        if abs(loss - c.val_loss) > 1e-4 and not o.other_text:
            sys.exit("these should be equal: was the model trained on another text? (--other-text continues anyway)")

    trained = nn.parallel.DistributedDataParallel(model) if many else model
    groups = [{"params": [p for p in model.parameters() if (p.dim() > 1) == matrix], "weight_decay": decay}
              for matrix, decay in ((True, c.weight_decay), (False, 0.0))]
    optimizer = torch.optim.AdamW(groups, lr=o.lr, betas=(0.9, 0.99))
    taught = (ids, model.counted.folds(ids, n_train)) if c.counts else (ids,)
    draw = torch.Generator().manual_seed(o.seed * world + rank)
    for step in range(o.steps):
        for group in optimizer.param_groups:
            group["lr"] = o.lr * min((step + 1) / 10, 1 - step / o.steps)
        starts = torch.randint(n_train - c.context, (o.batch or c.batch,), generator=draw)
        loss = loss_of(trained, *(torch.stack([x[s:s + c.context + 1] for s in starts.tolist()]) for x in taught))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if (step + 1) % max(o.steps // 4, 1) == 0:
            say(f"step {step + 1}/{o.steps}  loss {loss.item():.4f}", flush=True)

    if rank == 0:
        loss = validate(model, ids, n_train, c)
        c.set("step", c.step + o.steps)
        c.set("val_loss", math.nan if loss is None else loss)
        save(o.out, model.state_dict(), {**notes, "heed": c.text()})
        say(f"validation loss {loss:.6f} after {o.steps} steps on {world} process{'es' * (world > 1)}, saved as {o.out}"
            if loss is not None else f"saved as {o.out}")
    if many:
        dist.barrier()
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
