// A headless Chromium driven over a pipe (file descriptors 3 and 4, NUL-terminated messages), without packages or
// ports. Records every console error, exception, refused load and request.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--remote-debugging-pipe"];

export async function open_browser(program) {
    const folder = mkdtempSync(join(tmpdir(), "heed-page-"));
    const child = spawn(program, [...flags, `--user-data-dir=${folder}`, "about:blank"],
        { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const waiting = new Map(), listeners = [];
    let last = 0, rest = Buffer.alloc(0), gone = false;

    child.stdio[4].on("data", data => {
        rest = Buffer.concat([rest, data]);
        for (let end; (end = rest.indexOf(0)) >= 0; rest = rest.subarray(end + 1))
            hear(JSON.parse(rest.subarray(0, end)));
    });
    child.on("exit", () => {
        gone = true;
        waiting.forEach(w => w.no(new Error("the browser exited")));
    });
    child.stdio[3].on("error", () => {});

    function hear(m) {
        const w = waiting.get(m.id);
        waiting.delete(m.id);
        if (!w)
            listeners.forEach(f => f(m));
        else if (m.error)
            w.no(new Error(m.error.message));
        else
            w.yes(m.result);
    }

    function send(method, params = {}, sessionId = undefined) {
        if (gone)
            return Promise.reject(new Error("the browser exited"));
        const id = ++last;
        child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
        return new Promise((yes, no) => waiting.set(id, { yes, no }));
    }

    async function close() {
        const ended = new Promise(yes => gone ? yes() : child.once("exit", yes));
        await send("Browser.close").catch(() => child.kill());
        await ended;
        rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    }

    return { open_page: () => open_page(send, f => listeners.push(f)), close };
}

// A tab: go(url), run(source) -> value, press(key), click(x, y), errors, size(), dark().
async function open_page(send, listen) {
    const { targetId } = await send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
    const call = (method, params) => send(method, params, sessionId);
    const page = { call, errors: [], requests: [] };
    let loaded = () => {};
    listen(m => {
        if (m.sessionId !== sessionId)
            return;
        const p = m.params;
        if (m.method === "Runtime.exceptionThrown")
            page.errors.push(p.exceptionDetails.exception?.description || p.exceptionDetails.text);
        else if (m.method === "Runtime.consoleAPICalled" && ["error", "warning", "assert"].includes(p.type))
            page.errors.push(p.args.map(a => a.value || a.description).join(" "));
        else if (m.method === "Log.entryAdded" && p.entry.level === "error")
            page.errors.push(p.entry.text);
        else if (m.method === "Network.requestWillBeSent")
            page.requests.push(p.request.url);
        else if (m.method === "Page.javascriptDialogOpening")
            page.errors.push("a dialog opened: " + p.message);
        else if (m.method === "Page.loadEventFired")
            loaded();
    });
    for (const domain of ["Page", "Runtime", "Log", "Network"])
        await call(domain + ".enable");

    // Pages draw in the next animation frame. On a machine with much else to do, a browser may leave frames out.
    page.settle = () => page.run("new Promise(f => { setTimeout(f, 3000); requestAnimationFrame(() => " +
        "requestAnimationFrame(() => f(true))); })");
    page.run = async source => {
        const r = await call("Runtime.evaluate",
            { expression: source, awaitPromise: true, returnByValue: true });
        if (r.exceptionDetails)
            throw new Error(r.exceptionDetails.exception?.description || r.exceptionDetails.text);
        return r.result.value;
    };
    page.go = async url => {
        page.errors.length = page.requests.length = 0;
        const done = new Promise(f => { loaded = f; });
        await call("Page.navigate", { url });
        await done;
        await page.settle();
    };
    page.reload = async () => {
        const done = new Promise(f => { loaded = f; });
        await call("Page.reload");
        await done;
        await page.settle();
        await page.settle();
    };
    page.press = async (key, code = key) => {
        const text = key.length === 1 ? key : undefined;
        await call("Input.dispatchKeyEvent", { type: "keyDown", key, code, text });
        await call("Input.dispatchKeyEvent", { type: "keyUp", key, code });
        await page.settle();
    };
    page.click = async (x, y) => {
        for (const type of ["mouseMoved", "mousePressed", "mouseReleased"])
            await call("Input.dispatchMouseEvent",
                { type, x, y, button: type === "mouseMoved" ? "none" : "left", clickCount: 1 });
        await page.settle();
    };
    page.size = (width, height = 900, mobile = false) => call("Emulation.setDeviceMetricsOverride",
        { width, height, deviceScaleFactor: 1, mobile });
    page.dark = on => call("Emulation.setEmulatedMedia",
        { features: [{ name: "prefers-color-scheme", value: on ? "dark" : "light" }] });
    page.shot = async () => Buffer.from((await call("Page.captureScreenshot",
        { format: "png", captureBeyondViewport: true })).data, "base64");
    return page;
}
