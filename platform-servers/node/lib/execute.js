// Running one step or one hook and shaping its result. A step that waits for
// nothing is not made to wait for promises of ours.

import { snippets } from './catalog.js';
import { Context } from './context.js';
import { describeFailure } from './failure.js';
import { Cancelled, Pending, Skipped } from './outcome.js';

const GRACE_MS = 500;
/**
 * A step on its way: how the server ends it from outside.
 *
 * A cancel aborts the signal. A step that does not heed it keeps running, as
 * nothing can stop JavaScript; but the request is answered without it.
 */
export class StepRun {
    #controller = null;
    #reason = null;
    #timer = null;
    #over = null;

    /**
     * Calls the function; over is called once with what comes of it: whether
     * it was good, and what it gave or threw.
     */
    play(action, over) {
        this.#over = over;
        let returned;
        try {
            returned = action();
        } catch (error) {
            this.#end(false, error);
            return;
        }
        if (typeof returned?.then === 'function') {
            Promise.resolve(returned).then((value) => this.#pass(value),
                (error) => this.#end(false, error));
        } else {
            this.#pass(returned);
        }
    }

    /**
     * A promise that the step left alone and that fails at once is told in the
     * next turn: it is this step's failure.
     */
    #pass(value) {
        setImmediate(() => this.#end(true, value));
    }

    #end(good, value) {
        const over = this.#over;
        this.#over = null;
        clearTimeout(this.#timer);
        over?.(good, value);
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
        this.#timer ??= setTimeout(() => this.fail(error), GRACE_MS);
    }

    /** Something was thrown where nobody could catch it. */
    fail(error) {
        this.#end(false, error);
    }
}

/** Runs the step that params ask for; resolves with the result to answer. */
export function execute(params, argument, registry, process, run, sendLog) {
    const started = performance.now();
    const context = new Context(params, argument, process, run, sendLog);
    return new Promise((resolve) => {
        outcome(params, argument, registry, context, run, (result) =>
            resolve(finish(result, context, started)));
    });
}

/** Runs a hook that was listed; resolves with the result to answer. */
export function executeHook(params, hook, process, run, sendLog) {
    const started = performance.now();
    const none = { dataTable: null, docString: null };
    const context = new Context(params, none, process, run, sendLog);
    return new Promise((resolve) => {
        settle(() => hook.run(context), hook.location, context, run,
            (result) => resolve(finish(result, context, started)));
    });
}

/** The result with all that the context gathered. */
function finish(result, context, started) {
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

function outcome(params, argument, registry, context, run, over) {
    let matches;
    try {
        matches = registry.find(params.step);
    } catch (error) {
        over(failed(describeFailure(error)));
        return;
    }
    if (matches.length === 1) {
        settle(() => callFunction(matches[0], argument, context),
            matches[0].definition.location, context, run, over);
    } else {
        over(matches.length === 0 ? missing(params, registry)
            : ambiguous(matches));
    }
}

function missing(params, registry) {
    return { success: false, status: 'undefined',
        failure: { message: [`no step definition matches: ${params.step}`,
            ...registry.untypedText].join('\n') },
        ...snippets(registry, params.step, params.stepType,
            params.argument) };
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
function settle(action, location, context, run, over) {
    run.play(action, (good, value) => {
        if (good && isPlain(value)) {
            context.data = { ...context.data, ...value };
        }
        const result = good ? { success: true, status: 'passed' }
            : resultOf(value, location, context.signal);
        const hint = result.failure ? Context.hintOf(context) : '';
        if (hint) {
            result.failure.message += `\n${hint}`;
        }
        result.data = context.data;
        over(result);
    });
}

function callFunction(match, argument, context) {
    context.checkpoint();
    const values = [...match.values, ...argument.values];
    if (values.some((value) => typeof value?.then === 'function')) {
        return Promise.all(values).then((all) =>
            call(match.definition, context, all));
    }
    return call(match.definition, context, values);
}

function call(definition, context, values) {
    checkCount(definition, values);
    // Not as a method: the stack is to show the step, and `this` nothing.
    const { run } = definition;
    return run(context, ...values);
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
