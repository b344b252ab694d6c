// What hands do: keys, typing in place, looking back, a fork, hard attention, saving and opening.
import { check, fresh, letter, letters, move, near, page, press, prompt, state, text, train, until } from "./bench.mjs";

async function typed() {
    await page.run("State.choose({ row: null, key: null })");
    await page.run("(e => { e.focus(); e.setSelectionRange(99, 99); })(document.getElementById('prompt'))");
    for (const c of " dr")
        await page.press(c, c === " " ? "Space" : "Key" + c.toUpperCase());
    await until(`State.now.frame.n === ${prompt.length + 3}`);
    const shown = await letters();
    check("what is typed is drawn, and watched", shown === (prompt + " dr").replace(/ /g, "␣"), shown);
    const [input, drawn] = await page.run(`(() => {
        const e = document.getElementById("prompt"), r = e.getBoundingClientRect(), s = getComputedStyle(e);
        const x = document.querySelectorAll(".mirror .c text")[10].getBoundingClientRect(), c = document
            .createElement("canvas").getContext("2d");
        c.font = s.font;
        const step = c.measureText("0").width + parseFloat(s.letterSpacing);
        return [r.left + parseFloat(s.paddingLeft) + 10 * step + c.measureText("0").width / 2, x.left + x.width / 2];
    })()`);
    check("the input's letters stand where the picture's do", Math.abs(input - drawn) < 2, input, drawn);
    await move("ArrowLeft");
    const { key } = await state("key");
    check("Left moves the selected letter", key === prompt.length + 1, key);
    await page.press("ArrowUp");
    await until("State.now.effect !== null");
    const { change } = await state("change");
    check("Up raises its score", change && change.kind === "score" && change.j === key && change.by === 0.25, change);
    await page.press("Escape");
    await until("State.now.change === null");
    await page.run(`Session.type(${JSON.stringify(prompt)}, " ")`);
}

async function keys() {
    await page.run("document.activeElement.blur()");
    const { step } = await state("step");
    await page.press(".", "Period");
    check("a full stop makes one step", await until(`State.now.step === ${step + 1}`, 10), await state("step"));
    await page.press(" ", "Space");
    check("space plays", (await state("playing")).playing);
    await until(`State.now.step > ${step + 3}`);
    await page.press(" ", "Space");
    await until("!State.now.playing");
    check("and pauses", (await text("#play")).includes("Go on"), await text("#play"));
    await page.run("document.querySelector('.thumb[tabindex=\"0\"]').focus()");
    const before = await state("layer, head");
    await page.press(before.head ? "ArrowLeft" : "ArrowRight");
    const after = await state("layer, head");
    const focused = await page.run("document.activeElement.dataset.head");
    check("arrows choose a head", after.head !== before.head && focused === `${after.layer}.${after.head}`,
        before, after);
}

async function looks_back() {
    const { step } = await state("step");
    const then = await page.run("Session.seek(0).then(() => State.now.frame.loss)");
    check("time can be turned back", (await state("frame")).frame.step === 0 && near(then, Math.log(await page.run(
        "State.now.facts.vocab.length")), 1e-6), then);
    check("and everything follows", await until(`document.querySelector(".meter").textContent.includes("step 0") &&
        document.getElementById("sentence").textContent.includes("has read nothing yet")`, 5), await text(".meter"));
    const box = await page.run("(c => { c.scrollIntoView({ block: 'center' }); const r = c.getBoundingClientRect(); " +
        "return [r.left, r.top, r.width]; })(document.querySelector('#curve canvas'))");
    await page.click(box[0] + 47 + (box[2] - 142) * 20 / await page.run("State.now.facts.steps"), box[1] + 60);
    await until("State.now.sought !== null && State.now.sought > 0 && State.now.frame.step > 0");
    check("a click on the curve goes there", Math.abs((await state("sought")).sought - 20) <= 6, await state("sought"));
    await page.run("document.getElementById('scrub').focus()");
    const { sought } = await state("sought");
    await move("ArrowLeft");
    await until(`State.now.sought === ${sought - 1}`, 10);
    check("keys move it", (await state("sought")).sought === sought - 1, await state("sought"));
    await page.run("Session.seek(null)");
    check("and forward again", await until(`State.now.frame.step === ${step}`, 20), await state("sought"));
}

