#!/usr/bin/env python3
"""Checks converted models with PyTorch and NumPy, for cli/convert/test_peers.sh: in_torch.py DIR NAME ...

For each NAME.st (safetensors), NAME.json (explain --json), NAME.npz and, if present, NAME.hf and NAME.text in DIR,
prints:

    NAME logits D     the maximum absolute difference between PyTorch's logits and explain's
    NAME npz ok       NumPy reads the same arrays, header lines, characters and counted text from NAME.npz; or what
                      differs
    NAME taught L L   for NAME.text, its training text: the loss of each window, as training measures it
    NAME hf ok        NAME.hf has the same weights, linear ones transposed; or what differs
    NAME hf D         for an Apertus the maximum difference of its logits

Also writes bare.st, the first model as nanoGPT's users may save it after DDP: prefixed names, no metadata. Exit 77: no
PyTorch.
"""
import json
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "scripts"))
from continue_in_torch import encode, load, loss_of, open_model, save, torch  # noqa: E402  (without: exits with 77)
import numpy  # noqa: E402  (PyTorch requires it)


def logits(path):
    """log(p_all) is the logits minus a constant, which the target's logit gives (explain reports it before the cap)."""
    with open(path + ".json", encoding="utf-8") as f:
        report = json.load(f)
    model, c, _ = open_model(path + ".st")
    model, value = model.eval().double(), report["logit"]["value"]
    value = c.soft_cap * math.tanh(value / c.soft_cap) if c.soft_cap else value
    with torch.no_grad():
        x = model(torch.tensor([[c["id"] for c in report["characters"]]]))[0, report["answer"]["pos"]]
    p = torch.tensor(report["answer"]["p_all"], dtype=torch.float64).log()
    ours = p - p[report["answer"]["target"]] + value
    return f"{(x - ours).abs().max().item():.1e}"


def taught(path):
    """Without the counts of the fold that a target is in."""
    model, c, notes = open_model(path + ".st")
    ids, T = encode(path + ".text", c, notes), c.context
    folds = model.counted.folds(ids, len(ids))
    with torch.no_grad():
        return " ".join(f"{loss_of(model.eval(), ids[None, s:s + T + 1], folds[None, s:s + T + 1]).item():.6f}"
                        for s in range(len(ids) - T))


def npz(path):
    ours, notes = load(path + ".st")
    with numpy.load(path + ".npz") as theirs:
        for name, x in ours.items():
            if theirs[name].dtype != numpy.float32 or not numpy.array_equal(theirs[name], x.numpy()):
                return name
        words = ["%x" % c if c < 1 << 31 else "<%x>" % (c - (1 << 31)) for c in theirs["vocab"].tolist()]
        if bytes(theirs["heed"]).decode() != notes["heed"] or " ".join(words) != notes["heed.vocab"]:
            return "heed or vocab"
        counts = [bytes(theirs["counts"]).hex()] if "counts" in theirs else []
        if counts != [value for key, value in notes.items() if key == "heed.counts"]:
            return "counts"
        return "ok" if len(theirs.files) == len(ours) + 2 + len(counts) else str(theirs.files)


def apertus(path):
    """Logits of the folder by transformers, or by its definitions where it is not installed: the maximum difference."""
    with open(os.path.join(path + ".hf", "config.json"), encoding="utf-8") as f:
        c = json.load(f)
    with open(path + ".json", encoding="utf-8") as f:
        report = json.load(f)
    ids = torch.tensor([x["id"] for x in report["characters"]])
    try:
        from transformers import AutoModelForCausalLM
        with torch.no_grad():
            x = AutoModelForCausalLM.from_pretrained(path + ".hf")(ids[None]).logits[0].double()
    except ImportError:
        w = {name: t.double() for name, t in load(os.path.join(path + ".hf", "model.safetensors"))[0].items()}
        x = apertus_logits(c, w, ids)
    p = torch.tensor(report["answer"]["p_all"], dtype=torch.float64).log()
    ours = p - p[report["answer"]["target"]] + report["logit"]["value"]
    return f"{(x[report['answer']['pos']] - ours).abs().max().item():.1e}"


def apertus_logits(c, w, ids):
    """models/apertus/modeling_apertus.py of transformers."""
    H, T = c["num_attention_heads"], len(ids)
    D = c["hidden_size"] // H

    def rms(x, name):
        return w[name + ".weight"] * x / (x.pow(2).mean(-1, keepdim=True) + c["rms_norm_eps"]).sqrt()

    def turn(x):
        angles = torch.arange(T)[:, None] / c["rope_parameters"]["rope_theta"] ** (torch.arange(0, D, 2) / D).double()
        cos, sin = torch.cat((angles, angles), 1).cos(), torch.cat((angles, angles), 1).sin()
        return x * cos + torch.cat((-x[..., D // 2:], x[..., :D // 2]), -1) * sin

    x = w["model.embed_tokens.weight"][ids]
    for i in range(c["num_hidden_layers"]):
        at = f"model.layers.{i}."
        y = rms(x, at + "attention_layernorm")
        q, k, v = ((y @ w[f"{at}self_attn.{n}_proj.weight"].T).view(T, H, D).transpose(0, 1) for n in "qkv")
        q, k = turn(rms(q, at + "self_attn.q_norm")), turn(rms(k, at + "self_attn.k_norm"))
        future = torch.ones(T, T, dtype=torch.bool).triu(1)
        a = (q @ k.transpose(1, 2) / math.sqrt(D)).masked_fill(future, -math.inf).softmax(-1) @ v
        x = x + a.transpose(0, 1).reshape(T, -1) @ w[at + "self_attn.o_proj.weight"].T
        y = rms(x, at + "feedforward_layernorm") @ w[at + "mlp.up_proj.weight"].T
        x = x + y.clamp(min=0).pow(2) @ w[at + "mlp.down_proj.weight"].T        # hidden_act "relu2"
    return rms(x, "model.norm") @ w["lm_head.weight"].T


def hf(path):
    """Biases that our model lacks must be 0 in theirs."""
    with open(os.path.join(path + ".hf", "config.json"), encoding="utf-8") as f:
        if json.load(f)["model_type"] == "apertus":
            return apertus(path)
    ours, theirs = load(path + ".st")[0], load(os.path.join(path + ".hf", "model.safetensors"))[0]
    for name, x in ours.items():
        transposed = name.endswith(("c_attn.weight", "c_proj.weight", "c_fc.weight"))
        y = theirs.pop(name if name == "lm_head.weight" else "transformer." + name, None)
        if name != "lm_head.weight" or y is not None:
            if y is None or not torch.equal(x.T if transposed else x, y):
                return name
        elif not torch.equal(x, ours["wte.weight"]):
            return name
    return "ok" if all(name.endswith(".bias") and not x.any() for name, x in theirs.items()) else str(list(theirs))


def main(folder, *names):
    for name in names:
        path = os.path.join(folder, name)
        print(name, "logits", logits(path))
        print(name, "npz", npz(path))
        if os.path.exists(path + ".text"):
            print(name, "taught", taught(path))
        if os.path.exists(path + ".hf"):
            print(name, "hf", hf(path))
    bare = {name if name == "lm_head.weight" else "module.transformer." + name: x
            for name, x in load(os.path.join(folder, names[0] + ".st"))[0].items()}
    save(os.path.join(folder, "bare.st"), bare, {})


if __name__ == "__main__":
    main(*sys.argv[1:])
