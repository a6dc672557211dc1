// What a step is given as its first argument.

import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { isObject } from './argument.js';
import { describe } from './safejson.js';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'];
const MAX_EXPORTS = 64;
const MAX_EXPORT_BYTES = 65536;
const MAX_INLINE_BYTES = 1024 * 1024;

// What asks for the names of any object, not of this one.
const ASKED_OF_ALL = new Set(['then', 'toJSON', 'constructor', 'inspect']);

/**
 * The state of a process. In JavaScript it is no error to read what is not
 * there; what was read so is noted, for the case that the step fails.
 */
function newState(unset) {
    return new Proxy({}, {
        get(target, name, receiver) {
            if (typeof name === 'string' && !(name in target)
                && !ASKED_OF_ALL.has(name)) {
                unset.add(name);
            }
            return Reflect.get(target, name, receiver);
        },
    });
}

/** What lasts from one step of a process to the next. */
export class Process {
    /** Names of the state that the step has read and no step has set. */
    #unset = new Set();
    state = newState(this.#unset);
    cleanups = [];
    initializeParams = {};

    get initialized() {
        return Object.keys(this.initializeParams).length > 0;
    }

    /** A value of `initialize`, else of the environment, else null. */
    setting(part, member, variable) {
        const values = this.initializeParams[part];
        const value = isObject(values) ? values[member] : null;
        return (value ?? '') === ''
            ? process.env[variable] || null : value;
    }

    /** The values of `run` are those of another case now. */
    enter(run) {
        if (isObject(run)) {
            const { run: own } = this.initializeParams;
            this.initializeParams = { ...this.initializeParams,
                run: { ...(isObject(own) ? own : {}), ...run } };
        }
    }

    limit(member, otherwise) {
        const value = this.initializeParams.limits?.[member];
        return Number.isInteger(value) && value >= 0 ? value : otherwise;
    }

    /** A step begins: what others have read is of no interest. */
    forgetUnset() {
        if (this.#unset.size > 0) {
            this.#unset.clear();
        }
    }

    /** For a step that failed: what it missed in the state; '' is nothing. */
    tellUnset(process, exports) {
        const name = [...this.#unset].find((one) => !(one in this.state));
        if (name === undefined) {
            return '';
        }
        const [teller] = Object.entries(isObject(exports) ? exports : {})
            .find(([, values]) => isObject(values)
                && Object.hasOwn(values, name)) ?? [];
        return `no step of the '${process}' process has set ctx.state.${name},`
            + ' and each process has a state of its own. ' + (teller
            ? `The '${teller}' process has exported it:`
                + ` ctx.exported('${teller}', '${name}')`
            : `A process hands a value on with ctx.export('${name}', value);`
                + ` others read it with ctx.exported(process, '${name}')`);
    }

    /** Runs and forgets the clean-ups, last first: what went wrong. */
    async cleanUp() {
        const problems = [];
        while (this.cleanups.length > 0) {
            const { run, words } = this.cleanups.pop();
            try {
                await run(...words);
            } catch (error) {
                problems.push((run.name ? `${run.name}: ` : '')
                    + describe(error));
            }
        }
        this.state = newState(this.#unset);
        return problems;
    }
}

/**
 * One for each step. `state` is shared by all steps of the process; one that is
 * kept for another case has a new one there.
 */
export class Context {
    data = {};
    /** What the step reported so far; the server reads it. */
    #report = { logs: [], attachments: [], exports: {} };
    #process;
    #run;
    #send;
    #started = performance.now();
    #scenario;
    #step;

    constructor(params, argument, process, run, send) {
        this.#process = process;
        process.forgetUnset();
        this.#run = run;
        this.#send = send;
        this.#scenario = isObject(params.context) ? params.context : {};
        this.#step = params;
        this.dataTable = argument.dataTable;
        this.docString = argument.docString;
    }

    /** For the server: logs, attachments and exports of a context. */
    static reportOf(context) {
        return context.#report;
    }

    /** For the server: what to tell a step that failed, or ''. */
    static hintOf(context) {
        return context.#process.tellUnset(context.process,
            context.#scenario.exports);
    }

    // Where and what the step is

    get state() {
        return this.#process.state;
    }

    get process() {
        return this.#step.process ?? null;
    }

    /** null in a hook that is not of a step. */
    get step() {
        return this.#step.step ?? null;
    }

    /** In a hook: what the case has come to so far; else null. */
    get status() {
        return this.#step.status ?? null;
    }

    get stepType() {
        return this.#step.stepType ?? null;
    }

    /** The request's `context` as it came. */
    get scenario() {
        return this.#scenario;
    }

    get tags() {
        return [...(this.#scenario.tags ?? [])];
    }

    get options() {
        return this.#process.initializeParams.options ?? {};
    }

    get platform() {
        return this.#process.setting('process', 'platform', 'MPRUN_PLATFORM')
            ?? this.#scenario.platform ?? null;
    }

    /** 1 when the process first started in the case, 2 after a restart. */
    get incarnation() {
        return Number(this.#process.setting(
            'process', 'incarnation', 'MPRUN_INCARNATION') ?? 1);
    }

    /** The case's seed as a string, or null. */
    get seed() {
        const seed = this.#process.setting('run', 'seed', 'MPRUN_SEED');
        return seed === null ? null : String(seed);
    }

    get sharedDir() {
        return this.#required('sharedDir', 'MPRUN_SHARED_DIR');
    }

    get ipcPrefix() {
        return this.#required('ipcPrefix', 'MPRUN_IPC_PREFIX');
    }

    get artifactDir() {
        return this.#required('artifactDir', 'MPRUN_ARTIFACT_DIR');
    }

    #required(member, variable) {
        const value = this.#process.setting('run', member, variable);
        if (value === null) {
            throw new Error(`the runner gave no ${member}: neither`
                + ` run.${member} of initialize nor ${variable}`);
        }
        return value;
    }

    // Reporting

    log(message, level = 'info') {
        if (!LEVELS.includes(level)) {
            throw new RangeError(`unknown log level '${describe(level)}';`
                + ` there are ${LEVELS.join(', ')}`);
        }
        const entry = { time: new Date().toISOString(), level,
            message: describe(message) };
        if (!this.#send(entry, this.#run)) {
            // At the bare level a log line is a string.
            this.#report.logs.push(this.#process.initialized ? entry
                : `[${level.toUpperCase()}] ${entry.message}`);
        }
    }

    attach(body, name = 'attachment', mediaType = null) {
        const isText = typeof body === 'string';
        const bytes = isText ? Buffer.from(body) : bytesOf(body);
        const most = this.#process.limit(
            'maxInlineAttachmentBytes', MAX_INLINE_BYTES);
        const kept = bytes.length > most
            ? { path: this.#save(String(name), bytes) }
            : { encoding: isText ? 'identity' : 'base64',
                body: isText ? body : bytes.toString('base64') };
        this.#report.attachments.push({ name: String(name),
            mediaType: mediaType
                ?? (isText ? 'text/plain' : 'application/octet-stream'),
            ...kept });
    }

