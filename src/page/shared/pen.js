"use strict";
// Two pens with one interface: a picture draws to a canvas or to an SVG file.
//   from: pixels scrolled away on the left, 0 in a file
//   rect(x, y, w, h, fill)   path(d, { stroke, fill, width, dash })
//   text(string, x, y, { size, align, fill, mono, bold, italic, turn })
const Pen = (() => {
    const serif = "Charter, 'Bitstream Charter', 'Iowan Old Style', Georgia, 'DejaVu Serif', serif";
    const mono = "ui-monospace, 'Cascadia Mono', Menlo, 'DejaVu Sans Mono', monospace";

    // The number of CSS pixels to a picture's unit: pictures grow with the page's text.
    const zoom = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

    function canvas(node, width, height, from, scale = 1) {
        const ratio = Math.min(window.devicePixelRatio || 1, 3) * scale;
        node.width = Math.round(width * ratio);
        node.height = Math.round(height * ratio);
        node.style.width = width * scale + "px";
        node.style.height = height * scale + "px";
        const c = node.getContext("2d");
        c.scale(ratio, ratio);
        return { ...on_canvas(c), from };
    }

    function on_canvas(c) {
        return {
            rect(x, y, w, h, fill) {
                c.fillStyle = fill;
                c.fillRect(x, y, w, h);
            },
            path(d, o) {
                const p = new Path2D(d);
                c.setLineDash(o.dash || []);
                c.lineWidth = o.width || 1;
                if (o.fill) {
                    c.fillStyle = o.fill;
                    c.fill(p);
                }
                if (o.stroke) {
                    c.strokeStyle = o.stroke;
                    c.stroke(p);
                }
            },
            text(s, x, y, o = {}) {
                c.font = `${o.italic ? "italic " : ""}${o.bold ? "bold " : ""}${o.size || 12}px ` +
                    `${o.mono ? mono : serif}`;
                c.textAlign = o.align || "left";
                c.direction = "ltr";
                c.fillStyle = o.fill || Theme.colours.ink;
                if (!o.turn) {
                    c.fillText(s, x, y);
                    return;
                }
                c.save();
                c.translate(x, y);
                c.rotate(-Math.PI / 2);
                c.fillText(s, 0, 0);
                c.restore();
            },
        };
    }

    // Outlines, for path().
    const circle = (x, y, size) => `M${x - size} ${y}a${size} ${size} 0 1 0 ${2 * size} 0` +
        `a${size} ${size} 0 1 0 ${-2 * size} 0z`;
    const box = (x, y, w, h) => `M${x} ${y}h${w}v${h}h${-w}z`;

    const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
    const wrong = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
    // characters not allowed in XML
    const xml = s => String(s).replace(wrong, "\ufffd").replace(/[&<>"]/g, m => escapes[m]);
    const r = x => Math.round(x * 100) / 100;

    // Collects markup; done() returns the file.
    function svg(width, height, title) {
        const out = [`<svg xmlns="http://www.w3.org/2000/svg" width="${r(width)}" height="${r(height)}" ` +
            `viewBox="0 0 ${r(width)} ${r(height)}">`, `<title>${xml(title)}</title>`,
            `<rect width="100%" height="100%" fill="${Theme.colours.paper}"/>`];
        return {
            from: 0,
            rect(x, y, w, h, fill) {
                out.push(`<rect x="${r(x)}" y="${r(y)}" width="${r(w)}" height="${r(h)}" fill="${fill}"/>`);
            },
            path(d, o) {
                out.push(`<path d="${d}" fill="${o.fill || "none"}" stroke="${o.stroke || "none"}" ` +
                    `stroke-width="${r(o.width || 1)}"${o.dash ? ` stroke-dasharray="${o.dash.join(" ")}"` : ""}/>`);
            },
            text(s, x, y, o = {}) {
                const anchor = { center: "middle", right: "end" }[o.align] || "start";
                const turn = o.turn ? ` transform="rotate(-90 ${r(x)} ${r(y)})"` : "";
                out.push(`<text x="${r(x)}" y="${r(y)}" font-size="${o.size || 12}" ` +
                    `font-family="${o.mono ? mono : serif}" ` +
                    `text-anchor="${anchor}" fill="${o.fill || Theme.colours.ink}"${turn}` +
                    `${o.italic ? ' font-style="italic"' : ""}${o.bold ? ' font-weight="bold"' : ""}>${xml(s)}</text>`);
            },
            done: () => out.join("\n") + "\n</svg>\n",
        };
    }

    return { serif, mono, zoom, canvas, svg, circle, box };
})();
