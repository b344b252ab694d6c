#!/usr/bin/env python3
"""Finds what compiles C to WebAssembly: clang 16 or later, lld, wasi-libc and clang's runtime library for wasm32.

    tools.py            prints the compiler and the flags that name the target, separated by blanks
    tools.py --missing  prints what is missing and how to install it

Exit 1 if something is missing.
"""
import pathlib, shutil, subprocess, sys, tempfile

OLDEST, NEWEST = 16, 30
# Where distributions put the headers and libraries of wasi-libc: Debian; Fedora; Arch and Alpine; the WASI SDK
ROOTS = ['/usr', '/usr/wasm32-wasi', '/usr/share/wasi-sysroot', '/opt/wasi-sdk/share/wasi-sysroot']
INSTALL = ('On Debian 12: apt install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32; '
           'then meson setup --reconfigure.')
# Uses the C library, clang's runtime library and relaxed SIMD.
PROBE = '''#include <stdio.h>
#include <wasm_simd128.h>
v128_t f(v128_t a) { return wasm_f32x4_relaxed_madd(a, a, a); }
int main(int n, char **v) { (void)v; long double x = n; return printf("%Lg", x * x + 1) < 0; }
'''


def headers(root):
    """The folder of stdio.h under a root, or None."""
    for name in ['include/wasm32-wasi', 'include']:
        folder = pathlib.Path(root) / name
        if (folder / 'wasi/api.h').exists():
            return folder
    return None


def target_flags(root):
    # -Wno-deprecated: clang 22 would rather have wasm32-wasip1, for which Debian has no folder
    return ['--target=wasm32-wasi', '-Wno-deprecated', f'--sysroot={root}', '-nostdlibinc',
            '-isystem', str(headers(root))]


def is_recent(compiler):
    """Whether a clang without a number in its name is OLDEST or later."""
    done = subprocess.run([compiler, '-dumpversion'], capture_output=True, text=True)
    return done.returncode == 0 and int(done.stdout.split('.')[0] or 0) >= OLDEST


def compilers():
    """Those of OLDEST or later, newest first."""
    numbered = [f'clang-{version}' for version in range(NEWEST, OLDEST - 1, -1)]
    plain = shutil.which('clang') and is_recent('clang')
    return [c for c in numbered if shutil.which(c)] + (['clang'] if plain else [])


def complaint(command):
    """The last line of what the compiler says about the probe; None if it builds."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / 'probe.c'
        source.write_text(PROBE, 'ascii')
        done = subprocess.run([*command, '-mrelaxed-simd', str(source), '-o', f'{folder}/probe.wasm'],
                              capture_output=True, text=True)
    lines = [line for line in done.stderr.splitlines() if 'error' in line] or done.stderr.splitlines()
    return None if done.returncode == 0 else lines[0] if lines else 'it fails'


def search():
    """The command, or None and the reason."""
    found = compilers()
    roots = [root for root in ROOTS if headers(root)]
    if not found:
        return None, f'clang {OLDEST} or later is not installed'
    if not roots:
        return None, 'wasi-libc is not installed'
    complaints = []
    for compiler in found:
        for root in roots:
            command = [compiler, *target_flags(root)]
            why = complaint(command)
            if why is None:
                return command, None
            complaints.append(f'{compiler} cannot build for it ({why})')
    return None, complaints[0]


def main():
    command, why = search()
    asked = '--missing' in sys.argv[1:]
    if command and not asked:
        print(*command)
    elif why:
        print(f'WebAssembly cannot be built here: {why}. {INSTALL}', file=sys.stdout if asked else sys.stderr)
    return 0 if command else 1


if __name__ == '__main__':
    sys.exit(main())
