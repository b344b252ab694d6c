"use strict";
// The system that a module sees (WASI, snapshot preview 1): files in memory, two streams for words, a clock. In a
// worker and in node. Everything in here is Wasi; a page's worker has this file before its own.
const Wasi = (() => {
    const OK = 0, BADF = 8, EXIST = 20, INVAL = 28, NOENT = 44, NOSYS = 52, SPIPE = 70;
    const DIRECTORY = 3, FILE = 4, TERMINAL = 2;
    const CREATE = 1, EXCLUSIVE = 4, TRUNCATE = 8, APPEND = 1;          // path_open's flags, and fdflags'
    const STREAMS = 3, ROOT = 3;

    class Exit extends Error {
        constructor(code) {
            super(`exit ${code}`);
            this.code = code;
        }
    }

    // One file: `data` may be longer than its `size`.
    class File {
        constructor(bytes = new Uint8Array(0)) {
            this.data = bytes;
            this.size = bytes.length;
        }
        resize(size) {
            if (size > this.data.length) {
                const data = new Uint8Array(Math.max(size, 2 * this.data.length));
                data.set(this.data.subarray(0, this.size));
                this.data = data;
            } else if (size < this.size) {
                this.data = this.data.slice(0, size);
            }
            this.size = size;
        }
        write(at, bytes) {
            if (at + bytes.length > this.size)
                this.resize(at + bytes.length);
            this.data.set(bytes, at);
        }
        bytes() { return this.data.slice(0, this.size); }
    }

    const clean = path => "/" + path.split("/").filter(part => part && part !== ".").join("/");

    // The files by path. The page writes a text and reads a model here.
    class Files {
        constructor() {
            this.files = new Map();
            this.folders = new Set(["/"]);
        }
        has(path) { return this.files.has(clean(path)); }
        write(path, bytes) { this.files.set(clean(path), new File(bytes.slice())); }
        read(path) { return this.files.has(clean(path)) ? this.files.get(clean(path)).bytes() : null; }
        remove(path) { return this.files.delete(clean(path)); }
        // the paths of all files below a folder
        names(folder = "/") {
            const start = clean(folder) === "/" ? "/" : clean(folder) + "/";
            return [...this.files.keys()].filter(name => name.startsWith(start));
        }
        isFolder(path) { return this.folders.has(clean(path)) || this.names(path).length > 0; }
    }

    // What a module imports. say(text, fd) receives what it writes to its streams.
    class Host {
        constructor(args, files, say) {
            this.args = args.map(arg => new TextEncoder().encode(arg + "\0"));
            this.files = files;
            this.say = say;
            this.open = new Map([[ROOT, { folder: true }]]);
            this.next = ROOT + 1;
        }
        view() { return new DataView(this.memory.buffer); }
        bytes(p, n) { return new Uint8Array(this.memory.buffer, p, n); }
        text(p, n) { return new TextDecoder().decode(this.bytes(p, n)); }
        path(p, n) { return clean(this.text(p, n)); }
        put32(p, x) { this.view().setUint32(p, x, true); return OK; }
        put64(p, x) { this.view().setBigUint64(p, BigInt(x), true); return OK; }

        // fills in a filestat
        stat(p, type, size) {
            this.bytes(p, 64).fill(0);
            this.view().setUint8(p + 16, type);
            this.put64(p + 24, 1);
            return this.put64(p + 32, size);
        }
        // calls f with the memory of each of the n vectors until it returns less than it was given; the sum in *done
        each(vectors, n, done, f) {
            let sum = 0;
            for (let i = 0; i < n; i++) {
                const view = this.view(), p = view.getUint32(vectors + 8 * i, true);
                const length = view.getUint32(vectors + 8 * i + 4, true), moved = f(this.bytes(p, length));
                sum += moved;
                if (moved < length)
                    break;
            }
            return this.put32(done, sum);
        }
        file(fd) {
            const open = this.open.get(fd);
            return open && !open.folder ? open : null;
        }

        args_sizes_get(n, size) {
            this.put32(n, this.args.length);
            return this.put32(size, this.args.reduce((sum, arg) => sum + arg.length, 0));
        }
        args_get(pointers, p) {
            for (const arg of this.args) {
                this.put32(pointers, p);
                this.bytes(p, arg.length).set(arg);
                pointers += 4;
                p += arg.length;
            }
            return OK;
        }
        environ_sizes_get(n, size) { this.put32(n, 0); return this.put32(size, 0); }
        environ_get() { return OK; }
        clock_time_get(id, precision, p) {
            return this.put64(p, Math.round((id === 0 ? Date.now() : performance.now()) * 1e6));
        }
        random_get(p, n) {
            for (let at = 0; at < n; at += 65536)
                crypto.getRandomValues(this.bytes(p + at, Math.min(65536, n - at)));
            return OK;
        }
        proc_exit(code) { throw new Exit(code); }
        sched_yield() { return OK; }

        fd_prestat_get(fd, p) {
            if (fd !== ROOT)
                return BADF;
            this.put32(p, 0);
            return this.put32(p + 4, 1);
        }
        fd_prestat_dir_name(fd, p) { this.bytes(p, 1)[0] = "/".charCodeAt(0); return OK; }
        fd_fdstat_get(fd, p) {
            if (fd >= STREAMS && !this.open.has(fd))
                return BADF;
            this.bytes(p, 24).fill(0);
            this.view().setUint8(p, fd < STREAMS ? TERMINAL : this.open.get(fd).folder ? DIRECTORY : FILE);
            this.bytes(p + 8, 16).fill(255);                        // all rights
            return OK;
        }
        fd_fdstat_set_flags() { return OK; }
        fd_filestat_get(fd, p) {
            const open = this.open.get(fd);
            if (fd < STREAMS)
                return this.stat(p, TERMINAL, 0);
            return open ? this.stat(p, open.folder ? DIRECTORY : FILE, open.folder ? 0 : open.file.size) : BADF;
        }
        fd_filestat_set_size(fd, size) {
            const open = this.file(fd);
            if (open)
                open.file.resize(Number(size));
            return open ? OK : BADF;
        }
        fd_sync() { return OK; }
        fd_close(fd) { return this.open.delete(fd) ? OK : BADF; }
        fd_read(fd, vectors, n, done) {
            const open = this.file(fd);
            if (fd === 0)
                return this.put32(done, 0);                         // the end of an empty input
            if (!open)
                return BADF;
            return this.each(vectors, n, done, memory => {
                const length = Math.max(0, Math.min(memory.length, open.file.size - open.at));
                memory.set(open.file.data.subarray(open.at, open.at + length));
                open.at += length;
                return length;
            });
        }
        fd_write(fd, vectors, n, done) {
            const open = this.file(fd);
            if (!open && (fd < 1 || fd >= STREAMS))
                return BADF;
            return this.each(vectors, n, done, memory => {
                if (!open) {
                    this.say(new TextDecoder().decode(memory), fd);
                    return memory.length;
                }
                if (open.append)
                    open.at = open.file.size;
                open.file.write(open.at, memory);
                open.at += memory.length;
                return memory.length;
            });
        }
        fd_seek(fd, offset, whence, p) {
            const open = this.file(fd);
            if (!open)
                return fd < STREAMS ? SPIPE : BADF;
            const at = Number(offset) + (whence === 1 ? open.at : whence === 2 ? open.file.size : 0);
            if (at < 0)
                return INVAL;
            open.at = at;
            return this.put64(p, at);
        }
        path_create_directory(fd, p, n) {
            const path = this.path(p, n);
            if (this.files.isFolder(path) || this.files.files.has(path))
                return EXIST;
            this.files.folders.add(path);
            return OK;
        }
        path_filestat_get(fd, flags, p, n, out) {
            const path = this.path(p, n), file = this.files.files.get(path);
            if (!file && !this.files.isFolder(path))
                return NOENT;
            return this.stat(out, file ? FILE : DIRECTORY, file ? file.size : 0);
        }
        path_open(fd, lookup, p, n, flags, rights, inherited, fdflags, out) {
            const path = this.path(p, n), files = this.files.files;
            if (this.files.isFolder(path)) {
                this.open.set(this.next, { folder: true });
                return this.put32(out, this.next++);
            }
            if (!files.has(path) && !(flags & CREATE))
                return NOENT;
            if (files.has(path) && flags & EXCLUSIVE)
                return EXIST;
            if (!files.has(path) || flags & TRUNCATE)
                files.set(path, new File());
            this.open.set(this.next, { file: files.get(path), at: 0, append: (fdflags & APPEND) !== 0 });
            return this.put32(out, this.next++);
        }
        path_rename(fd, p, n, fd2, q, m) {
            const from = this.path(p, n), files = this.files.files;
            if (!files.has(from))
                return NOENT;
            const file = files.get(from);
            files.delete(from);
            files.set(this.path(q, m), file);
            return OK;
        }
        path_unlink_file(fd, p, n) { return this.files.files.delete(this.path(p, n)) ? OK : NOENT; }
    }

    // Its instance; calls that the host does not have answer "not supported".
    function instance(module, host) {
        const calls = {};
        for (const { name } of WebAssembly.Module.imports(module))
            calls[name] = typeof host[name] === "function" ? host[name].bind(host) : () => NOSYS;
        const made = new WebAssembly.Instance(module, { wasi_snapshot_preview1: calls });
        host.memory = made.exports.memory;
        return made;
    }

    // Runs a program with its arguments; returns its exit code.
    function run(module, args, files, say = () => {}) {
        try {
            instance(module, new Host(args, files, say)).exports._start();
            return 0;
        } catch (error) {
            if (error instanceof Exit)
                return error.code;
            throw error;
        }
    }

    // A module whose functions are called from here: {exports, files, text(p): the string at p, put(text): its address,
    // from heed_alloc, for heed_free}.
    function load(module, files = new Files(), say = () => {}) {
        const host = new Host(["heed"], files, say), exports = instance(module, host).exports;
        exports._initialize();
        const text = p => {
            const memory = new Uint8Array(exports.memory.buffer);
            return new TextDecoder().decode(memory.subarray(p, memory.indexOf(0, p)));
        };
        const put = string => {
            const bytes = new TextEncoder().encode(string + "\0"), p = exports.heed_alloc(bytes.length);
            if (!p)
                throw new Error(`out of memory: ${bytes.length} bytes for a string`);
            host.bytes(p, bytes.length).set(bytes);
            return p;
        };
        return { exports, files, text, put };
    }

    // The bytes of the same module twice: with relaxed SIMD where this engine has it and fuses multiply-adds, else
    // without. The result of load, and `fused`.
    async function choose(relaxed, plain, files = new Files(), say = () => {}) {
        if (WebAssembly.validate(relaxed)) {
            const loaded = load(await WebAssembly.compile(relaxed), files, say);
            if (loaded.text(loaded.exports.heed_kernels()) === "wasm")
                return { ...loaded, fused: true };
        }
        const loaded = load(await WebAssembly.compile(plain), files, say);
        loaded.exports.heed_kernels();
        return { ...loaded, fused: false };
    }

    return { Files, run, load, choose };
})();
if (typeof module !== "undefined")
    module.exports = Wasi;
