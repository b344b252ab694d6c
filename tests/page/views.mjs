// The six views as a person uses them: keys, clicks, touch, sliders. Their numbers are compared with explain's
// JSON, and the sliders with explain --nudge.
import {
    check, chosen, data, drawn, json, n, near, other_page, page, prompt, selected, spot, t, tabs, text, url, value,
} from "./bench.mjs";

export async function tabs_work() {
    for (const [k, tab] of tabs.entries()) {
        await page.press(String(k + 1), `Digit${k + 1}`);
        const open = await page.run("[...document.querySelectorAll('[role=tabpanel]')].filter(p => " +
            "!p.hidden).map(p => p.id).join()");
        check(`key ${k + 1} opens only ${tab}`,
            await selected() === tab && open === "panel-" + tab, open);
    }
    await page.press("ArrowRight");
    check("the arrow after the last tab opens the first", await selected() === "story");
    await page.press("End");
    check("End opens the last", await selected() === "snapshots");
    check("one tab is in the tab order",
        await page.run("document.querySelectorAll('[role=tab][tabindex=\"0\"]').length") === 1);
}

export async function story() {
    await page.press("1", "Digit1");
    const titles = new Set(), steps = await page.run("document.querySelectorAll('.steps li').length");
    let pictures = 0, tables = 0;
    await page.run("document.querySelector('#panel-story details').open = true");
    for (let k = 0; k < steps; k++) {
        titles.add(await text("#panel-story h2"));
        pictures += await drawn("#panel-story canvas") > 2;
        tables += await page.run("document.querySelectorAll('#panel-story details tbody tr').length > 0");
        await page.run("document.getElementById('story-next').click()");
        await page.settle();
    }
    check(`the story has ${steps} steps, each with its title`, steps >= 10 && titles.size === steps,
        [...titles]);
    check("each with a picture", pictures === steps, pictures);
    check("and a table", tables === steps, tables);
    check("it ends at the last", await page.run("document.getElementById('story-next').disabled"));
    check("with the loss after the step", (await text("#panel-story .say"))
        .includes(data.step.loss_after.toFixed(4).slice(0, 5)), await text("#panel-story .say"));
}

