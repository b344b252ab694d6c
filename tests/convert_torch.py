#!/usr/bin/env python3
"""What PyTorch and NumPy make of a converted model, for test_convert_peers.sh:

    convert_torch.py torch               is PyTorch here? Exit 77 if not
    convert_torch.py logits ST JSON      the greatest difference of logits from those of `explain --json`
    convert_torch.py hf ST FOLDER        Hugging Face's weights are those of ST, linear ones transposed
    convert_torch.py npz ST FILE         NumPy reads the same arrays
    convert_torch.py bare ST OUT         ST as PyTorch users save a model of nanoGPT: names of its own, no metadata

ST is a file of safetensors; prints "ok" or a figure.
"""
import json
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scripts"))
from continue_in_torch import load, open_model, save, torch  # noqa: E402  (exits with 77 without PyTorch)


def logits(st, path):
    """p_all gives them but for a constant, and the target's own logit, told before the cap, gives that."""
    with open(path, encoding="utf-8") as f:
        told = json.load(f)
    model, c, _ = open_model(st)
    model, value = model.eval().double(), told["logit"]["value"]
    value = c.soft_cap * math.tanh(value / c.soft_cap) if c.soft_cap else value
    with torch.no_grad():
        x = model(torch.tensor([[c["id"] for c in told["characters"]]]))[0, told["answer"]["pos"]]
    p = torch.tensor(told["answer"]["p_all"], dtype=torch.float64).log()
    ours = p - p[told["answer"]["target"]] + value
    return f"{(x - ours).abs().max().item():.1e}"


def hf(st, folder):
    ours, theirs = load(st)[0], load(os.path.join(folder, "model.safetensors"))[0]
    for name, x in ours.items():
        turned = name.endswith(("c_attn.weight", "c_proj.weight", "c_fc.weight"))
        y = theirs.pop(name if name == "lm_head.weight" else "transformer." + name)
        if not torch.equal(x.T if turned else x, y):
            return name
    return "ok" if not theirs else str(list(theirs))


def npz(st, path):
    import numpy
    ours, notes = load(st)
    with numpy.load(path) as theirs:
        for name, x in ours.items():
            if theirs[name].dtype != numpy.float32 or not numpy.array_equal(theirs[name], x.numpy()):
                return name
        same = bytes(theirs["heed"]).decode() == notes["heed"]
        words = ["%x" % c if c < 1 << 31 else "<%x>" % (c - (1 << 31)) for c in theirs["vocab"].tolist()]
        return "ok" if same and " ".join(words) == notes["heed.vocab"] and len(theirs.files) == len(ours) + 2 else "only the notes differ"


def bare(st, out):
    save(out, {"module." * (name != "lm_head.weight") + "transformer." * (name != "lm_head.weight") + name: x
               for name, x in load(st)[0].items()}, {})
    return "ok"


if __name__ == "__main__":
    print({"torch": lambda: "ok", "logits": logits, "hf": hf, "npz": npz, "bare": bare}[sys.argv[1]](*sys.argv[2:]))
