"use strict";
// The pictures of the view Counts: probabilities in four ways, the parts of a logit, and the surprise along the prompt.
const CountsPicture = (() => {
    const d = Data.all, x = d.counts, target = d.answer.target, signed = Num.signed;
    const ways = [{ key: "whole", name: "the model" }, { key: "counting", name: "counting alone" },
        { key: "without_counts", name: "without the counts" }, { key: "without_model", name: "without the network" }];
    const shown = 6;

    // The likeliest characters, the target, and what each way alone would answer.
    const best = xs => xs.reduce((b, v, id) => v > xs[b] ? id : b, 0);
    const favourite = x ? Object.fromEntries(ways.map(w => [w.key, best(x.p[w.key])])) : {};
    const ids = x ? [...new Set([...d.answer.order.slice(0, shown), target, ...Object.values(favourite)])] : [];

    const faint = v => v < 0 ? Theme.blend("weight", 0.35) : Theme.colours.weight;

    // --- Probabilities: a line for each character, a column for each way; in a narrow picture two and two ---

    const line = 22, head = 26, left = 34, room = 62;
    const block = head + ids.length * line + 12;
    const wide = w => w >= 640;
    const four_height = w => wide(w) ? block : 2 * block;

    function columns(w) {
        const n = wide(w) ? 4 : 2, each = Math.min(260, (w - left) / n);
        return ways.map((way, k) => ({ way, x: left + (k % n) * each, y: Math.floor(k / n) * block, each }));
    }

    function column(pen, c) {
        const t = Theme.colours, p = x.p[c.way.key];
        pen.text(c.way.name, c.x, c.y + 16, { size: 13, fill: t.muted });
        ids.forEach((id, k) => {
            const long = p[id] * (c.each - room), y = c.y + head + k * line;
            pen.rect(c.x, y + 4, Math.max(1, long), line - 9, id === target ? t.ink : t.weight);
            pen.text(Num.percent(p[id]), c.x + long + 5, y + 15, { size: 12, fill: t.muted,
                bold: id === favourite[c.way.key] });
        });
    }

    function four(pen, w, chosen) {
        const all = columns(w), end = Math.max(...all.map(c => c.x + c.each));
        for (const y of new Set(all.map(c => c.y)))
            ids.forEach((id, k) => {
                if (id === chosen)
                    pen.rect(0, y + head + k * line, end, line, Theme.blend("mark", 0.3));
                pen.text(Data.word(id), left - 10, y + head + k * line + 15, { align: "right", mono: true, size: 14,
                    bold: id === target });
            });
        all.forEach(c => column(pen, c));
    }

    function four_hit(px, py, w) {
        const k = Math.floor(((wide(w) ? py : py % block) - head) / line);
        return k >= 0 && k < ids.length && py < four_height(w) ? { id: ids[k] } : null;
    }

    // --- The parts of a logit, or of the answer's less another's ---

    // Of each: name, gain, what counting says of the answer and of the other; value: what it adds.
    function terms(other) {
        const less = v => other === target ? v[target] : v[target] - v[other];
        const by = x.contexts.map((most, k) => ({ name: `after ${most} characters`, gain: x.gains[k],
            answer: Math.exp(x.counted[k][target]), rival: other === target ? null : Math.exp(x.counted[k][other]),
            value: x.gains[k] * less(x.counted[k]) }));
        const none = { gain: null, answer: null, rival: null }, network = less(x.by_model);
        return [...by, { ...none, name: "all counts", value: less(x.by_counts), sum: true },
            { ...none, name: "the network", value: network },
            { ...none, name: "sum", value: less(x.by_counts) + network, sum: true }];
    }

    const high = 22, parts_height = (x ? x.contexts.length + 3 : 0) * high + 10;

    function parts(pen, w, other) {
        const all = terms(other), from = 134, mid = from + (Math.min(w, 900) - from) / 2;
        const unit = (mid - from - 52) / (Num.largest(all.map(t => t.value)) || 1);
        pen.path(`M${mid} 0v${all.length * high + 4}`, { stroke: Theme.colours.rule });
        all.forEach((t, k) => {
            const size = Math.abs(t.value) * unit, y = k * high + 4;
            if (t.sum)
                pen.path(`M0 ${y - 1.5}H${Math.min(w, 900)}`, { stroke: Theme.colours.rule });
            pen.rect(t.value < 0 ? mid - size : mid, y, size, high - 7, faint(t.value));
            pen.text(t.name, from - 8, y + 12, { align: "right", size: 13, bold: t.sum });
            pen.text(signed(t.value), t.value < 0 ? mid - size - 5 : mid + size + 5, y + 12,
                { size: 12, align: t.value < 0 ? "right" : "left", fill: Theme.colours.muted });
        });
    }

    function parts_hit(py) {
        const part = Math.floor((py - 2) / high);
        return part >= 0 && part < x.contexts.length + 3 ? { part } : null;
    }

    // --- Surprise along the prompt ---

    const gained = x ? x.loss.counting.map((v, j) => v === null ? null : v - x.loss.whole[j]) : [];
    const tall = 62, gap = 38;
    const surprise_height = 5 * (tall + gap) + 50;

    function surprise(pen, w, key) {
        const c = Chart.columns(w), loss = x.loss;
        const top = Num.largest([...loss.counting, ...loss.whole]);
        const apart = Num.largest([...loss.without_counts, ...loss.without_model]);
        const rows = [["counting alone", loss.counting, top], ["the model", loss.whole, top],
            ["what attention and MLPs gained", gained, top], ["without the counts", loss.without_counts, apart],
            ["without the network", loss.without_model, apart]];
        rows.forEach(([name, values, most], k) => {
            const o = { y: 30 + k * (tall + gap) + (k > 2 ? 24 : 0), height: tall, top: most, name,
                base: k === 2 ? 0.5 : 1, colour: faint };
            Chart.scale(pen, c, o);
            Chart.bars(pen, c, values, o);
            if (k === 2 || k === 4)
                Chart.letters(pen, c, o.y + tall + 20, { key });
        });
    }

    return { ways, ids, gained, four_height, four, four_hit, terms, parts_height, parts, parts_hit, surprise_height,
        surprise };
})();
