#!/usr/bin/env python3
"""Matrix products of other libraries, for scripts/bench: one figure a line, in the format of build/bench.

    bench_blas.py LIBRARY THREADS SECONDS FORM:MxNxK
        blas LIBRARY FORM MxNxK THREADS = GFLOP/s        the best of the given time, in float
        library LIBRARY VERSION CORE = 1                 what it is, and the processor that it takes this one for

LIBRARY is openblas, blis or onednn: Debian's libopenblas0-pthread, libblis4-openmp and libdnnl2. Called through ctypes,
without headers. Matrices as in build/bench: on huge pages, c = a b (nn), a b^T (nt) or a^T b (tn). They hold small
integers, so that sums are exact, and some of the results are checked. Exit 77 without the library, 1 on a wrong result.
"""
import ctypes
import mmap
import os
import random
import sys
import time

LIBRARIES = {"openblas": "libopenblas.so.0", "blis": "libblis.so.4", "onednn": "libdnnl.so.2"}
# Variables that choose the code for another processor or cache, or bind threads, instead of what the library detects.
OTHERS = ("OPENBLAS_", "BLIS_", "ONEDNN_", "DNNL_", "OMP_", "GOMP_", "GOTO_", "KMP_")
ROW_MAJOR, AS_IS, TRANSPOSED = 101, 111, 112


def clean_environment(threads):
    """Call it before loading: libraries read the environment only then."""
    for name in [name for name in os.environ if name.startswith(OTHERS)]:
        del os.environ[name]
    for name in ("OPENBLAS", "BLIS", "OMP"):
        os.environ[name + "_NUM_THREADS"] = str(threads)


def text(function):
    function.restype = ctypes.c_char_p
    return function().decode().split()


def describe(name, lib):
    """(version, core)"""
    if name == "openblas":
        return text(lib.openblas_get_config)[1], text(lib.openblas_get_corename)[0]
    if name == "blis":
        lib.bli_arch_string.restype = ctypes.c_char_p
        return text(lib.bli_info_get_version_str)[0], lib.bli_arch_string(lib.bli_arch_query_id()).decode()
    lib.dnnl_version.restype = ctypes.POINTER(ctypes.c_int)
    isas = {1: "sse41", 3: "avx", 7: "avx2", 15: "avx2-vnni"}
    isa = lib.dnnl_get_effective_cpu_isa()
    return ".".join(str(x) for x in lib.dnnl_version()[:3]), isas.get(isa, "avx512" if isa & 32 else hex(isa))


def product(name, lib, form, m, n, k, a, b, c):
    """A function without arguments that computes c = a b once."""
    lda, ldb = m if form[0] == "t" else k, k if form[1] == "t" else n
    if name == "onednn":
        sgemm, size, letters = lib.dnnl_sgemm, ctypes.c_int64, [ctypes.c_char(x.upper().encode()) for x in form]
    else:
        sgemm, size = lib.cblas_sgemm, ctypes.c_int
        letters = [ROW_MAJOR] + [TRANSPOSED if x == "t" else AS_IS for x in form]
    sgemm.restype = ctypes.c_int if name == "onednn" else None
    arguments = (*letters, size(m), size(n), size(k), ctypes.c_float(1), a, size(lda), b, size(ldb), ctypes.c_float(0),
                 c, size(n))
    return lambda: sgemm(*arguments)


def matrix(numbers):
    """(its memory as an array of floats, a pointer): entry i is i % 7 - 3."""
    pages = mmap.mmap(-1, (4 * numbers + 2**21 - 1) // 2**21 * 2**21)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        pages.madvise(mmap.MADV_HUGEPAGE)
    seven = memoryview((ctypes.c_float * 7)(*range(-3, 4))).cast("B").tobytes()
    pages[:4 * numbers] = (seven * (numbers // 7 + 1))[:4 * numbers]
    entries = (ctypes.c_float * numbers).from_buffer(pages)
    return entries, ctypes.cast(entries, ctypes.c_void_p)


def wrong(form, m, n, k, c):
    """The first of some entries that is wrong, or None."""
    def entry(i):
        return i % 7 - 3
    for _ in range(8):
        i, j = random.randrange(m), random.randrange(n)
        row = (entry(p * m + i if form[0] == "t" else i * k + p) for p in range(k))
        column = (entry(j * k + p if form[1] == "t" else p * n + j) for p in range(k))
        right = sum(x * y for x, y in zip(row, column))
        if c[i * n + j] != right:
            return f"entry {i}, {j} is {c[i * n + j]}, not {right}"
    return None


def main():
    if len(sys.argv) != 5 or sys.argv[1] not in LIBRARIES:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    name, threads, seconds, (form, shape) = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4].split(":")
    m, n, k = map(int, shape.split("x"))
    clean_environment(threads)
    try:
        lib = ctypes.CDLL(LIBRARIES[name])
    except OSError:
        return 77
    (_, a), (_, b), (entries, c) = matrix(m * k), matrix(k * n), matrix(m * n)
    once = product(name, lib, form, m, n, k, a, b, c)
    once()                                  # starts threads, allocates
    best, until = float("inf"), time.perf_counter() + seconds
    while best == float("inf") or time.perf_counter() < until:
        began = time.perf_counter()
        once()
        best = min(best, time.perf_counter() - began)
    error = wrong(form, m, n, k, entries)
    if error:
        print(f"bench_blas: {name}, {sys.argv[4]}: {error}", file=sys.stderr)
        return 1
    print(f"library {name} {' '.join(describe(name, lib))} = 1")
    print(f"blas {name} {form} {shape} {threads} = {2 * m * n * k / best / 1e9:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
