"use strict";
// The only code that creates elements. Data always becomes text nodes, never markup.
const Dom = (() => {
    function set(node, name, value) {
        if (value === false || value === null || value === undefined)
            return;
        if (name === "on")
            for (const [event, f] of Object.entries(value))
                node.addEventListener(event, f);
        else if (name === "style")
            for (const [property, v] of Object.entries(value))
                node.style.setProperty(property, v);
        else
            node.setAttribute(name, value === true ? "" : value);
    }

    function build(node, props, children) {
        for (const [name, value] of Object.entries(props || {}))
            set(node, name, value);
        node.append(...children.flat().filter(c => c !== null && c !== undefined));
        return node;
    }

    // el("p", { class: "x", on: { click: f } }, "text", node, …); null children are skipped. svg() makes SVG elements.
    const el = (tag, props, ...children) => build(document.createElement(tag), props, children);
    const svg = (tag, props, ...children) =>
        build(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);

    function fill(node, ...children) {
        node.replaceChildren(...children.flat().filter(c => c !== null && c !== undefined));
        return node;
    }

    // A formula: s_{ij} = q_i · k_j. Names of one or two letters are italic, words are upright.
    function math(text) {
        const node = el("span", { class: "math" });
        const part = /_\{(.*?)\}|_(\w)|\^\{(.*?)\}|\^(\w)|([A-Za-z]+′?)|([^_^A-Za-z]+)/g;
        for (const m of text.matchAll(part)) {
            const sub = m[1] || m[2], sup = m[3] || m[4];
            if (sub || sup)
                node.append(el(sub ? "sub" : "sup", null, math(sub || sup)));
            else
                node.append(m[5] && m[5].length < 3 && !/^(of|is)$/.test(m[5]) ? el("i", null, m[5]) : m[0]);
        }
        return node;
    }

    function cell(tag, value) {
        if (value && typeof value === "object" && !(value instanceof Node))
            return el(tag, { class: value.class, "data-value": value.value, style: value.style },
                value.node || value.text);
        if (typeof value === "number" || value === null)
            return el(tag, { "data-value": value }, Num.show(value));
        return el(tag, null, value);
    }

    const number = v => typeof v === "number" || (v && v.value !== undefined && !(v instanceof Node));

    // t: { head: [text], rows: [[text | number | node | {text, class, value, style}]], mark: row number,
    // pick: f(row number) }. Returns it in a scrollable box.
    function table(t) {
        const right = c => t.rows.length > 0 && number(t.rows[0][c]);
        const body = t.rows.map((row, k) => el("tr", {
            class: k === t.mark ? "mark" : null,
            on: t.pick ? { click: () => t.pick(k) } : null,
        }, row.map((v, c) => cell(c ? "td" : "th", v))));
        return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t.label || "table" },
            el("table", { class: t.pick ? "picks" : null },
                el("thead", null, el("tr", null,
                    t.head.map((h, c) => el("th", { scope: "col", class: right(c) ? "number" : null }, h)))),
                el("tbody", null, body)));
    }

    function button(text, press, props) {
        return el("button", { type: "button", on: { click: press }, ...props }, text);
    }

    // A select of [value, text] pairs; onpick receives the value as a string.
    function select(label, pairs, value, onpick) {
        const list = el("select", { on: { change: () => onpick(list.value) } },
            pairs.map(([v, text]) => el("option", { value: v, selected: String(v) === String(value) },
                text)));
        return el("label", null, el("span", null, label), " ", list);
    }

    // Saves text or bytes as a file.
    function download(name, type, data) {
        const link = el("a", { download: name });
        link.href = URL.createObjectURL(new Blob([data], { type }));
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }

    return { el, svg, fill, math, table, button, select, download };
})();
