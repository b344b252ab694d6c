"use strict";
// The words that the page assumes, each defined once. mark(node) makes the first use of each in the node a term, whose
// definition shows while it is pointed at or focused; Escape hides it. All of them are listed at the end of the page.
const Glossary = (() => {
    const { el, fill } = Dom;
    const m = typeof Data === "undefined" ? null : Data.all.model;      // the page that learns has no one model

    // [term, its spellings as a regular expression, definition]; these are the live page's own
    const live = [
        ["temperature", "temperature", "What the scores are divided by before softmax. Small: the largest takes all, " +
            "and the gradient of the scores vanishes."],
        ["positions", "positions", "What tells a model where in the text a character stands. Without it, it sees " +
            "only which characters came before."],
        ["induction head", "induction heads?", "A head that finds where the present character stood before, and " +
            "predicts what came next there."],
        ["fork", "fork", "A copy of a model in training that goes on with one thing changed, beside the original."],
    ];
    const counts = [
        ["counting", "counting|the counts", "How often each character followed the last ones in the training " +
            "text: a table, no network. Longer contexts say more, and are rarer."],
        ["gain", "the gains?|a gain", "What the logarithm of a counted probability is multiplied by before it is " +
            "added to the logit; the model gives it anew at each character."],
    ];
    const terms = [
        ["vector", "vectors?", m ? `A list of numbers: ${m.channels} for each character, ${m.width} of them ` +
            "for a head." : "A list of numbers."],
        ["embedding", "embeddings?", "The vector that stands for a character where the model begins. It is " +
            "learned."],
        ["cosine", "cosine", "Of two vectors: 1 if they point the same way, 0 if they are at right angles, −1 if " +
            "opposite."],
        ["dot product", "dot products?", "Of two vectors: multiply them number by number and add up. It is large " +
            "if they point the same way: (1, 2) · (3, 4) = 1 × 3 + 2 × 4 = 11."],
        ["layer", "layers?", (m ? `The model is ${m.layers} layers, one after the other. Each` : "Each layer of a " +
            "model") + " lets characters look back at earlier ones (attention), then works on each character alone " +
            "(the MLP)."],
        ["head", "heads?", "The part of a layer that looks back in one way. Each layer has " +
            `${m ? m.heads : "several"}, side by side.`],
        ["row", "rows?", "All that one character does in one head: how it spreads its attention over the " +
            "characters up to itself."],
        ["query", "query|queries", "The vector that says what a character looks for, in one head."],
        ["key", "keys?", "The vector that says what a character offers to whoever looks; also the character " +
            "itself, as one that is looked at."],
        ["value", "values?", "The vector that a character hands over to whoever looks at it."],
        ["score", "scores?", "How well a query matches a key: their dot product, divided by √D. Any number."],
        ["softmax", "softmax", "Turns numbers into shares that sum to 1: exp of each, divided by the sum of them " +
            "all. What matters is only how far the numbers are apart."],
        ["weight", "weights?", "The share of its attention that a character gives to a key: softmax of the scores. " +
            "The weights of a row sum to 1."],
        ["mix", "mix", "What a head hands on: the sum of the values, each times its weight; an average."],
        ["logit", "logits?", "The model's number for a possible next character, before softmax turns the numbers " +
            "into probabilities."],
        ["loss", "loss", "What training makes small: −log of the probability that the model gave to the right " +
            "character. 0 if it was certain of it."],
        ["nats", "nats?", "The unit of −log p with the natural logarithm. Half the probability costs 0.69 nats " +
            "more, a tenth of it 2.30."],
        ["bits", "bits?", "The same with logarithms to base 2: one bit for each halving. 1 bit is 0.69 nats."],
        ["entropy", "entropy", "How spread out shares are: 0 bits if one has everything, 1 bit if two have a half " +
            "each, 3 bits if eight have an eighth each."],
        ["slope", "slopes?", "How much the loss changes, per unit by which a number is raised a little."],
        ["gradient", "gradients?", "The slopes of the loss by many numbers at once: one slope for each of them."],
        ["chain rule", "chain rule", "If x moves y and y moves the loss, the slope by x is the product of the two " +
            "slopes. If x acts in several ways, their products add up."],
        ["push", "push", "What the loss wants of the scores of a row: the sum of |dL/ds|. Large: a step of " +
            "training moves its attention a lot."],
        ["gradient step", "gradient steps?", "One step of training: every number of the model moves a little " +
            "against its slope, so that the loss falls."],
        ["finite difference", "finite differences?", "A slope found by trying: raise a number a little, lower it a " +
            "little, run the model both times, and divide the difference of the losses by that of the number. It " +
            "knows nothing of formulas, so it can check them."],
        ["first order", "first order", "A prediction by the slope alone, as if the loss were a straight line."],
        ["second order", "second order", "A prediction by slope and curvature, as if the loss were a parabola."],
        ["logit lens", "logit lens", "The output layer, applied to the vector of a layer before the last: what the " +
            "model would answer if it ended there."],
        ["saturated", "saturated", "Of a weight near 1: softmax has little left to give it, so the gradient is small " +
            "though masking the key would change the loss a lot."],
        ["curved", "curved", "Of a key whose gradient says little of what masking it would do, as the loss is flat " +
            "here and steep further on: where the answer is nearly certain, for example."],
        ["redundant", "redundant", "Of a key that another one can replace: masking it alone changes little, masking " +
            "both changes the loss."],
        ["silenced", "silenced", "The output of a head set to 0, and the model run again."],
        ...(m && Data.all.counts ? counts : []),
        ...(m ? [] : live),
        ["learning rate", "learning rate", "How far a step goes: each number moves by minus the learning rate " +
            "times its slope."],
    ];
    const longest_first = terms.map((_, k) => k).sort((x, y) => terms[y][0].length - terms[x][0].length);
    const any = new RegExp(`\\b(?:${longest_first.map(k => `(${terms[k][1]})`).join("|")})\\b`);
    const tip = el("div", { id: "tip", role: "tooltip", hidden: true });
    let later = 0, shown = null;

    function show(node, k) {
        clearTimeout(later);
        fill(tip, el("b", null, terms[k][0]), ": ", terms[k][2]);
        tip.hidden = false;
        shown = node;
        place();
    }

    // Below its word, or above it where there is no room.
    function place() {
        if (!shown)
            return;
        const at = shown.getBoundingClientRect(), room = document.documentElement.clientWidth;
        const below = at.bottom + 6 + tip.offsetHeight < innerHeight || at.top < tip.offsetHeight + 6;
        tip.style.left = `${Math.max(8, Math.min(at.left, room - tip.offsetWidth - 8))}px`;
        tip.style.top = `${below ? at.bottom + 6 : at.top - tip.offsetHeight - 6}px`;
    }

    function hide() {
        tip.hidden = true;
        shown = null;
    }

    const hide_soon = () => { later = setTimeout(hide, 150); };

    function term(text, k) {
        const open = () => show(node, k);
        const node = el("span", { class: "term", tabindex: 0, "aria-describedby": "tip",
            on: { pointerenter: open, pointerleave: hide_soon, focus: open, blur: hide } }, text);
        return node;
    }

    // Splits a text node at its first terms that are not in seen yet.
    function split(text, seen) {
        const out = [];
        let rest = text.data;
        for (let m; (m = any.exec(rest));) {
            const k = longest_first[m.slice(1).findIndex(x => x !== undefined)], end = m.index + m[0].length;
            out.push(rest.slice(0, m.index), seen.has(k) ? m[0] : term(m[0], k));
            seen.add(k);
            rest = rest.slice(end);
        }
        text.replaceWith(...out, rest);
    }

    function mark(node) {
        const walk = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), texts = [], seen = new Set();
        while (walk.nextNode())
            if (!walk.currentNode.parentElement.closest(".term, .math, bdi, pre, code, button, summary"))
                texts.push(walk.currentNode);
        texts.forEach(text => split(text, seen));
        return node;
    }

    const list = el("details", { id: "glossary" }, el("summary", null, "What the words mean"),
        el("dl", null, terms.map(([name, , text]) => [el("dt", null, name), el("dd", null, text)]).flat()));
    document.getElementById("foot").before(list);
    document.body.append(tip);
    tip.addEventListener("pointerenter", () => clearTimeout(later));
    tip.addEventListener("pointerleave", hide);
    addEventListener("scroll", place, { capture: true, passive: true });
    document.addEventListener("keydown", e => {
        if (e.key !== "Escape" || tip.hidden)
            return;
        hide();
        e.stopPropagation();                    // it closes only the definition
    }, true);
    return { mark, terms };
})();
