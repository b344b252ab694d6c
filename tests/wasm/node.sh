# shellcheck shell=sh
# Source it after tap.sh: sets $node to Node.js with relaxed SIMD, which is behind a flag before version 21. Ends the
# test, skipped, without Node.js or if $1 is --missing, when $2 says why.
# shellcheck disable=SC2034
run_mjs=$(dirname "$0")/run.mjs

give_up() {
    skip "$1" "$2"
    echo 1..1
    exit 0
}

[ "$1" != --missing ] || give_up 'WebAssembly' "$2"
command -v node > /dev/null || give_up 'WebAssembly' 'Node.js is not installed'
node='node --experimental-wasm-relaxed-simd'
$node -e 0 2> /dev/null || node=node

# runs MODULE: whether this engine has the instructions of a module
runs() {
    $node -e 'process.exit(WebAssembly.validate(require("fs").readFileSync(process.argv[1])) ? 0 : 1)' "$1"
}
