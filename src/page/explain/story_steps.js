"use strict";
// The forward half of the story and the loss. Each step is an object; numbers are those of the selected row.
//   { phase, title, formula, letters: what its letters mean, say(row): paragraphs or elements
//     (⟦a_j⟧ in either is a formula), height, rigid: drawn no smaller, draw(pen, w, h, row, key): key is marked,
//     table(row), over: a picture over the prompt, in which keys can be picked, read(row, key): the numbers of one }
const StorySteps = (() => {
    const d = Data.all, show = Num.show, signed = Num.signed;
    const count = n => [...Array(n).keys()];
    const sign = x => x < 0 ? Theme.colours.more : Theme.colours.less;

    // A step whose picture shows one signed number per character.
    function over_row(step, name, value, base, colour) {
        return { ...step, over: true, height: 190,
            read: (row, key) => `${name} = ${signed(value(key, row.keys.indexOf(key)))}`,
            draw(pen, w, h, row, key) {
                const c = Chart.columns(w), values = Data.spread(row, value);
                const o = { y: 30, height: h - 62, top: Num.largest(values), base, colour: colour || sign,
                    name };
                Chart.scale(pen, c, o);
                Chart.bars(pen, c, values, o);
                Chart.letters(pen, c, h - 10, { row: row.i, key });
            },
            table: row => ({ label: step.title, head: ["key", name],
                rows: row.keys.map((key, c) => [Data.label(key.j), value(key, c)]) }) };
    }

    // The key used as an example: the locked one, else the one with the largest gradient.
    function example(row) {
        return row.keys.find(key => key.j === State.now.key) ||
            row.keys.find(key => key.j === State.strongest());
    }

    const plain = () => Theme.colours.weight;

    const prompt = {
        phase: "Forward", title: "Characters become vectors",
            formula: "x_i = embedding of the character" +
                (d.model.positions === "learned" ? " + embedding of position i" : ""),
        letters: "i counts the characters of the prompt, from 0",
        say(row) {
            const id = d.characters[row.i].id, near = d.embeddings.near.find(v => v.id === id);
            return [`The prompt has ${Data.n} characters. Each is looked up in an embedding table of ` +
                `${d.model.vocab} ` +
                `rows with ${d.model.channels} numbers` + (d.model.positions === "learned"
                ? "; the embedding of its position is added." : d.model.positions === "none"
                    ? "; the model gets no positions."
                    : "; positions enter later, where queries meet keys.") +
                " Everything that follows transforms and mixes these vectors." +
                (d.counts ? " Only counting, which this model asks too, reads the characters themselves." : ""),
                `We follow one character, ${Data.label(row.i)}, in ${State.name()}. ` +
                    (near ? "Its nearest embeddings: " +
                near.near.map(v => `${Data.word(v.id)} (cosine ${show(v.cosine)})`).join(", ") + "." : "")];
        },
        over: true, rigid: true, height: 92,
        read: (row, key) => `${d.characters[key.j].name}, position ${key.j}, number ${d.characters[key.j].id} of the ` +
            `${d.model.vocab} that the model knows`,
        draw(pen, w, h, row, key) {
            const c = Chart.columns(w), y = Math.max(0, h / 2 - 50), small = { align: "center",
                size: Math.min(11, c.step * 0.62), fill: Theme.colours.muted };
            Chart.letters(pen, c, y + 40, { row: row.i, key });
            for (let j = 0; j < Data.n; j++) {
                pen.path(Pen.box(c.x(j) - c.step * 0.42, y + 24, c.step * 0.84, 22),
                    { stroke: Theme.colours.rule });
                pen.text(String(d.characters[j].id), c.x(j), y + 62, small);
                pen.text(String(j), c.x(j), y + 80, small);
            }
            pen.text("no.", c.left - 4, y + 62, { ...small, size: 11, align: "right" });
            pen.text("pos.", c.left - 4, y + 80, { ...small, size: 11, align: "right" });
        },
        table: () => ({ label: "characters", head: ["position", "character", "name", "token id"],
            rows: d.characters.map(c => [c.i, Data.char(c.i), c.name, c.id]) }),
    };

    // How this model transforms queries and keys before their product.
    function made() {
        const m = d.model, how = [m.char_mix > 1
            ? `mixed over the last ${m.char_mix} characters (causal convolution)` : "",
            m.qk_norm ? "RMS-normalized" : "",
            m.positions === "rotary" ? "rotated by their positions" : ""].filter(x => x);
        return how.length ? ` Both are first ${how.join(", then ")}.` : "";
    }

    const scores = over_row({ phase: "Forward", title: "A query meets the keys",
        formula: "s_{ij} = q_i · k_j / √D",
        letters: `i looks, j is looked at; q and k: lists of D = ${d.model.width} numbers`,
        say(row) {
            const key = example(row);
            return [`The query q of ${Data.label(row.i)} is compared with the key k of every character up to it: the ` +
                `better they match, the higher the score.` + made(),
                `With ${Data.label(key.j)}: q · k = ${show(Num.sum(key.dots))}, divided by √${d.model.width} ` +
                    `= ${show(Data.root)} gives s = ${signed(key.s)}.`];
        } }, "score s", key => key.s, 0.5, () => Theme.colours.weight);

    const weights = over_row({ phase: "Forward", title: "Scores become weights",
        formula: "a_{ij} = exp(s_{ij}) / ∑_k exp(s_{ik})",
        letters: "⟦∑_k⟧: the sum over all characters k up to i",
        say(row) {
            const key = example(row), least = Math.min(...row.keys.map(k => k.a));
            return ["Softmax turns scores into weights that sum to 1. It is soft: the smallest weight of this row, " +
                `${show(least)}, ` + (least > 0 ? "is still more than 0." : "would be more than 0 without rounding."),
                `${Data.label(key.j)} gets ${Num.percent(key.a)}. The entropy of this row is ` +
                    `${show(row.entropy)} bits; uniform weights would have ${show(Math.log2(row.i + 1))}.`];
        } }, "weight a", key => key.a, 1, plain);

    const top = row => row.keys.map((key, c) => ({ key, c })).sort((x, y) => y.key.av - x.key.av).slice(0, 6);

    const mix = {
        phase: "Forward", title: "Values are mixed", formula: "o_i = ∑_j a_{ij} v_j",
        letters: `⟦v_j⟧: the value of j, a list of ${d.model.width} numbers; o: the mix`,
        say(row) {
            const most = top(row)[0].key;
            return ["The output of the head is the mix of the values v, each times its weight. A large weight on a " +
                "short value adds little: a alone does not show what was added.",
                `Most comes from ${Data.label(most.j)}: |a v| = ${show(most.av)}. The mix has |o| = ` +
                    `${show(Num.norm(row.o))}.`];
        },
        rigid: true, height: 250,
        draw(pen, w, h, row) {
            const rows = top(row), strips = rows.map(({ key, c }) => row.v[c].map(v => key.a * v))
                .concat([row.o]);
            const most = Num.largest(strips.flat()), x = 140, high = (h - 40) / strips.length - 5,
                step = Math.min(1.6 * high, (w - x - 10) / d.model.width);
            strips.forEach((strip, k) => {
                const y = 26 + k * (high + 5) + (k === rows.length ? 8 : 0);
                strip.forEach((v, at) => pen.rect(x + at * step, y, step - 1, high, Theme.diverge(v / most)));
                const name = k === rows.length ? "the mix o"
                    : `${show(rows[k].key.a, 2)} × v of ${Data.char(rows[k].key.j)}`;
                pen.text(name, x - 8, y + high / 2 + 4, { align: "right", size: 13, bold: k === rows.length });
            });
            pen.text(`${d.model.width} numbers each; blue negative, orange positive`,
                Math.max(0, Math.min(x, w - 300)), 16,
                { size: 12, fill: Theme.colours.muted });
        },
        table: row => ({ label: "values",
            head: ["key", "a", "|a v|", ...count(d.model.width).map(k => `v${k}`)],
            rows: row.keys.map((key, c) => [Data.label(key.j), key.a, key.av, ...row.v[c]]) }),
    };

    const lens = {
        phase: "Forward", title: "Layer by layer", formula: "x ← x + attention(x), x ← x + mlp(x)",
        letters: "x: the vector of a character; mlp: the part of a layer that works on each character alone",
        say() {
            const last = d.lens[d.lens.length - 1];
            return ["Each layer adds to the vector of each character. Applying the output layer to the last " +
                "vector after " +
                "each layer (the logit lens) shows how the answer forms." + (d.counts ? " What counting says " +
                "is added in each line, with the gains that this vector gives it, so the first knows already what " +
                    "counting knows." : ""),
                `p(${Data.word(d.answer.target)}) is ` +
                    d.lens.map(v => Num.percent(v.p)).join(", then ") +
                    `; its final rank is ${last.rank} of ${d.model.vocab}.`];
        },
        rigid: true, height: w => 42 + d.lens.length * 34,
        draw(pen, w, h) {
            const line = (h - 42) / d.lens.length, x = 150, room = Math.max(60, w - x - 200);
            const most = Math.max(...d.lens.map(v => v.p)), first = w < 340 ? 1 : 3;
            pen.text(`p(${Data.word(d.answer.target)})`, x, 18, { fill: Theme.colours.muted, size: 13 });
            pen.text(first > 1 ? "top three" : "top", w - 10, 18,
                { fill: Theme.colours.muted, size: 13, align: "right" });
            d.lens.forEach((v, k) => {
                const y = 30 + k * line + (line - 34) / 2;
                pen.text("after " + v.after, x - 8, y + 17, { align: "right", size: 13 });
                pen.rect(x, y + 3, Math.max(1, v.p / most * room), 20, Theme.colours.weight);
                pen.text(Num.percent(v.p), x + v.p / most * room + 6, y + 17, { size: 13 });
                pen.text(v.top.slice(0, first).map(t => Data.word(t.id)).join("  "), w - 10, y + 17,
                    { mono: true, align: "right", size: 13 });
            });
        },
        table: () => ({ label: "logit lens",
            head: ["after", "p", "loss", "rank", "entropy, bits", "top five"],
            rows: d.lens.map(v => [v.after, v.p, v.loss, v.rank, v.entropy,
                v.top.map(t => Data.word(t.id)).join(" ")]) }),
    };

    // Bars over the most probable next characters, of height value(id).
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
        formula: "p = softmax(z), z = W x_{last}" + (d.counts ? " + ∑_k g_k log p_k" : ""),
        letters: "z: a logit for each possible next character; W: learned; p: probabilities" +
            (d.counts ? "; ⟦p_k⟧: what counting says after the last k characters; ⟦g_k⟧: its gain" : ""),
        say: () => [`The output layer turns the vector of the last character into a logit z for each of the ` +
            `${d.model.vocab} characters, ` + (d.counts ? "what counting says of them is added (view Counts), " : "") +
            "and softmax turns logits into probabilities.",
            `The target is ${Data.word(d.answer.target)} (${d.answer.target_why}): p = ` +
                `${show(d.answer.p, 4)}.`],
    }, "p", id => d.answer.p_all[id], 1, (x, id) => id === d.answer.target ? Theme.colours.ink
        : Theme.blend("weight", 0.55));

    const loss = {
        phase: "Loss", title: "The loss: one number to reduce", formula: "L = −log p(target)",
        letters: "log: the natural logarithm",
        say: () => [`The loss is 0 if the target has probability 1 and grows without bound as its probability ` +
            `approaches 0. Here −log ${show(d.answer.p, 4)} = ${show(d.answer.loss, 4)} nats.`,
            `A uniform guess among ${d.model.vocab} characters would cost ${show(Math.log(d.model.vocab))} nats` +
                (d.counts ? `, counting alone ${show(-Math.log(d.counts.p.counting[d.answer.target]))}. ` : ". ") +
                `All gradients on this page are of this number.`],
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
            const before = d.answer.p > 0.5;
            pen.text(`L = ${show(d.answer.loss)}`, x + (before ? -10 : 10), y - 10,
                { size: 14, align: before ? "right" : "left" });
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
