// The protocol: requests in, answers out.
//
// Requests are answered one after the other, in their order; a cancel acts at
// once. The end of input ends the server in every state.

import fs from 'node:fs';

import { BadArgument, isObject, parseArgument } from './argument.js';
import { listDefinitions, matchSteps } from './catalog.js';
import { MAX_MESSAGE_BYTES } from './channel.js';
import { Process } from './context.js';
import { StepRun, execute, executeHook } from './execute.js';
import { decode, describe } from './safejson.js';

const VERSION = '0.1.0';
const PROTOCOL_VERSION = 1;
const END_GRACE_MS = 1000;
const END_REASON = 'the runner has closed stdin';

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;
const UNSUPPORTED_VERSION = 1002;
const CANCELLED = 1003;
const SHUTTING_DOWN = 1005;
const WRONG_PROCESS = 1006;
const MESSAGE_TOO_LARGE = 1007;

/** Becomes the `error` member of an answer. */
class RpcError extends Error {
    constructor(code, message, data) {
        super(message);
        this.code = code;
        this.data = data;
    }

    toJSON() {
        return { code: this.code, message: this.message, data: this.data };
    }
}

/** One connection to the runner; create, then await serve(). */
export class Server {
    #registry;
    #channel;
    #process = new Process();
    #queue = [];
    #busy = false;
    #current = null;
    #ending = false;
    #closing = false;
    #initialized = false;
    #liveLogs = false;
    #finish;
    #about;
    #methods = {
        initialize: (params) => this.#initialize(params),
        health: () => this.#health(),
        ping: () => this.#health(),
        executeStep: (params) => this.#executeStep(params),
        executeHook: (params) => this.#executeHook(params),
        matchSteps: (params) => this.#matchSteps(params),
        listStepDefinitions: () => this.#listStepDefinitions(),
        scenarioStarted: (params) => this.#scenarioStarted(params),
        scenarioFinished: () => this.#release(),
        shutdown: () => this.#shutdown(),
    };

    /** about: what a server made of this one says of itself. */
    constructor(registry, channel, about = {}) {
        this.#about = about;
        this.#registry = registry;
        this.#channel = channel;
    }

    /**
     * Answers requests until input ends, the first one when loaded resolves.
     * Gives the name of the signal that ended it, or null.
     */
    async serve(loaded) {
        const finished = new Promise((resolve) => {
            this.#finish = resolve;
        });
        for (const name of ['SIGTERM', 'SIGINT']) {
            process.once(name, () => this.#finish(name));
        }
        process.on('uncaughtException', (error) => this.#uncaught(error));
        this.#queue.push({ wait: loaded });
        this.#channel.start({
            onLine: (line) => this.#takeLine(line),
            onEnd: () => this.#takeEnd(),
            onBroken: () => this.#finish(null),
        });
        this.#pump();
        const signal = await finished;
        // From here on a signal does what it always does.
        ['SIGTERM', 'SIGINT'].forEach((name) =>
            process.removeAllListeners(name));
        this.#current?.run?.cancel('the server is asked to end');
        await this.#cleanUp();
        return signal;
    }

    async #cleanUp() {
        const problems = await Promise.race([this.#process.cleanUp(),
            afterGrace(['it takes too long'])]);
        for (const problem of problems) {
            process.stderr.write(`mprun: clean-up failed: ${problem}\n`);
        }
    }

    /** Thrown where no step could catch it: in a callback, in a promise. */
    #uncaught(error) {
        if (this.#current?.run) {
            this.#current.run.fail(error);
            return;
        }
        fs.writeSync(2, `mprun: uncaught while no step was running: ${
            describe(error?.stack ?? error)}\n`);
        process.exit(1);
    }

    // What comes

    #takeLine(line) {
        if (line === null) {
            this.#enqueue({ error: new RpcError(MESSAGE_TOO_LARGE,
                `the message is longer than ${MAX_MESSAGE_BYTES} bytes`) });
            return;
        }
        let message;
        try {
            message = decode(line);
        } catch (error) {
            this.#enqueue({ error: new RpcError(PARSE_ERROR,
                `no JSON: ${error.message}`) });
            return;
        }
        if (isCancel(message)) {
            this.#cancel(message.params);
        } else {
            this.#enqueue({ message, key: keyOf(message?.id) });
        }
    }

    #enqueue(entry) {
        this.#queue.push(entry);
        this.#pump();
    }

    #cancel(params) {
        if (!isObject(params) || !('id' in params)) {
            return;
        }
        const key = keyOf(params.id);
        const reason = describe(params.reason ?? 'cancelled');
        if (this.#current?.key === key) {
            this.#current.run?.cancel(reason);
            return;
        }
        const queued = this.#queue.find((entry) => entry.key === key);
        if (queued) {
            queued.cancelled = reason;
        }
    }

    /** What was asked for is still answered, soon. */
    #takeEnd() {
        this.#enqueue({ end: true });
        setTimeout(() => {
            this.#ending = true;
            this.#current?.run?.cancel(END_REASON);
            setTimeout(() => this.#finish(null), END_GRACE_MS);
        }, END_GRACE_MS);
    }

    // One request after the other

    async #pump() {
        if (this.#busy) {
            return;
        }
        this.#busy = true;
        while (this.#queue.length > 0) {
            const entry = this.#queue.shift();
            if (entry.end) {
                this.#finish(null);
            } else if (entry.wait) {
                await entry.wait;
            } else if (entry.error) {
                this.#send(null, { error: entry.error });
            } else {
                await this.#answer(entry);
            }
        }
        this.#busy = false;
    }

    async #answer(entry) {
        const { message } = entry;
        const id = isObject(message) ? message.id ?? null : null;
        let outcome;
        try {
            const { method, params } = checkEnvelope(message);
            if (!('id' in message)) {
                return;
            }
            this.#current = { id, key: entry.key, run: null };
            outcome = { result: await this.#run(entry, method, params) };
        } catch (error) {
            outcome = { error: error instanceof RpcError ? error
                : new RpcError(INTERNAL_ERROR, describe(error)) };
        }
        this.#send(id, outcome);
    }

    #run(entry, method, params) {
        const reason = this.#ending ? END_REASON : entry.cancelled;
        if (reason !== undefined) {
            throw new RpcError(CANCELLED, `cancelled: ${reason}`);
        }
        if (!Object.hasOwn(this.#methods, method)) {
            throw new RpcError(METHOD_NOT_FOUND, `unknown method: ${method}`);
        }
        if (this.#closing) {
            throw new RpcError(SHUTTING_DOWN, 'the server is shutting down');
        }
        return this.#methods[method](params);
    }

    /** After its answer nothing speaks of the request any more. */
    #send(id, outcome) {
        this.#current = null;
        this.#channel.write({ jsonrpc: '2.0', id, ...outcome });
    }

    /** Sends a log line now; false: it belongs into the step's result. */
    #sendLog(entry, run) {
        const running = this.#current !== null && this.#current.run === run;
        if (!this.#liveLogs) {
            return !running;
        }
        this.#channel.write({ jsonrpc: '2.0', method: 'log',
            params: { id: running ? this.#current.id : null, ...entry } });
        return true;
    }

    // Methods

    #initialize(params) {
        if (this.#initialized) {
            throw new RpcError(INVALID_REQUEST,
                'initialize was called before');
        }
        const requested = params.protocolVersions;
        if (!Array.isArray(requested)) {
            throw new RpcError(INVALID_PARAMS,
                'params.protocolVersions must be an array');
        }
        if (!requested.includes(PROTOCOL_VERSION)) {
            throw new RpcError(UNSUPPORTED_VERSION,
                'Unsupported protocol version',
                { supported: [PROTOCOL_VERSION], requested });
        }
        this.#refuseBrokenSteps();
        this.#initialized = true;
        this.#process.initializeParams = params;
        this.#liveLogs = params.capabilities?.log === true;
        const told = introduction(this.#registry.hooks.length > 0);
        Object.assign(told.server, this.#about);
        return told;
    }

    #refuseBrokenSteps() {
        const { problems } = this.#registry;
        if (problems.length > 0) {
            throw new RpcError(INTERNAL_ERROR, problemText(problems),
                { errors: problems });
        }
    }

    #health() {
        const { problems } = this.#registry;
        return problems.length > 0
            ? { status: 'error', message: problemText(problems) }
            : { status: 'ok' };
    }

    #executeStep(params) {
        this.#refuseBrokenSteps();
        const argument = checkStepParams(params);
        this.#checkProcess(params.process ?? null);
        const run = new StepRun();
        this.#current.run = run;
        return execute(params, argument, this.#registry, this.#process, run,
            (entry, of) => this.#sendLog(entry, of));
    }

    #executeHook(params) {
        this.#refuseBrokenSteps();
        checkTexts(params, ['process', 'status', 'step', 'stepType']);
        this.#checkProcess(params.process ?? null);
        const hook = this.#registry.hooks.find(({ id }) => id === params.hook);
        if (hook === undefined || !isObject(params.context ?? {})) {
            throw new RpcError(INVALID_PARAMS, hook ? 'params.context must be'
                + ' an object' : `there is no hook ${describe(params.hook)}`);
        }
        const run = new StepRun();
        this.#current.run = run;
        return executeHook(params, hook, this.#process, run,
            (entry, of) => this.#sendLog(entry, of));
    }

    #checkProcess(name) {
        const own = this.#process.initializeParams.process;
        if (name !== null && typeof own?.name === 'string'
            && name !== own.name && name !== own.group) {
            throw new RpcError(WRONG_PROCESS,
                `this is the process '${own.name}', not '${name}'`);
        }
    }

    #matchSteps(params) {
        this.#refuseBrokenSteps();
        const { steps } = params;
        if (!Array.isArray(steps) || !steps.every((entry) =>
            isObject(entry) && typeof entry.step === 'string')) {
            throw new RpcError(INVALID_PARAMS,
                'params.steps must be an array of {step: string}');
        }
        return matchSteps(this.#registry, steps);
    }

    #listStepDefinitions() {
        this.#refuseBrokenSteps();
        return listDefinitions(this.#registry);
    }

    async #scenarioStarted(params) {
        const result = await this.#release();
        this.#process.enter(params.run);
        return result;
    }

    async #shutdown() {
        const result = await this.#release();
        this.#closing = true;
        return result;
    }

    /** The end of what the steps of a case hold. */
    async #release() {
        const count = this.#process.cleanups.length;
        const problems = await this.#process.cleanUp();
        const result = { success: problems.length === 0,
            logs: count > 0 ? [`[INFO] ${count} clean-ups done`] : [] };
        return result.success ? result : { ...result, status: 'failed',
            failure: { kind: 'resource', message: problems.join('; ') } };
    }
}

