# shellcheck shell=sh
# Cross compilers for other processors, and qemu to run their programs; source it.

# foreign ARCH DIR [COMPILER]: sets $cc and $qemu and writes Meson's cross file DIR/cross. False if something is
# missing; $why says what.
foreign() {
    cc=${3:-$1-linux-gnu-gcc}
    machine=$(echo "$1" | sed 's/^powerpc/ppc/')
    qemu=$(command -v "qemu-$machine-static" || command -v "qemu-$machine") || {
        why="no qemu-$machine here"
        return 1
    }
    command -v meson > /dev/null && command -v ninja > /dev/null || { why='no meson and ninja here'; return 1; }
    echo 'int main(void) { return 0; }' > "$2/a.c"
    # shellcheck disable=SC2086  # the compiler and its flags
    $cc -static "$2/a.c" -o "$2/a" 2> "$2/said" && "$qemu" "$2/a" 2>> "$2/said" || {
        why="no compiler for $1 whose programs run in qemu: $(head -n 1 "$2/said")"
        return 1
    }
    cross_file "$1" > "$2/cross"
}

# quoted WORD ...: the words as elements of a Meson list
quoted() { printf "'%s', " "$@"; }

cross_file() {
    ar=ar endian=little family=$1
    case $cc in *gcc*) ar=$(echo "${cc%% *}" | sed 's/gcc/ar/') ;; esac
    case $1 in s390x) endian=big ;; powerpc64le) family=ppc64 ;; esac
    # shellcheck disable=SC2086
    cat << END
[binaries]
c = [$(quoted $cc)]
ar = '$ar'
exe_wrapper = '$qemu'
[host_machine]
system = 'linux'
cpu_family = '$family'
cpu = '$1'
endian = '$endian'
END
}
