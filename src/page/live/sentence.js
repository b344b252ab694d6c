"use strict";
// The sentence at the top: what the model does now, in words and numbers of the frame. What screen readers are told is
// the same sentence, but seldom: on pause, and every twenty seconds of training.
const Sentence = (() => {
    const { el, fill } = Dom, now = State.now, seldom = 20000;
    let told = 0, was = false;

    const quote = text => el("b", null, el("bdi", null, text));

    // The end of the prompt.
    function tail() {
        const chars = Session.watched();
        return (chars.length > 16 ? "…" : "") + chars.slice(-16).join("").replace(/\n/g, "⏎");
    }

    // The words of the row with their shares of the attention, the largest first; its characters, if it is one word.
    function looks(f) {
        const units = Frames.row(f, now.layer, now.head, State.row()).units, found = [];
        const one = Frames.word(f.chars, units.length - 1)[0] <= 1;
        for (let j = 0; j < units.length;) {
            const last = one ? j : Math.min(Frames.word(f.chars, j)[1], units.length - 1);
            found.push({ text: Frames.shown(f.chars.slice(j, last + 1)),
                a: Num.sum(units.slice(j, last + 1).map(u => u.a)) });
            j = last + 1;
        }
        return found.sort((x, y) => y.a - x.a);
    }

    function untrained(f) {
        const [most] = f.next, even = 1 / now.facts.vocab.length;
        return ["This transformer has read nothing yet: after ", quote(tail()), most.p < 1.5 * even
            ? ` each of ${now.facts.vocab.length} characters is about as likely as any other, ${Num.percent(most.p)}`
            : ` it expects ${Glyph.visible(most.char)} with ${Num.percent(most.p)}`,
        ", and where its heads look is chance. Press ", el("b", null, "Play"),
        ": it learns in this page, and you see what it looks at."];
    }

    // The word that is needed, if its reader is on the picture, with the weight that it has there.
    function needs(f) {
        const d = now.needed, row = State.row();
        if (!d || d.layer !== now.layer || d.head !== now.head || d.row !== row)
            return null;
        const a = Frames.weight(f, d.layer, d.head, row, d.first, d.last);
        const word = Frames.shown(f.chars.slice(d.first, d.last + 1));
        return ["It needs ", quote(word), ", without which ",
            quote(Glyph.visible(f.target)), ` has ${Num.percent(d.deleted)}; head ${d.layer}.${d.head} reads it at `,
            quote(Glyph.visible(f.chars[row])),
            `, with ${Num.percent(a)} of its attention.`];
    }

    function attends(f) {
        const [first, second] = looks(f);
        return [`Head ${now.layer}.${now.head} attends most to `, quote(first.text), `, ${Num.percent(first.a)}`,
            ...(second && second.a > 0.005 ? [", then to ", quote(second.text), `, ${Num.percent(second.a)}`] : []),
            "."];
    }

    function trained(f) {
        const next = f.next[0];
        return [`After ${Bar.count(f.step)} ${f.step === 1 ? "step" : "steps"} it expects `,
            quote(Glyph.visible(next.char)), ` after `, quote(tail()), `, with ${Num.percent(next.p)}. `,
            ...(needs(f) || attends(f))];
    }

    function words() {
        const f = now.frame;
        if (now.trouble)
            return [now.trouble];
        if (!f || !Session.watched().length)
            return [now.facts ? "Type a text to watch." : "Starting …"];
        return f.step === 0 ? untrained(f) : trained(f);
    }

    function tell(text) {
        const time = performance.now(), status = document.getElementById("status");
        if (now.trouble || was !== now.playing || (now.playing && time - told > seldom)) {
            if (status.textContent !== text)
                status.textContent = text;
            told = time;
        }
        was = now.playing;
    }

    function update() {
        const node = document.getElementById("sentence");
        fill(node, words());
        node.classList.toggle("trouble", now.trouble !== null);
        tell(node.textContent);
    }

    return { build: () => State.listen_slowly(update) };
})();
