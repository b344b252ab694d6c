"use strict";
// All heads as live thumbnails, a row of them for each layer: row i, column j is the weight that character i gives to
// character j. The bar below is the head's share of the push on the row that is shown.
const Heads = (() => {
    const { el, fill } = Dom, now = State.now;
    let grid, follow, chips = [], shape = "", colours = null;

    function make(layer, head) {
        const canvas = el("canvas", { width: 1, height: 1 }), push = el("span", { class: "push" });
        const node = el("button", { type: "button", role: "radio", class: "thumb", "data-head": `${layer}.${head}`,
            "aria-label": `layer ${layer}, head ${head}`, on: { click: () => State.choose({ layer, head }) } },
        canvas, el("span", { class: "name" }, `${layer}.${head}`), push);
        const chip = { layer, head, node, canvas, push, c: canvas.getContext("2d"), share: 0 };
        node.addEventListener("pointerenter", () => {
            node.title = `layer ${layer}, head ${head}: ${Num.percent(chip.share)} of the push on this row`;
        });
        return chip;
    }

    function remake(f) {
        const name = `${f.layers}x${f.heads}`;
        if (name === shape)
            return;
        shape = name;
        chips = [];
        for (let layer = 0; layer < f.layers; layer++)
            for (let head = 0; head < f.heads; head++)
                chips.push(make(layer, head));
        grid.style.setProperty("--heads", f.heads);
        fill(grid, chips.map(c => c.node));
    }

    // The colours of weights 0 to 1 as 256 pixels.
    function ramp() {
        const name = Theme.colours.paper + Theme.colours.weight;
        if (colours && colours.name === name)
            return colours.pixels;
        const pixels = new Uint32Array(256);
        for (let k = 0; k < 256; k++) {
            const hex = Theme.blend("weight", Math.sqrt(k / 255)), part = at => parseInt(hex.slice(at, at + 2), 16);
            pixels[k] = 0xff000000 | part(5) << 16 | part(3) << 8 | part(1);
        }
        colours = { name, pixels };
        return pixels;
    }

    function paint(chip, f, pixels) {
        if (chip.canvas.width !== f.n)
            chip.canvas.width = chip.canvas.height = f.n;
        const image = chip.c.createImageData(f.n, f.n), out = new Uint32Array(image.data.buffer);
        for (let i = 0; i < f.n; i++)
            for (let j = 0, k = Frames.at(f, chip.layer, chip.head, i, 0); j <= i; j++)
                out[i * f.n + j] = pixels[Math.round(255 * f.weights[k + j])];
        chip.c.putImageData(image, 0, 0);
    }

    function update() {
        const f = now.frame;
        if (!f || !f.n)
            return;
        remake(f);
        follow.hidden = !now.chosen;
        const row = State.row(), pushes = chips.map(c => Frames.push(f, c.layer, c.head, row));
        const all = Num.sum(pushes), pixels = ramp();
        chips.forEach((chip, k) => {
            const on = chip.layer === now.layer && chip.head === now.head, share = all > 0 ? pushes[k] / all : 0;
            if (chip.on !== on) {
                chip.node.setAttribute("aria-checked", on);
                chip.node.tabIndex = on ? 0 : -1;
            }
            chip.on = on;
            chip.push.style.setProperty("--p", share.toFixed(3));
            chip.share = share;
            paint(chip, f, pixels);
        });
    }

    function step(e) {
        const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[e.key];
        const f = now.frame;
        if (!by || !f || e.ctrlKey || e.metaKey || e.altKey)
            return;
        e.preventDefault();
        const keep = (x, n) => Math.max(0, Math.min(n - 1, x));
        State.choose({ layer: keep(now.layer + by[0], f.layers), head: keep(now.head + by[1], f.heads) });
        grid.querySelector(`[data-head="${now.layer}.${now.head}"]`).focus();
    }

    function build() {
        grid = el("div", { class: "thumbs", role: "radiogroup", "aria-labelledby": "h-heads", on: { keydown: step } });
        const most = Dom.button("Largest push", () => {
            if (now.frame) {
                const { layer, head } = Frames.strongest(now.frame, State.row());
                State.choose({ layer, head });
            }
        }, { class: "quiet" });
        follow = Dom.button("Follow", Follow.again, { class: "quiet", hidden: true,
            title: "show the head that reads the word that the prediction needs most" });
        fill(document.getElementById("heads"), el("h2", { id: "h-heads" }, "Heads, as they learn"), grid,
            Glossary.mark(el("p", { class: "small" }, "layer.head; strong: looks there; bar: its share of the push. ",
                most, " ", follow)));
        State.listen(update);
    }

    return { build };
})();
