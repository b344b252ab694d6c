// WCAG 2.1, 1.4.3: text has a contrast of 4.5 to its background, large text 3; 4.1.2: controls have names.
export const contrast = `(() => {
    const parse = c => (c.match(/[\\d.]+/g) || []).map(Number), canvas = document.createElement("canvas");
    const rgb = c => { const x = canvas.getContext("2d"); x.clearRect(0, 0, 1, 1); x.fillStyle = c;
        x.fillRect(0, 0, 1, 1); return [...x.getImageData(0, 0, 1, 1).data]; };
    const lum = c => { const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92
        : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
    const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
        if (c[3] > 250) return c.slice(0, 3); } return [255, 255, 255]; };
    const poor = [];
    for (const e of document.querySelectorAll("body *")) {
        const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        if (!own || !e.getClientRects().length || e.closest("[disabled], script, style, noscript, title"))
            continue;
        const s = getComputedStyle(e), drawn = e instanceof SVGElement;
        const front = rgb(drawn ? s.fill : s.color), back = ground(e), [x, y] = [lum(front.slice(0, 3)), lum(back)];
        const ratio = (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
        if (ratio < (parseFloat(s.fontSize) >= 24 ? 3 : 4.5))
            poor.push([e.tagName, e.className.baseVal || e.className, e.textContent.slice(0, 20), ratio.toFixed(2)]);
    }
    const nameless = [...document.querySelectorAll("button, select, input, [tabindex], [role=application]")].filter(e =>
        e.getClientRects().length && !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") ||
        e.textContent.trim() || (e.labels && e.labels.length))).map(e => e.outerHTML.slice(0, 80));
    return { poor, nameless };
})()`;
