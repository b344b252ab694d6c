"""Lower bounds from the machine's measured rates, for scripts/bench.

Memory: an op's bytes by the size of the cache that holds them, each at the bandwidth of that size. Reading and writing
overlap as in a copy: as many bytes as are both read and written take a copy's time, the rest is read or written alone.
Arithmetic: matrix products, then all other multiplications, at the peak of fused multiply-adds; divisions and roots
share one unit, which works beside them. An op needs the longer of the two, however well it is written.
"""


class Limits:
    def __init__(self, bandwidths, throughputs, peak):
        """Rows of the report, and a function of (precision, threads): multiply-adds in GFLOP/s."""
        self.bandwidths, self.peak = bandwidths, peak
        self.throughputs = {(t["kind"], t["threads"]): t["billions_per_second"] for t in throughputs}

    def bandwidth(self, kind, size, threads):
        """Bytes a second at the largest measured size that is not larger, or None."""
        below = [b for b in self.bandwidths
                 if b["kind"] == kind and b["threads"] == threads and b["bytes"] <= size]
        row = max(below, key=lambda b: b["bytes"], default=None)
        return row and row["gigabytes_per_second"] * 1e9

    def readings(self, size, threads):
        """How often a second `size` bytes can be read, or None."""
        rate = self.bandwidth("read", size, threads)
        return rate and rate / size

    def memory(self, moved, threads):
        """Seconds for rows of (size of the cache, bytes read, bytes written), or None."""
        seconds = 0
        for size, read, written in moved:
            both = min(read, written)
            for kind, count in (("copy", 2 * both), ("read", read - both), ("write", written - both)):
                rate = self.bandwidth(kind, size, threads)
                if count and not rate:
                    return None
                seconds += count / rate if count else 0
        return seconds

    def arithmetic(self, work, precision, threads):
        """Seconds for (products, multiplies, divisions, roots, exps), or None."""
        products, multiplies, *others = work
        fused = 2e-9 * (products / self.peak(precision, threads) + multiplies / self.peak("fp32", threads))
        rates = [self.throughputs.get((kind, threads)) for kind in ("divide", "root", "exp")]
        if None in rates:
            return None
        division, root, exp = (1e-9 * count / rate for count, rate in zip(others, rates))
        return max(fused, division + root, exp)

    def op(self, moved, work, precision, threads):
        """(seconds, "memory" or "arithmetic"), or (None, None)."""
        times = {"memory": self.memory(moved, threads), "arithmetic": self.arithmetic(work, precision, threads)}
        if None in times.values():
            return None, None
        bound = max(times, key=times.get)
        return times[bound], bound
