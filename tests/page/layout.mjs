// Every view at five widths, light and dark: no error, nothing scrolls sideways, no text is cut off or lies on another,
// in the page and in its pictures; and what is printed.
import { check, drawn, page, tabs, url } from "./bench.mjs";

// Runs in the page: complaints about the open view's text, as strings.
const faults = `(() => {
    const out = [], boxes = [], root = document.body;
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const node = walk.currentNode, p = node.parentElement;
        if (!node.data.trim() || !p.checkVisibility({ visibilityProperty: true }) || p.closest("script, #tip, .turn, " +
            "option, select"))
            continue;
        const inside = p.closest(".scroll, .picture, .command, #readout");
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const r of range.getClientRects())
            if (r.width > 1 && r.height > 1)
                boxes.push({ r, p, text: node.data.trim().slice(0, 30), inside });
        if (!inside && range.getBoundingClientRect().right > innerWidth + 1)
            out.push("cut off: " + node.data.trim().slice(0, 40));
    }
    boxes.sort((a, b) => a.r.top - b.r.top);
    boxes.forEach((a, k) => {
        for (let m = k + 1; m < boxes.length && boxes[m].r.top < a.r.bottom - 3; m++) {
            const b = boxes[m];
            const wide = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left);
            const high = Math.min(a.r.bottom, b.r.bottom) - b.r.top;
            if (a.p !== b.p && a.inside === b.inside && wide > 2 && high > 0.4 * Math.min(a.r.height, b.r.height) &&
                !(a.p.closest("th") && a.inside))
                out.push(a.text + " lies on " + b.text);
        }
    });
    return out.slice(0, 5);
})()`;

// The same for pictures, drawn as SVG: single letters under narrow columns may touch.
const picture_faults = `(() => {
    const out = [];
    for (const me of Figure.all.filter(f => f.box.clientWidth)) {
        const f = me.f, h = f.height(me.width), pen = Pen.svg(me.width, h, "test"), at = me.hover;
        f.draw(pen, me.width, h, null);
        const node = document.importNode(new DOMParser().parseFromString(pen.done(), "image/svg+xml").documentElement,
            true);
        document.body.append(node);
        const boxes = [...node.querySelectorAll("text")].map(t => ({ text: t.textContent, b: t.getBBox(),
            turned: t.hasAttribute("transform") })).filter(x => x.b.width && !x.turned);
        node.remove();
        for (const { text, b } of boxes)
            if ([...text].length > 1 &&
                (b.x < -1 || b.x + b.width > me.width + 1 || b.y < -2 || b.y + b.height > h + 2))
                out.push("cut off in a picture: " + text + " at " +
                    [b.x, b.y, b.width, b.height].map(Math.round) + " of " + [me.width, h]);
        const long = boxes.filter(x => [...x.text].length > 2);
        long.forEach((x, k) => long.slice(k + 1).forEach(y => {
            const wide = Math.min(x.b.x + x.b.width, y.b.x + y.b.width) - Math.max(x.b.x, y.b.x);
            const high = Math.min(x.b.y + x.b.height, y.b.y + y.b.height) - Math.max(x.b.y, y.b.y);
            if (wide > 2 && high > 4)
                out.push("in a picture " + x.text + " lies on " + y.text);
        }));
    }
    return out.slice(0, 5);
})()`;

// Complaints about the open view at the present size.
export async function look() {
    const sideways = await page.run("document.documentElement.scrollWidth > innerWidth") ? ["scrolls sideways"] : [];
    return [...sideways, ...await page.run(faults), ...await page.run(picture_faults)];
}

export const widths = [320, 360, 768, 1280, 2560];

// The same for one view, at all widths.
export async function fits(tab) {
    const seen = [];
    await page.run(`State.set({ tab: "${tab}" })`);
    for (const width of widths) {
        await page.size(width, 900, width < 400);
        await page.settle();
        seen.push(...(await look()).map(what => `${width}: ${what}`));
    }
    await page.size(1024);
    check(`${tab}: from 320 to 2560 pixels nothing scrolls sideways, is cut off or overlaps`, seen.length === 0,
        ...seen.slice(0, 12));
}

async function views(seen, width, theme) {
    for (const [k, tab] of tabs.entries()) {
        await page.press(String(k + 1), `Digit${k + 1}`);
        const steps = tab === "story" && theme === "light"
            ? await page.run("document.querySelectorAll('.steps li').length") : 1;
        for (let step = 0; step < steps; step++) {
            if (tab === "story") {
                await page.run(`State.set({ step: ${step} })`);
                await page.settle();
            }
            if (await page.run("document.documentElement.scrollWidth > innerWidth"))
                seen.push(`${tab} ${step} at ${width}: scrolls sideways`);
            if (theme === "light")
                for (const what of [...await page.run(faults), ...await page.run(picture_faults)])
                    seen.push(`${tab} ${step} at ${width}: ${what}`);
        }
    }
}

export async function layout() {
    await page.go(url("page.html"));
    for (const theme of ["light", "dark"]) {
        await page.dark(theme === "dark");
        const seen = [];
        for (const width of widths) {
            await page.size(width, 900, width < 400);
            await page.settle();
            await views(seen, width, theme);
        }
        check(`from 320 to 2560 pixels, ${theme}, nothing scrolls sideways, is cut off or overlaps`,
            seen.length === 0, ...seen.slice(0, 12));
        check(`colours follow the system: ${theme}`,
            await page.run("document.documentElement.dataset.theme") === theme);
    }
    await page.run("document.getElementById('theme').click()");
    check("the button changes the colours", await page.run("document.documentElement.dataset.theme") === "light");
    await page.call("Emulation.setEmulatedMedia", { features: [{ name: "prefers-reduced-motion", value: "reduce" }] });
    await page.press("1", "Digit1");
    await page.run("document.getElementById('story-back').click()");
    check("with reduced motion nothing is animated", await page.run("document.getAnimations().length") === 0);
    await page.call("Emulation.setEmulatedMedia", { features: [] });
    check("pictures are drawn", await drawn("#panel-story canvas") > 2);
    check("no error in any of them", page.errors.length === 0, page.errors);
    await page.run("document.getElementById('theme').dispatchEvent(new Event('blur'))");
    await page.dark(false);
    await page.size(1024);
}