const slide = value => page.run(`(r => { r.value = ${value}; r.dispatchEvent(new Event("input")); })(
    document.querySelector(".all input[type=range]"))`);

async function hard() {
    await slide(99);
    await until("State.now.frame.push.every(x => x === 0)", 20);
    const [most, ones] = await page.run("[Math.max(...State.now.frame.push.map(Math.abs)), " +
        "[...State.now.frame.weights].every(a => a === 0 || a === 1)]");
    check("at temperature 0 attention is hard, and nothing is pushed", most === 0 && ones, most, ones);
    await until("document.querySelector('.mirror').textContent.includes('hard maximum has no slope')", 10);
    check("which is said", (await text(".mirror")).includes("hard maximum has no slope"), await text(".mirror"));
    await slide(0);
    await until("State.now.frame.push.some(x => x !== 0)", 20);
}

async function forked() {
    const { step } = await state("step");
    await page.run("State.set({ key: 12 })");
    await page.settle();
    await press("Mask");
    await until("State.now.effect !== null");
    await page.settle();
    check("a word is masked", (await text(".effect")).startsWith("With 'green' masked the loss changes by"),
        await text(".effect"));
    await page.run("document.querySelector('button.fork').click()");
    await until(`State.now.forked && State.now.frames[1] && State.now.frames[1].step > ${step + 5}`);
    await page.run("Session.pause()");
    await until("document.querySelector('.verdict').textContent.includes('steps head')", 10);
    const a = await page.run("Frames.weight(State.now.frames[1], 0, 0, 24, 10, 14)");
    check("the fork never attends to it", a === 0, a);
    const rows = await page.run("Session.runs.map(r => r.length)");
    check("both curves go on", rows[0] > step + 3 && rows[1] > 3, rows);
    check("the verdict has both runs", /without it|first run/.test(await text(".verdict")), await text(".verdict"));
    await page.run("document.querySelector('.both input').click()");
    await until("State.now.frame.run === 0");
    check("the first run can be shown", (await page.run("Frames.weight(State.now.frame, 0, 0, 24, 10, 14)")) > 0);
    await page.run("Session.drop()");
    await until("State.now.forked === null");
    check("and the fork dropped", await page.run("document.querySelector('.both').childNodes.length") === 0);
}

async function saves() {
    const loss = await page.run("State.now.frame.loss");
    await page.run("Engine.save().then(bytes => Session.open(bytes))");
    await until("State.now.opened && State.now.frame !== null");
    check("a saved model opens with the same loss", near(await page.run("State.now.frame.loss"), loss, 1e-9), loss);
    const { step } = await state("step");
    await train(step + 5);
    check("and is trained on", (await state("step")).step >= step + 5 && !(await state("opened")).opened,
        await state("step, trouble"));
    await page.run("Engine.save().then(bytes => Session.type('Tom \u4e2d has', null).then(() => Session.open(bytes)))");
    await until("State.now.opened && State.now.frame !== null && State.now.frame.n === 8");
    check("what a model cannot read of the prompt is left out", (await state("prompt")).prompt === "Tom  has",
        await state("prompt, trouble"));
    await page.run("Session.open(new TextEncoder().encode('no model')).catch(Session.trouble)");
    await until("State.now.trouble !== null");
    check("another file is refused in a sentence", await until(
        "document.getElementById('sentence').textContent.includes('not a model file')", 5), await text("#sentence"));
}

// What is chosen is in the address, and a reload shows it.
async function address() {
    await fresh({ target: " " });
    await page.run("State.set({ layer: 1, head: 1 })");
    await page.run("Session.type('Ann has', ' ')");
    await until("location.hash.includes('prompt=Ann+has&') && location.hash.includes('head=1.1')", 10);
    await page.reload();
    await until("State.now.frame !== null");
    const s = await state("prompt, layer, head, target");
    check("a reload shows the same", s.prompt === "Ann has" && s.layer === 1 && s.head === 1 && s.target === " ", s);
    await page.click(...await letter(4));
    check("a letter of it can be clicked", (await state("key")).key === 4, await state("key"));
}

export const hands = [typed, keys, looks_back, hard, forked, saves, address];