    #save(name, bytes) {
        const safe = name.replace(/[^\p{L}\p{N}._-]/gu, '_')
            .replace(/^\.+/, '') || 'attachment';
        const folder = this.artifactDir;
        fs.mkdirSync(folder, { recursive: true });
        for (let number = 1; ; number++) {
            const file = number === 1 ? safe : `${number}-${safe}`;
            try {
                fs.writeFileSync(path.join(folder, file), bytes,
                    { flag: 'wx' });
                return file;
            } catch (error) {
                if (error.code !== 'EEXIST') {
                    throw error;
                }
            }
        }
    }

    export(key, value) {
        const all = { ...this.#report.exports, [String(key)]: String(value) };
        const bytes = Object.entries(all).flat().reduce(
            (sum, text) => sum + Buffer.byteLength(text), 0);
        if (Object.keys(all).length > MAX_EXPORTS
            || bytes > MAX_EXPORT_BYTES) {
            throw new RangeError(`a process may export ${MAX_EXPORTS} values,`
                + ` together ${MAX_EXPORT_BYTES} bytes`);
        }
        this.#report.exports = all;
    }

    exported(process, key, ...otherwise) {
        const values = this.#scenario.exports?.[process];
        if (isObject(values) && Object.hasOwn(values, key)) {
            return values[key];
        }
        if (otherwise.length > 0) {
            return otherwise[0];
        }
        throw new Error(
            `the '${process}' process has exported no '${key}' so far: a step of`
            + ` it has to call ctx.export('${key}', value) before this one`);
    }

    // The end

    defer(run, ...words) {
        if (typeof run !== 'function') {
            throw new TypeError('defer needs a function');
        }
        this.#process.cleanups.push({ run, words });
    }

    get signal() {
        return this.#run.signal;
    }

    get cancelled() {
        return this.#run.isCancelled;
    }

    checkpoint() {
        if (this.cancelled) {
            this.signal.throwIfAborted();
        }
    }

    /** Milliseconds until the runner's timeout, or null if it gave none. */
    remaining() {
        const budget = this.#scenario.timeoutMs;
        if (typeof budget !== 'number' || budget <= 0) {
            return null;
        }
        return Math.max(0, budget - (performance.now() - this.#started));
    }

    async sleep(milliseconds) {
        await delay(milliseconds, undefined, { signal: this.signal });
    }
}

function bytesOf(body) {
    if (ArrayBuffer.isView(body)) {
        return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    }
    if (body instanceof ArrayBuffer) {
        return Buffer.from(body);
    }
    throw new TypeError('what is attached must be a string or bytes');
}