export async function heads() {
    await page.press("2", "Digit2");
    await page.run("document.querySelector('[data-head=\"1.1\"]').click()");
    await page.settle();
    check("a small picture selects the head", (await chosen()).slice(0, 2).join() === "1,1", await chosen());
    const width = (await spot("#panel-heads figure canvas", 0, 0))[2],
        size = Math.min(460, (width - 34 * 3 - 6) / 3), step = size / n;
    const [x, y] = await spot("#panel-heads figure canvas", 26 + 3.5 * step, 30 + 8.5 * step);
    await page.click(x, y);
    check("a click locks the cell", (await chosen()).join() === "1,1,8,3", await chosen());
    const a = data.layers[1].heads[1].a[8][3];
    const readout = await text("#panel-heads .readout");
    const said = Number(readout.match(/a = ([^,]*)/)[1].replace("−", "-"));
    check("and the readout shows its weight", Math.abs(said - a) <= 0.006 * a, readout, a);
    await page.press("ArrowRight");
    await page.press("ArrowUp");
    check("arrows move it", (await chosen()).join() === "1,1,7,4", await chosen());
    for (let k = 0; k < 12; k++)
        await page.press("ArrowRight");
    check("not past the causal mask", (await chosen()).join() === "1,1,7,7", await chosen());
    await page.press("Escape");
    check("Escape unlocks", (await chosen())[3] === "", await chosen());
    check("every head is drawn",
        await page.run("document.querySelectorAll('button.head " +
        "canvas').length") === data.model.layers * data.model.heads);
    await page.call("Emulation.setTouchEmulationEnabled", { enabled: true });
    const [tx, ty] = await spot("#panel-heads figure canvas", 26 + 2.5 * step, 30 + 9.5 * step);
    await page.call("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: tx, y: ty }] });
    await page.call("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await page.settle();
    await page.call("Emulation.setTouchEmulationEnabled", { enabled: false });
    check("touch locks, too", (await chosen()).slice(2).join() === "9,2", await chosen());
}

export async function row() {
    await page.press("3", "Digit3");
    await page.run("document.getElementById('home').click()");
    await page.settle();
    const shown = await page.run("[...document.querySelectorAll('#panel-row td.ds')].map(c => " +
        "Number(c.dataset.value))");
    check("the row's table has every dL/ds", shown.join() === t.keys.map(k => k.ds).join(), shown);
    const states = await page.run("[...document.querySelectorAll('#panel-row td.pass, #panel-row td.fail, " +
        "#panel-row th.pass, #panel-row th.fail')].map(c => c.textContent).join()");
    check("and every self-check", states === data.invariants.map(v => v.ok ? "PASS" : "FAIL")
        .join(), states);
    await page.run("document.querySelectorAll('#panel-row table.picks tbody tr')[4].click()");
    await page.settle();
    check("a row of the table locks its key", (await chosen())[3] === "4", await chosen());
    await page.run("document.getElementById('row-5').click()");
    await page.settle();
    const other = await page.run("[...document.querySelectorAll('#panel-row td.ds')].map(c => " +
        "Number(c.dataset.value))");
    check("another row can be chosen", other.join() === data.layers[t.layer].heads[t.head].ds[5].join(),
        other);
}

export async function paths() {
    await page.press("4", "Digit4");
    await page.run("document.querySelector('#panel-paths figure details').open = true");
    await page.settle();
    const sums = await page.run(`[...document.querySelectorAll("#panel-paths figure:first-of-type details ` +
        `tbody tr")].map(
        r => [...r.querySelectorAll("td[data-value]")].map(c => Number(c.dataset.value)))`);
    check("the parts of each path add up", sums.length === n * data.model.layers &&
        sums.every(r => near(r[6], r[0], 1e-9, 1e-12)), sums[0]);
}

export async function edit() {
    await page.run("document.getElementById('home').click()");
    await page.press("5", "Digit5");
    const key = t.keys.reduce((best, k) => Math.abs(k.ds) > Math.abs(best.ds) ? k : best).j;
    const asked = by => json("--nudge", `${t.layer}.${t.head}.${t.row}.${key}=${by}`).nudges[0];
    const out = id => value("#edit-result .out-" + id);
    await page.run("document.getElementById('edit-slider').focus()");
    for (let k = 0; k < 20; k++)
        await page.press("ArrowRight");
    let real = asked("+1");
    check("twenty steps of the slider are +1",
        await page.run("document.getElementById('edit-slider').value") === "1");
    check("the first order equals explain's", near(await out("first"), real.first, 1e-9, 1e-12),
        await out("first"), real.first);
    check("the loss equals explain's", near(await out("true"), real.actual, 1e-9, 1e-11),
        await out("true"), real.actual);
    const k0 = t.keys.findIndex(k => k.j === key),
        e = t.keys.map((k, c) => Math.exp(k.s + (c === k0 ? 1 : 0))), z = e.reduce((p, q) => p + q);
    const gv = t.v.map(v => v.reduce((s, x, d) => s + x * t.g[d], 0)),
        mix = gv.reduce((s, x, c) => s + (e[c] / z - t.keys[c].a) * x, 0);
    check("softmax and mix recomputed", near(await out("mix"), mix, 1e-8, 1e-11), await out("mix"), mix);
    await page.run("document.getElementById('edit-reset').click()");
    await page.settle();
    check("reset gives no change", await out("mix") === 0 && await out("first") === 0, await out("mix"));
    await page.run("document.querySelector('[data-by=\"0.1\"]').click()");
    await page.settle();
    real = asked("+0.1");
    check("between measured points no actual value is claimed", (await text("#edit-result .out-true")) === "–",
        await text("#edit-result .out-true"), real.actual);
    check("and the text says where it was measured",
        (await text("#edit-result")).includes("measured at −3, −1, +1, +3"), await text("#edit-result"));
    check("the second order is closer than the first to the recomputed mix",
        Math.abs(await out("second") - await out("mix")) < Math.abs(await out("first") - await out("mix")));
    await page.press("ArrowLeft");
    await page.run("document.querySelector('.many').parentNode.open = true");
    await page.settle();
    await page.run("{ const s = document.querySelectorAll('.many input')[2]; s.value = 1; s.dispatchEvent(new " +
        "Event('input')); }");
    await page.settle();
    check("two edits at once have no actual value", (await text("#edit-result .out-true")) === "–",
        await text("#edit-result .out-true"));
}

// An edit that the command line measured is known to the slider; a reload keeps the sliders.
export async function measured() {
    const key = t.keys.reduce((best, k) => Math.abs(k.ds) > Math.abs(best.ds) ? k : best).j;
    const asked = json("--nudge", `${t.layer}.${t.head}.${t.row}.${key}=+0.35`);
    await page.go(other_page("nudged.html", asked) + `#tab=edit&edit=${key}:0.35`);
    check("an edit in the address is made", await page.run("document.getElementById('edit-slider').value") === "0.35");
    check("what --nudge measured counts as measured", near(await value("#edit-result .out-true"),
        asked.nudges[0].actual, 1e-12, 1e-15), await value("#edit-result .out-true"), asked.nudges[0]);
    await page.run("document.querySelector('[data-by=\"0.1\"]').click()");
    await page.settle();
    check("and no other", (await text("#edit-result .out-true")) === "–" &&
        (await text("#edit-result")).includes("−3, −1, +0.35, +1, +3"), await text("#edit-result"));
    await page.run("new Promise(f => setTimeout(f, 300))");
    await page.reload();
    check("a reload keeps the sliders", await page.run("document.getElementById('edit-slider').value") === "0.45");
    await page.go(url("page.html"));
}
