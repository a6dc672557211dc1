// Running one step or one hook and shaping its result.

import { parseArgument } from './argument.js';
import { snippets } from './catalog.js';
import { Context } from './context.js';
import { describeFailure } from './failure.js';
import { Cancelled, Pending, Skipped } from './outcome.js';

const GRACE_MS = 500;
const turn = () => new Promise((resolve) => {
    setImmediate(resolve);
});

/**
 * A step on its way: how the server ends it from outside.
 *
 * A cancel aborts the signal. A step that does not heed it keeps running, as
 * nothing can stop JavaScript; but the request is answered without it.
 */
export class StepRun {
    #controller = null;
    #reason = null;
    #giveUp;
    #timer = null;

    constructor() {
        this.givenUp = new Promise((_, reject) => {
            this.#giveUp = reject;
        });
        this.givenUp.catch(() => {});
    }

    /** Made when it is first asked for: most steps do not, and it is dear. */
    get signal() {
        if (this.#controller === null) {
            this.#controller = new AbortController();
            if (this.#reason !== null) {
                this.#controller.abort(this.#reason);
            }
        }
        return this.#controller.signal;
    }

    get isCancelled() {
        return this.#reason !== null;
    }

    cancel(reason) {
        const error = new Cancelled(reason);
        this.#reason ??= error;
        this.#controller?.abort(error);
        this.#timer ??= setTimeout(this.#giveUp, GRACE_MS, error);
    }

    /** Something was thrown where nobody could catch it. */
    fail(error) {
        this.#giveUp(error);
    }

    end() {
        clearTimeout(this.#timer);
    }
}

/** Runs the step that params ask for; the result to answer. */
export async function execute(params, registry, process, run, sendLog) {
    const started = performance.now();
    const argument = parseArgument(params.argument);
    const context = new Context(params, argument, process, run, sendLog);
    const result = await outcome(params, argument, registry, context, run);
    return finish(result, context, run, started);
}

/** Runs a hook that was listed; the result to answer. */
export async function executeHook(params, hook, process, run, sendLog) {
    const started = performance.now();
    const none = { dataTable: null, docString: null };
    const context = new Context(params, none, process, run, sendLog);
    const result = await settle(() => hook.run(context), hook.location,
        context, run);
    result.data = context.data;
    return finish(result, context, run, started);
}

/** The result with all that the context gathered. */
function finish(result, context, run, started) {
    run.end();
    const { logs, attachments, exports } = Context.reportOf(context);
    result.logs = logs;
    if (attachments.length > 0) {
        result.attachments = attachments;
    }
    if (Object.keys(exports).length > 0) {
        result.exports = exports;
    }
    result.durationMs = Math.round((performance.now() - started) * 1000)
        / 1000;
    return result;
}

async function outcome(params, argument, registry, context, run) {
    let matches;
    try {
        matches = registry.find(params.step);
    } catch (error) {
        return failed(describeFailure(error));
    }
    if (matches.length === 0) {
        return { success: false, status: 'undefined',
            failure: { message: [`no step definition matches: ${params.step}`,
                ...registry.untypedText].join('\n') },
            ...snippets(registry, params.step, params.stepType,
                params.argument) };
    }
    if (matches.length > 1) {
        return ambiguous(matches);
    }
    const result = await settle(
        () => callFunction(matches[0], argument, context),
        matches[0].definition.location, context, run);
    result.data = context.data;
    return result;
}

function ambiguous(matches) {
    const lines = matches.map(({ definition }) =>
        `\n  ${definition.source}  # ${definition.location}`);
    return { success: false, status: 'ambiguous',
        matches: matches.map(({ definition }) => ({ id: definition.id,
            pattern: definition.source, location: definition.location })),
        failure: {
            message: `several step definitions match:${lines.join('')}` } };
}

/** Calls the function; whatever it throws becomes a result. */
async function settle(action, location, context, run) {
    try {
        const returned = await Promise.race([
            Promise.resolve().then(action), run.givenUp]);
        // A promise that the step left alone and that fails at once is told
        // in the next turn: it is this step's failure.
        await Promise.race([turn(), run.givenUp]);
        if (isPlain(returned)) {
            context.data = { ...context.data, ...returned };
        }
        return { success: true, status: 'passed' };
    } catch (error) {
        return resultOf(error, location, context.signal);
    }
}

async function callFunction({ definition, arguments: found }, argument,
    context) {
    context.checkpoint();
    const values = [];
    for (const one of found) {
        values.push(await one.getValue(null));
    }
    values.push(...argument.values);
    checkCount(definition, values);
    // Not as a method: the stack is to show the step, and `this` nothing.
    const { run } = definition;
    return await run(context, ...values);
}

function checkCount({ run, location }, values) {
    if (run.length > values.length + 1) {
        const kinds = ['ctx', ...values.map((value) =>
            value?.constructor?.name ?? String(value))];
        throw new TypeError(`${location}: the function takes ${run.length}`
            + ` arguments, the step gives (${kinds.join(', ')})`);
    }
}

function resultOf(error, location, signal) {
    if (error instanceof Pending) {
        return { success: false, status: 'pending', reason: error.message };
    }
    if (error instanceof Skipped) {
        return { success: false, status: 'skipped', reason: error.message };
    }
    if (signal.aborted && isOfAbort(error, signal)) {
        const reason = signal.reason.message;
        return failed({ kind: 'timeout', type: 'Cancelled',
            message: `the step was cancelled: ${reason}`,
            location });
    }
    return failed(describeFailure(error));
}

/** Functions that are given a signal throw its reason, or wrap it. */
function isOfAbort(error, signal) {
    return error === signal.reason || error?.cause === signal.reason
        || error?.name === 'AbortError';
}

function failed(failure) {
    return { success: false, status: 'failed', failure };
}

function isPlain(value) {
    return typeof value === 'object' && value !== null
        && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}
