"use strict";
// Random choices that are the same in every browser: mulberry32 (Tommy Ettinger, 2017), 32 bits of state.
const Rng = seed => {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let z = Math.imul(state ^ state >>> 15, state | 1);
        z ^= z + Math.imul(z ^ z >>> 7, z | 61);
        return (z ^ z >>> 14) >>> 0;
    };
    const below = n => Math.floor(next() / 2 ** 32 * n);
    const choose = entries => entries[below(entries.length)];
    const shuffled = entries => {
        const all = [...entries];
        for (let i = all.length - 1; i > 0; i--) {
            const j = below(i + 1);
            [all[i], all[j]] = [all[j], all[i]];
        }
        return all;
    };
    return { below, choose, shuffled };
};