/** All problems of the step files, one a line. */
export function problemText(problems) {
    return problems.length === 1 ? String(problems[0])
        : [`${problems.length} errors in the step files:`, ...problems]
            .join('\n');
}

function afterGrace(value) {
    return new Promise((resolve) => {
        setTimeout(resolve, END_GRACE_MS, value);
    });
}

/** Servers without hooks are not asked for them. */
function introduction(hooks) {
    return {
        protocolVersion: PROTOCOL_VERSION,
        server: { name: 'mprun-server-node', version: VERSION,
            pid: process.pid, language: 'javascript',
            languageVersion: process.versions.node,
            sdk: `mprun-node ${VERSION}` },
        capabilities: { matchSteps: true, listStepDefinitions: true,
            snippets: true, scenarios: true, hooks, cancel: true,
            log: true },
        limits: { maxMessageBytes: MAX_MESSAGE_BYTES },
    };
}

/** The method and the params object of a request. */
function checkEnvelope(message) {
    if (Array.isArray(message)) {
        throw new RpcError(INVALID_REQUEST, 'batches are not supported');
    }
    if (!isObject(message) || typeof message.method !== 'string') {
        throw new RpcError(INVALID_REQUEST, 'a request has a method');
    }
    const params = message.params ?? {};
    if (!isObject(params) && 'id' in message) {
        throw new RpcError(INVALID_PARAMS, 'params must be an object');
    }
    return { method: message.method, params };
}

function checkTexts(params, members) {
    for (const member of members) {
        if (!['string', 'undefined'].includes(
            typeof (params[member] ?? undefined))) {
            throw new RpcError(INVALID_PARAMS,
                `params.${member} must be a string`);
        }
    }
}

function checkStepParams(params) {
    if (typeof params.step !== 'string') {
        throw new RpcError(INVALID_PARAMS, 'params.step must be a string');
    }
    checkTexts(params, ['process', 'stepType']);
    if (!isObject(params.context ?? {})) {
        throw new RpcError(INVALID_PARAMS,
            'params.context must be an object');
    }
    try {
        return parseArgument(params.argument);
    } catch (error) {
        throw error instanceof BadArgument
            ? new RpcError(INVALID_PARAMS, error.message) : error;
    }
}

function isCancel(message) {
    return isObject(message) && !('id' in message)
        && message.method === '$/cancelRequest';
}

/** An id as something to compare by type and value. */
function keyOf(id) {
    return JSON.stringify(id);
}
