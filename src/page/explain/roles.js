"use strict";
// The view of explain --roles: what every head does on a text, and what its ablation costs. All numbers were measured
// by explain (src/explain/roles/roles.h); roles_picture.js draws them.
const Roles = (() => {
    const { el, fill } = Dom, d = Data.all, r = d.roles, signed = Num.signed;
    const me = { id: "roles", name: "Roles" };

    const percent = x => ({ text: Num.percent(x), value: x });
    const name = h => `${h.layer}.${h.head}`;

    // A sentence on one head, with its stand-ins: their ablations are what its own cost does not show.
    function read(h) {
        const role = RolesPicture.role_of(h), partners = RolesPicture.partners(h).map(x => name(x.other));
        const looks = role === null ? "has none of these roles" : `${Num.percent(h.share[role])} of its attention is ` +
            `${r.roles[role].place}, by chance ${Num.percent(r.roles[role].chance)}`;
        return `layer ${h.layer}, head ${h.head}: ${looks}; ablated, the loss changes by ${signed(h.cost)} nats` +
            (partners.length ? `. That understates it: ${partners.join(", ")} stand${partners.length > 1 ? "" : "s"} ` +
            "in for it" : "");
    }

    const shares = () => ({ label: "heads on the text", head: ["head", "does", ...r.roles.map(x => x.name),
        "ablated, nats"],
    rows: [...r.heads.map(h => [name(h), h.label || "–", ...h.share.map(percent), h.cost]),
        ["chance", "", ...r.roles.map(x => percent(x.chance)), ""]] });

    function picture() {
        return Figure.make({ title: "Where each head looks, and what its ablation costs",
            caption: "Left: the share of its attention that is where the heading says; the mark is uniform " +
                "attention's share. Right: how much the loss rises on the same text with the head's output 0 " +
                "(orange: it falls). ↔ names a head that stands in for it. Click a line to see its head in the " +
                "picture above.",
            height: RolesPicture.height, draw: RolesPicture.draw, hit: RolesPicture.hit,
            pick: h => State.set({ layer: h.layer, head: h.head, key: null }), move: RolesPicture.move,
            read: h => h && h.share ? read(h) : read(RolesPicture.current()), table: shares });
    }

    // Every pair of one role that was ablated together.
    function pairs() {
        const cost = ([l, h]) => r.heads.find(x => x.layer === l && x.head === h).cost;
        return Dom.table({ label: "heads ablated in pairs", head: ["heads", "both look", "the first alone",
            "the second", "their sum", "both together", "more than the sum", "redundant"],
        rows: r.pairs.map(p => [`${p.a.join(".")} and ${p.b.join(".")}`, p.label, cost(p.a), cost(p.b),
            cost(p.a) + cost(p.b), p.both, { text: signed(p.excess), value: p.excess },
            p.redundant ? "yes" : "no"]) });
    }

    const source = () => `Measured on ${r.windows} window${r.windows === 1 ? "" : "s"} of ${r.window} characters of ` +
        `${r.text}${r.part === "validation" ? " (validation part)" : ""}` +
        (r.sentences ? `, and ${r.sentences} held-out sentences` : "") +
        (r.limited ? "; no more, because the model is large" : "") +
        `. The loss there is ${Num.show(r.loss)} nats per character.` + (d.counts ? " The counts stay in every run: " +
        "a head costs little where counting knows the same." : "");

    const redundant = () => [el("h3", null, "Heads that stand in for each other"),
        el("p", { class: "say" }, "Where two heads do the same, ablating one costs little, because the other still " +
            "does it: each cost alone understates both. So heads of one role were ablated in pairs, too. Redundant: " +
            `both together cost at least ${r.excess} nats more than the sum of each alone, and that is at least ` +
            `${100 * r.part_of_both} % of what both cost.`),
        r.pairs.length ? pairs() : el("p", { class: "say" }, "No two heads of this model have one role."),
        r.pairs_left ? el("p", { class: "say small" }, `${r.pairs_left} more pairs, with weaker roles, were not tried.`)
            : null];

    me.build = panel => {
        const what = el("p", { class: "say" }, r.sentence), big = picture();
        fill(panel, el("h2", null, "What every head does, on a whole text"), what,
            el("p", { class: "say small" }, source() + ` A head's role is where it looks most, if that is at least ` +
                `${100 * r.least} % of its attention and ${r.factor} times chance. It says where a head looks, not ` +
                "what that is good for: the cost of its ablation does."),
            big.node, redundant());
        me.figure = big;
    };

    // In the view of all heads: the way here, or the command that measures it.
    me.ask = () => r ? Dom.button("What every head does on a whole text", () => Main.show(Main.number("roles"), true),
        { id: "roles-open" }) : AskWhy.ask("What does each head do on a whole text? This makes a page that measures it",
        ["--roles", "--html", "roles.html"]);

    return me;
})();
