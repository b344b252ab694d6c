"""What scripts/bench makes of the figures: the object that --json prints, and the tables."""
import datetime
import platform

from bench_limits import Limits


def best(values):
    return max(values, default=None)


def report(f, threads):
    """The object that --json prints."""
    def peak(precision, count):
        return best(v[0] for r, v in f.get("peak") if r[0].endswith("-bf16") == (precision == "bf16") and
                    int(r[1]) == count)

    def ratio(x, peer):
        return round(x / peer, 3) if peer else None

    out = {"schema": "heed-bench-3", "date": str(datetime.date.today()), "machine": machine(), "threads": threads}
    out["peaks"] = [{"table": r[0], "threads": int(r[1]), "gflops": v[0]} for r, v in f.get("peak")]
    out["bandwidths"] = [{"kind": r[0], "bytes": int(r[1]), "threads": int(r[2]), "gigabytes_per_second": v[0]}
                         for r, v in f.get("bandwidth")]
    out["throughputs"] = [{"kind": r[0], "threads": int(r[1]), "billions_per_second": v[0]}
                          for r, v in f.get("throughput")]
    out["libraries"] = [{"name": r[0], "version": r[1], "core": r[2]} for r, _ in f.get("library")]
    out["blas"] = [{"library": r[0], **product(*r[1:]), "gflops": v[0]} for r, v in f.get("blas")]
    out["products"], out["steps"], out["memory"], out["sampling"] = [], [], [], []
    for (precision, *words), (rate,) in f.get("product"):
        row = product(*words)
        row |= {"precision": precision, "gflops": rate, "share": round(rate / peak(precision, row["threads"]), 3)}
        library, peer = fastest_library(out["blas"], row)
        out["products"].append(row | {"peer": peer, "peer_library": library, "ratio": ratio(rate, peer)})
    for (precision, size, count), (tokens, rate) in f.get("step"):
        version, peer = fastest_torch(f, "step", precision, size)
        out["steps"].append({"precision": precision, "size": size, "threads": int(count), "tokens_per_second": tokens,
                             "gflops": rate, "share": round(rate / peak(precision, int(count)), 3), "peer": peer,
                             "peer_version": version, "ratio": ratio(tokens, peer)})
    out["together"] = []
    for (size, count), (rate,) in f.get("together"):
        alone = best(v[0] for _, v in f.get("mean", "fp32", size, count))
        out["together"].append({"size": size, "threads": int(count), "alone": alone, "slower": rate,
                                "share": ratio(rate, alone and alone / 2)})
    for (precision, size, batch), (announced, used) in f.get("memory"):
        out["memory"].append({"precision": precision, "size": size, "batch": int(batch), "announced": int(announced),
                              "used": int(used),
                              "peer": min((int(v) for v in of_torch(f, "memory", precision, size, batch).values()),
                                          default=None)})
    limits = Limits(out["bandwidths"], out["throughputs"], peak)
    out["profiles"] = profiles(f, limits)
    for words in ("", "-bf16"):
        for (size, count), (rate, weights) in f.get("sample" + words):
            _, peer = fastest_torch(f, "sample", size)
            limit = limits.readings(weights, int(count))
            out["sampling"].append({"precision": "bf16" if words else "fp32", "size": size, "threads": int(count),
                                    "characters_per_second": rate,
                                    "first_ms": next((v[0] for _, v in f.get("first" + words, size, count)), None),
                                    "peer": peer, "ratio": ratio(rate, peer), "weight_bytes": int(weights),
                                    "limit": limit and round(limit), "of_limit": ratio(rate, limit)})
    out["torches"] = [{"version": r[0], "libraries": r[2:]} for r, _ in f.get("torch") if r[1] == "about"]
    out["peers"] = [{"what": r[1], "precision": r[2] if r[2] in ("fp32", "bf16") else "fp32",
                     "size": next((w for w in r[2:] if w in ("small", "base")), None), "threads": int(r[-1]),
                     "value": v[0], "version": r[0]} for r, v in f.get("torch") if r[1] not in ("memory", "about")]
    return out


def of_torch(f, *what):
    """{version: the best value} of all figures of that kind in PyTorch."""
    found = {}
    for (version, *words), values in f.get("torch"):
        if tuple(words[:len(what)]) == what:
            found[version] = max(values[0], found.get(version, 0))
    return found


def fastest_torch(f, *what):
    """(version, value), or (None, None)."""
    found = of_torch(f, *what)
    return max(found.items(), key=lambda item: item[1], default=(None, None))


def product(form, shape, count):
    m, n, k = map(int, shape.split("x"))
    return {"form": form, "m": m, "n": n, "k": k, "threads": int(count)}


def fastest_library(blas, row):
    """(name, GFLOP/s) of the fastest for that product on at most its threads."""
    if row["precision"] != "fp32":
        return None, None
    rivals = [b for b in blas if all(b[key] == row[key] for key in "form m n k".split()) and
              b["threads"] <= row["threads"]]
    fastest = max(rivals, key=lambda b: b["gflops"], default={})
    return fastest.get("library"), fastest.get("gflops")


def limit_of(f, limits, run, op):
    """(milliseconds, bound) of forward and backward together; the bound is that of the longer one."""
    halves = []
    for way in ("forward", "backward"):
        moved = [(int(r[0]), *v) for r, v in f.get("moved", *run, way) if r[1:] == op]
        work = next((v for r, v in f.get("work", *run, way) if r == op), None)
        if work:
            halves.append(limits.op(moved, work, run[0], int(run[2])))
    if not halves or (None, None) in halves:
        return None, None
    return round(1e3 * sum(seconds for seconds, _ in halves), 4), max(halves)[1]


