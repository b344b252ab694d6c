// The view of --versus: both texts, what each head moves, and the selection it opens with.
import { check, chosen, data, drawn, json, model, page, prompt, run, spot, text, url } from "./bench.mjs";

const other = "Steve has a green car so he";

export async function contrast() {
    check("without --versus there is no such view", data.versus === null &&
        await page.run("document.getElementById('tab-contrast') === null"));
    run(["--model", model, "--prompt", prompt, "--versus", other, "--html", url("versus.html").replace("file://", "")]);
    const v = json("--versus", other).versus, carrier = v.carriers[0];
    await page.size(1024);
    await page.go(url("versus.html"));
    check("the sentence heads the page", await text("#sentence") === v.sentence, await text("#sentence"));
    if (carrier)
        check("the picture opens at the head that carries it", (await chosen()).join() ===
            [carrier.layer, carrier.head, carrier.reading.row, ""].join(), await chosen(), carrier);
    await page.press("7", "Digit7");
    const lines = await page.run("[...document.querySelectorAll('#panel-contrast .mono')].map(x => x.textContent)");
    check("both texts are shown", lines.join() === [prompt, other].map(s => s.replace(/ /g, "␣")).join(), lines);
    const marks = await page.run("[...document.querySelectorAll('#panel-contrast .mono')].map(x => " +
        "[...x.querySelectorAll('mark')].map(m => m.textContent).join(''))");
    const parts = (s, from, end) => v.spans.map(x => s.slice(x[from], x[end])).join("").replace(/ /g, "␣");
    check("and what differs is marked", marks.join() === [parts(prompt, "a", "a_end"), parts(other, "b", "b_end")]
        .join() && marks[0] !== "", marks, v.spans);
    const odds = await page.run("[...document.querySelectorAll('#panel-contrast table')[0].querySelectorAll('td[data-" +
        "value]')].map(c => Number(c.dataset.value))");
    check("with the answers' probabilities", odds.join() === [...v.p_a, ...v.p_b].join(), odds, v.p_a, v.p_b);
    check("heads and positions are drawn", await drawn("#panel-contrast figure:nth-of-type(1) canvas") > 3 &&
        await drawn("#panel-contrast figure:nth-of-type(2) canvas") > 3);
    await page.run("document.querySelectorAll('#panel-contrast details').forEach(d => { d.open = true; })");
    await page.settle();
    await page.settle();
    const rows = await page.run("[...document.querySelectorAll('#panel-contrast figure:nth-of-type(1) details tbody " +
        "tr')].map(r => [...r.querySelectorAll('[data-value]')].map(c => Number(c.dataset.value)))");
    check("the table has every head's effect", JSON.stringify(rows) === JSON.stringify(v.heads.map(h =>
        [h.layer, h.head, h.into_a, h.into_b, h.last_into_a, h.last_into_b])), rows[0], v.heads[0]);
    const canvas = "#panel-contrast figure:nth-of-type(1) canvas";
    await page.click(...await spot(canvas, 62 + 74 * 1.5, 44 + 30 * 0.5));
    check("a click chooses the head", (await chosen()).slice(0, 2).join() === "0,1", await chosen());
    check("no error in the contrast", page.errors.length === 0, page.errors);
    await page.size(360, 740, true);
    await page.settle();
    check("it fits a phone", await page.run("document.documentElement.scrollWidth <= 360"));
    await page.size(1024);
    await page.go(url("page.html"));
}
