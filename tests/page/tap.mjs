// Test Anything Protocol output, and its counts.
export const tally = { count: 0, failed: 0 };

export function check(name, good, ...said) {
    console.log(`${good ? "ok" : "not ok"} ${++tally.count} - ${name}`);
    if (!good) {
        tally.failed++;
        console.log("# " + said.map(s => typeof s === "string" ? s : JSON.stringify(s)).join(" ")
            .replace(/\n/g, "\n# "));
    }
}