def profiles(f, limits):
    found = {}
    for (*run, op), (forward, backward) in [(r[:3] + [r[3:]], v) for r, v in f.get("profile")]:
        limit, bound = limit_of(f, limits, run, op)
        found.setdefault((*run[:2], int(run[2])), []).append(
            {"name": " ".join(op), "forward_ms": forward, "backward_ms": backward, "limit_ms": limit, "bound": bound,
             "times": limit and round((forward + backward) / limit, 2)})
    return [{"precision": p, "size": s, "threads": n,
             "step_ms": round(sum(op["forward_ms"] + op["backward_ms"] for op in ops), 4), "ops": ops}
            for (p, s, n), ops in found.items()]


def machine():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            return next(line.partition(": ")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def table(title, head, rows):
    """Prints a table; the first column is left-aligned."""
    rows = [[("" if x is None else str(x)) for x in row] for row in [head, *rows]]
    width = [max(len(row[i]) for row in rows) for i in range(len(head))]
    print(f"\n{title}")
    for row in rows:
        print("  " + "  ".join(x.ljust(w) if i == 0 else x.rjust(w) for i, (x, w) in enumerate(zip(row, width))))


def percent(x):
    return f"{100 * x:.1f} %"


def number(x):
    return f"{x:,.0f}" if x else None


def mib(x):
    return f"{x / 2**20:,.0f} MiB" if x else None


def show(r):
    print(f"machine  {r['machine']}, {r['threads']} threads, {r['date']}")
    table("Multiply-adds, GFLOP/s", ["instructions", "threads", "peak"],
          [[p["table"], p["threads"], f"{p['gflops']:.1f}"] for p in r["peaks"]])
    seen = {(b["threads"], b["bytes"], b["kind"]): f"{b['gigabytes_per_second']:.1f}" for b in r["bandwidths"]}
    table("Memory, GB/s", ["KiB", "threads", "read", "write", "copy"],
          [[f"{size >> 10:,}", count, *(seen.get((count, size, kind)) for kind in ("read", "write", "copy"))]
           for count, size in sorted({key[:2] for key in seen})[::2]])
    table("Matrix products, GFLOP/s", ["form and shape", "", "threads", "heed", "of peak", "fastest peer", "ratio"],
          [[f"{p['form']} {p['m']} x {p['n']} x {p['k']}", p["precision"], p["threads"], f"{p['gflops']:.1f}",
            percent(p["share"]), p["peer"] and f"{p['peer_library']} {p['peer']:.1f}",
            p["ratio"] and f"{p['ratio']:.2f}"] for p in r["products"]])
    for lib in r["libraries"]:
        print(f"  {lib['name']} {lib['version']}, which takes this processor for {lib['core']}")
    versions = [t["version"] for t in r["torches"]]
    table("Training, characters a second",
          ["size", "", "threads", "heed", "of peak", *("PyTorch " * (v == versions[0]) + v for v in versions), "ratio"],
          [[s["size"], s["precision"], s["threads"], f"{s['tokens_per_second']:,.0f}", percent(s["share"]),
            *(number(best(p["value"] for p in r["peers"] if p["what"] == "step" and p["version"] == v and
                          (p["size"], p["precision"]) == (s["size"], s["precision"]))) for v in versions),
            s["ratio"] and f"{s['ratio']:.2f}"] for s in r["steps"]])
    for t in r["torches"]:
        print(f"  PyTorch {t['version']} with {', '.join(t['libraries'])}")
    table("Two trainings at once, characters a second", ["size", "threads each", "alone", "the slower", "of half"],
          [[t["size"], t["threads"], f"{t['alone']:,.0f}", f"{t['slower']:,.0f}", percent(t["share"])]
           for t in r["together"]])
    table("Memory", ["size", "precision", "batch", "announced", "used", "PyTorch"],
          [[m["size"], m["precision"], m["batch"], mib(m["announced"]), mib(m["used"]), mib(m["peer"])]
           for m in r["memory"]])
    table("Sampling, one stream, characters a second",
          ["size", "weights", "threads", "heed", "limit", "of it", "PyTorch", "ratio", "first, ms"],
          [[s["size"], s["precision"], s["threads"], f"{s['characters_per_second']:,.0f}",
            s["limit"] and f"{s['limit']:,}", s["of_limit"] and percent(s["of_limit"]),
            s["peer"] and f"{s['peer']:,.0f}", s["ratio"] and f"{s['ratio']:.1f}",
            s["first_ms"] and f"{s['first_ms']:.1f}"] for s in r["sampling"]])
    for p in r["profiles"]:
        rows = [[op["name"], f"{op['forward_ms']:.3f}", f"{op['backward_ms']:.3f}",
                 percent((op["forward_ms"] + op["backward_ms"]) / p["step_ms"]),
                 op["limit_ms"] and f"{op['limit_ms']:.3f}", op["times"] and f"{op['times']:.2f}", op["bound"]]
                for op in p["ops"]]
        table(f"Where a step goes, {p['size']}, {p['precision']}, {p['threads']} threads, in milliseconds",
              ["operation", "forward", "backward", "share", "limit", "times", "by"],
              rows + [["sum", "", f"{p['step_ms']:.3f}", "", "", "", ""]])
