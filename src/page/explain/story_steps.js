"use strict";
// The story's forward half and its end, the loss: one step an object, with the numbers of the row looked at.
//   { phase, title, formula, say(row): paragraphs, height, draw(pen, w, h, row), table(row), over: picks a key }
const StorySteps = (() => {
    const d = Data.all, show = Num.show, signed = Num.signed;
    const count = n => [...Array(n).keys()];
    const sign = x => x < 0 ? Theme.colours.more : Theme.colours.less;

    // A step whose picture is one signed number a character.
    function over_row(step, name, value, base, colour) {
        return { ...step, over: true, height: 190,
            draw(pen, w, h, row) {
                const c = Chart.columns(w), values = Data.spread(row, value);
                const o = { y: 30, height: h - 62, top: Num.largest(values), base, colour: colour || sign,
                    name };
                Chart.scale(pen, c, o);
                Chart.bars(pen, c, values, o);
                Chart.letters(pen, c, h - 10, { row: row.i, key: State.now.key });
            },
            table: row => ({ label: step.title, head: ["key", name],
                rows: row.keys.map((key, c) => [Data.place(key.j), value(key, c)]) }) };
    }

    // The key that the text speaks of: the locked one, else the one pushed most.
    function example(row) {
        return row.keys.find(key => key.j === State.now.key) ||
            row.keys.find(key => key.j === State.strongest());
    }

    const plain = () => Theme.colours.weight;

    const prompt = {
        phase: "Forward", title: "Characters become vectors",
            formula: "x_i = embedding of the character" +
                (d.model.positions === "learned" ? " + embedding of place i" : ""),
        say(row) {
            const id = d.characters[row.i].id, near = d.embeddings.near.find(v => v.id === id);
            return [`The prompt has ${Data.n} characters. Each is looked up in a table of ${d.model.vocab} ` +
                `rows of ${d.model.channels} numbers` + (d.model.positions === "learned"
                ? "; the row of its place is added." : d.model.positions === "none"
                    ? "; where it stands is told to nobody."
                    : "; where it stands comes in later, when queries meet keys.") +
                " That is all that goes in: what follows only moves and mixes these vectors.",
                `We follow one character, ${Data.place(row.i)}, in ${State.name()}. ` +
                    (near ? "Nearest to it among the embeddings: " +
                near.near.map(v => `${Data.word(v.id)} (cosine ${show(v.cosine)})`).join(", ") + "." : "")];
        },
        over: true, height: 92,
        draw(pen, w, h, row) {
            const c = Chart.columns(w), small = { align: "center", size: Math.min(11, c.step * 0.62),
                fill: Theme.colours.muted };
            Chart.letters(pen, c, 40, { row: row.i, key: State.now.key });
            for (let j = 0; j < Data.n; j++) {
                pen.path(Pen.box(c.x(j) - c.step * 0.42, 24, c.step * 0.84, 22),
                    { stroke: Theme.colours.rule });
                pen.text(String(d.characters[j].id), c.x(j), 62, small);
                pen.text(String(j), c.x(j), 80, small);
            }
            pen.text("number", c.left - 4, 62, { ...small, size: 11, align: "right" });
            pen.text("place", c.left - 4, 80, { ...small, size: 11, align: "right" });
        },
        table: () => ({ label: "characters", head: ["place", "character", "name", "number in the vocabulary"],
            rows: d.characters.map(c => [c.i, Data.char(c.i), c.name, c.id]) }),
    };

    // What this model does to queries and keys before they meet.
    function made() {
        const m = d.model, how = [m.char_mix > 1 ? `made from the last ${m.char_mix} characters, mixed` : "",
            m.qk_norm ? "brought to one length" : "",
            m.positions === "rotary" ? "turned by their places" : ""].filter(x => x);
        return how.length ? ` Both were ${how.join(", then ")}.` : "";
    }

    const scores = over_row({ phase: "Forward", title: "A query meets the keys",
        formula: "s_{ij} = q_i · k_j / √D",
        say(row) {
            const key = example(row);
            return [`${Data.place(row.i)} asks with its query q, and every character up to it answers with ` +
                `its key k: the better they match, the higher the score.` + made(),
                `With ${Data.place(key.j)}: q · k = ${show(Num.sum(key.dots))}, divided by √${d.model.width} ` +
                    `= ${show(Data.root)} gives s = ${signed(key.s)}.`];
        } }, "score s", key => key.s, 0.5, () => Theme.colours.weight);

    const weights = over_row({ phase: "Forward", title: "Scores become weights",
        formula: "a_{ij} = exp(s_{ij}) / ∑_k exp(s_{ik})",
        say(row) {
            const key = example(row);
            return ["Softmax makes them positive with the sum 1: a share of the attention for each. It is " +
                "soft: nobody gets exactly nothing, and so everybody can learn.",
                `${Data.place(key.j)} gets ${Num.percent(key.a)}. The entropy of this row is ` +
                    `${show(row.entropy)} bits; evenly spread it would be ${show(Math.log2(row.i + 1))}.`];
        } }, "weight a", key => key.a, 1, plain);

    const top = row => row.keys.map((key, c) => ({ key, c })).sort((x, y) => y.key.av - x.key.av).slice(0, 6);

    const mix = {
        phase: "Forward", title: "Values are mixed", formula: "o_i = ∑_j a_{ij} v_j",
        say(row) {
            const most = top(row)[0].key;
            return ["What is passed on is the mix of the values v, each with its weight. A large weight on a " +
                "short value brings little: a alone does not say what came across.",
                `Most comes from ${Data.place(most.j)}: |a v| = ${show(most.av)}. The mix itself has |o| = ` +
                    `${show(Num.norm(row.o))}.`];
        },
        height: 250,
        draw(pen, w, h, row) {
            const rows = top(row), strips = rows.map(({ key, c }) => row.v[c].map(v => key.a * v))
                .concat([row.o]);
            const most = Num.largest(strips.flat()), x = 140,
                step = Math.min(30, (w - x - 10) / d.model.width), high = 24;
            strips.forEach((strip, k) => {
                const y = 26 + k * (high + 5) + (k === rows.length ? 10 : 0);
                strip.forEach((v, at) => pen.rect(x + at * step, y, step - 1, high, Theme.diverge(v / most)));
                const name = k === rows.length ? "the whole mix o"
                    : `${show(rows[k].key.a, 2)} × v of ${Data.char(rows[k].key.j)}`;
                pen.text(name, x - 8, y + 16, { align: "right", size: 13, bold: k === rows.length });
            });
            pen.text(`the ${d.model.width} numbers of each; blue below 0, orange above`, x, 16,
                { size: 12, fill: Theme.colours.muted });
        },
        table: row => ({ label: "values",
            head: ["key", "a", "|a v|", ...count(d.model.width).map(k => `v${k}`)],
            rows: row.keys.map((key, c) => [Data.place(key.j), key.a, key.av, ...row.v[c]]) }),
    };

    const lens = {
        phase: "Forward", title: "Layer after layer", formula: "x ← x + attention(x), x ← x + mlp(x)",
        say() {
            const last = d.lens[d.lens.length - 1];
            return ["Each layer adds to the vector of each character. If we read the last one too early, with " +
                "the output layer of the end, we see the answer take shape.",
                `p(${Data.word(d.answer.target)}) goes ` +
                    d.lens.map(v => Num.percent(v.p)).join(", then ") +
                    `; at the end it is number ${last.rank} of ${d.model.vocab}.`];
        },
        height: w => 42 + d.lens.length * 34,
        draw(pen, w) {
            const x = 140, room = Math.max(60, w - x - 200), most = Math.max(...d.lens.map(v => v.p));
            pen.text(`p(${Data.word(d.answer.target)})`, x, 18, { fill: Theme.colours.muted, size: 13 });
            pen.text("first three", w - 10, 18, { fill: Theme.colours.muted, size: 13, align: "right" });
            d.lens.forEach((v, k) => {
                const y = 30 + k * 34;
                pen.text("after " + v.after, x - 8, y + 17, { align: "right", size: 13 });
                pen.rect(x, y + 3, Math.max(1, v.p / most * room), 20, Theme.colours.weight);
                pen.text(Num.percent(v.p), x + v.p / most * room + 6, y + 17, { size: 13 });
                pen.text(v.top.slice(0, 3).map(t => Data.word(t.id)).join("  "), w - 10, y + 17,
                    { mono: true, align: "right", size: 13 });
            });
        },
        table: () => ({ label: "logit lens",
            head: ["after", "p", "loss", "rank", "entropy, bits", "first five"],
            rows: d.lens.map(v => [v.after, v.p, v.loss, v.rank, v.entropy,
                v.top.map(t => Data.word(t.id)).join(" ")]) }),
    };

    // Bars over the most probable next characters; value(id).
    function over_words(step, name, value, base, colour) {
        const order = d.answer.order.includes(d.answer.target) ? d.answer.order
            : [d.answer.target, ...d.answer.order];
        const shown = w => order.filter((id, k) => k < Math.floor((w - 60) / 15) || id === d.answer.target);
        return { ...step, height: 190, least: 200,
            draw(pen, w, h) {
                const ids = shown(w), c = Chart.columns(w, ids.length), values = ids.map(value);
                const o = { y: 30, height: h - 62, top: Num.largest(values), base, name,
                    colour: (x, k) => colour(x, ids[k]) };
                Chart.scale(pen, c, o);
                Chart.bars(pen, c, values, o);
                ids.forEach((id, k) => pen.text(Data.word(id), c.x(k), h - 10,
                    { align: "center", mono: true, size: 14, bold: id === d.answer.target }));
            },
            table: () => ({ label: step.title, head: ["character", "name", name],
                rows: order.map(id => [Data.word(id), d.vocabulary[id].name, value(id)]) }) };
    }

    const answer = over_words({ phase: "Forward", title: "The answer",
        formula: "p = softmax(z), z = W x_{last}",
        say: () => [`The vector of the last character becomes one number z for each of the ${d.model.vocab} ` +
            `characters, and softmax makes probabilities of them.`,
            `The target is ${Data.word(d.answer.target)} (${d.answer.target_why}): p = ` +
                `${show(d.answer.p, 4)}.`],
    }, "p", id => d.answer.p_all[id], 1, (x, id) => id === d.answer.target ? Theme.colours.ink
        : Theme.blend("weight", 0.55));

    const loss = {
        phase: "Loss", title: "One number to make smaller", formula: "L = −log p(target)",
        say: () => [`The loss is 0 when the target is certain and grows without end as its probability goes ` +
            `to 0. Here −log ${show(d.answer.p, 4)} = ${show(d.answer.loss, 4)} nats.`,
            `Guessing evenly among ${d.model.vocab} characters would cost ${show(Math.log(d.model.vocab))}. ` +
                `All gradients below are of this one number.`],
        height: 230, least: 240,
        draw(pen, w, h) {
            const t = Theme.colours, top = Math.max(5, d.answer.loss * 1.15);
            const p = Chart.plane({ x: Chart.left, y: 20, w: Math.min(620, w - 70), h: h - 60, from: 0,
                to: 1, low: 0, high: top });
            const points = count(200).map(k => (k + 1) / 200).concat([Math.exp(-top)]).sort((x, y) => x - y)
                .map(x => [x, -Math.log(x)]);
            pen.path(`M${p.x(0)} ${p.y(top)}V${p.y(0)}H${p.x(1)}`, { stroke: t.rule });
            Chart.line(pen, p, points, { stroke: t.ink, width: 1.5 });
            const x = p.x(d.answer.p), y = p.y(d.answer.loss);
            pen.path(`M${x} ${p.y(0)}V${y}H${p.x(0)}`, { stroke: t.less, dash: [3, 3] });
            pen.path(Pen.circle(x, y, 4), { fill: t.less });
            pen.text(`L = ${show(d.answer.loss)}`, x + 10, y - 6, { size: 14 });
            for (const v of [0, 0.5, 1])
                pen.text(String(v), p.x(v), h - 22, { align: "center", size: 12, fill: t.muted });
            pen.text("p(target)", p.x(0.75), h - 6, { align: "center", size: 13, italic: true });
            pen.text("L", p.x(0) - 12, p.y(top) + 6, { size: 13, italic: true, align: "right" });
        },
        table: () => ({ label: "loss", head: ["p(target)", "loss, nats", "entropy of the answer, bits"],
            rows: [[d.answer.p, d.answer.loss, d.answer.entropy]] }),
    };

    return { forward: [prompt, scores, weights, mix, lens, answer, loss], over_row, over_words, example,
        sign, plain };
})();
