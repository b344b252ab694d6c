#!/usr/bin/env python3
"""Checks converted models with PyTorch and NumPy, for cli/convert/test_peers.sh: in_torch.py DIR NAME ...

For each NAME.st (safetensors), NAME.json (explain --json), NAME.npz and, if present, NAME.hf in DIR, prints:

    NAME logits D     the maximum absolute difference between PyTorch's logits and explain's
    NAME npz ok       NumPy reads the same arrays, header lines and characters from NAME.npz; or what differs
    NAME hf ok        NAME.hf has the same weights, linear ones transposed; or what differs

Also writes bare.st, the first model as nanoGPT's users may save it after DDP: prefixed names, no metadata. Exit 77: no
PyTorch.
"""
import json
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "scripts"))
from continue_in_torch import load, open_model, save, torch  # noqa: E402  (exits with 77 without PyTorch)
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


def npz(path):
    ours, notes = load(path + ".st")
    with numpy.load(path + ".npz") as theirs:
        for name, x in ours.items():
            if theirs[name].dtype != numpy.float32 or not numpy.array_equal(theirs[name], x.numpy()):
                return name
        words = ["%x" % c if c < 1 << 31 else "<%x>" % (c - (1 << 31)) for c in theirs["vocab"].tolist()]
        if bytes(theirs["heed"]).decode() != notes["heed"] or " ".join(words) != notes["heed.vocab"]:
            return "heed or vocab"
        return "ok" if len(theirs.files) == len(ours) + 2 else str(theirs.files)


def hf(path):
    """Biases that our model lacks must be 0 in theirs."""
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
        if os.path.exists(path + ".hf"):
            print(name, "hf", hf(path))
    bare = {name if name == "lm_head.weight" else "module.transformer." + name: x
            for name, x in load(os.path.join(folder, names[0] + ".st"))[0].items()}
    save(os.path.join(folder, "bare.st"), bare, {})


if __name__ == "__main__":
    main(*sys.argv[1:])
