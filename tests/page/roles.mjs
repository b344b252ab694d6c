// The view of --roles: what every head does on a text, beside explain's own numbers, and the way to it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
    check, chosen, data, dir, drawn, hostile, json, model, other_page, page, prompt, run, selected, spot, text, url,
} from "./bench.mjs";
import { fits } from "./layout.mjs";

const panel = "#panel-roles", label = "heads ablated in pairs";
const rows = where => page.run(`[...document.querySelectorAll('${panel} ${where} tbody tr')].map(r => ` +
    "[...r.querySelectorAll('[data-value]')].map(c => Number(c.dataset.value)))");
const same = (x, y) => JSON.stringify(x) === JSON.stringify(y);
const sample = "the old man sat in the garden and the old man sat in the sun. ".repeat(8);

// A census in which every role is held, two heads stand in for each other, and one loss falls.
function made(r) {
    const roles = r.roles, none = roles.map(() => 0.01);
    const other = { ...data, model: { ...data.model, layers: 3, heads: 3 } };
    const head = (k, name, cost) => ({ layer: Math.floor(k / 3), head: k % 3, label: name, cost,
        share: none.map((x, i) => name && roles[i].name === name ? 0.3 + k / 20 : x) });
    const heads = [...roles.map((x, k) => head(k, x.name, k ? 0.01 * k : -0.02)), head(8, "clue", 0.005)];
    const pair = { a: [2, 1], b: [2, 2], label: "clue", both: 0.3, excess: 0.3 - heads[7].cost - 0.005,
        redundant: true };
    const apart = { a: [0, 1], b: [0, 2], label: "same", both: 0.04, excess: 0.01, redundant: false };
    return { ...other, layers: [0, 1, 2].map(() => ({ heads: [0, 1, 2].map(() => data.layers[0].heads[0]) })),
        roles: { ...r, heads, pairs: [pair, apart], pairs_left: 3 } };
}

async function shown(r) {
    check("the sentence comes first", await text(`${panel} .say`) === r.sentence, await text(`${panel} .say`));
    check("and what it was measured on", (await text(`${panel} .say.small`)).includes(r.text), r.text);
    await page.run(`document.querySelector('${panel} figure details').open = true`);
    await page.settle();
    check("the table has every head's shares and cost", same((await rows("figure")).slice(0, -1),
        r.heads.map(h => [...h.share, h.cost].filter(x => x !== null))), (await rows("figure"))[0], r.heads[0]);
    check("and chance", same((await rows("figure")).at(-1), r.roles.map(x => x.chance).filter(x => x !== null)));
    check("the picture is drawn", await drawn(`${panel} canvas`) > 3);
}

async function by_role(r) {
    await page.go(other_page("made_roles.html", made(r)));
    await page.run("State.set({ tab: 'roles' })");
    await page.settle();
    const d = made(r).roles, p = d.pairs[0];
    const pairs = await rows(`[aria-label="${label}"]`);
    check("a pair stands with each cost, their sum, and both together", pairs.length === 2 && same(pairs[0],
        [d.heads[7].cost, d.heads[8].cost, d.heads[7].cost + d.heads[8].cost, p.both, p.excess]), pairs);
    check("and how many pairs were not tried", (await text(panel)).includes("3 more pairs"));
    await page.run("document.querySelector('#panel-roles canvas').focus()");
    await page.run("State.set({ layer: 0, head: 0 })");
    await page.settle();
    const seen = [(await chosen()).slice(0, 2).join(".")];
    for (let k = 0; k < 8; k++) {
        await page.press("ArrowDown");
        seen.push((await chosen()).slice(0, 2).join("."));
    }
    check("lines go by role, the costliest first", seen.join() === "0.0,0.1,0.2,1.0,1.1,1.2,2.0,2.1,2.2", seen);
    const said = await text(`${panel} .readout`);
    check("a head's cost says who stands in for it", said.includes("2.1 stands in for it") &&
        said.includes("+0.00500 nats"), said);
    await page.run("State.set({ layer: 0, head: 1 })");
    await page.settle();
    check("another's does not", !(await text(`${panel} .readout`)).includes("stands in"));
    const size = await page.run("Figure.all.find(f => f.box.closest('#panel-roles')).zoom");
    await page.click(...(await spot(`${panel} canvas`, 60, (24 + 30 + 10) * size)).slice(0, 2));
    check("a click chooses the head", (await chosen()).slice(0, 2).join() === "0,0", await chosen());
    await fits("roles");
}

export async function roles() {
    check("without --roles there is no such view", data.roles === null &&
        await page.run("document.getElementById('tab-roles') === null"));
    await page.go(url("page.html"));
    await page.run("State.set({ tab: 'heads' })");
    await page.settle();
    const command = await text("#panel-heads .command");
    check("the heads name the command that measures it", command.endsWith("--roles --html roles.html"), command);
    writeFileSync(join(dir, "sample.txt"), sample);
    const words = ["--roles", "--text", join(dir, "sample.txt")], r = json(...words).roles;
    const alone = JSON.parse(run(["--model", model, "--json", ...words]));
    check("a report has the numbers of --roles alone", same({ ...r, model: "" }, { ...alone, model: "" }));
    run(["--model", model, "--prompt", prompt, ...words, "--html", join(dir, "roles.html")]);
    await page.go(url("roles.html"));
    await page.run("State.set({ tab: 'heads' })");
    await page.settle();
    await page.run("document.getElementById('roles-open').click()");
    check("and lead there with it", await selected() === "roles");
    await shown(r);
    await by_role(r);
    run(["--model", hostile, "--prompt", "<b>", ...words, "--html", join(dir, "hostile_roles.html")]);
    await page.go(url("hostile_roles.html") + "#tab=roles");
    check("no error in the roles", page.errors.length === 0, page.errors);
    await page.go(url("page.html"));
}
