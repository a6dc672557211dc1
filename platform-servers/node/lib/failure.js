// Turning what a step threw into the `failure` of its result.

import { inspect, stripVTControlCharacters } from 'node:util';
import { fileURLToPath } from 'node:url';

import { unifiedDiff } from './diff.js';
import { displayPath } from './registry.js';
import { describe } from './safejson.js';

const OWN_FOLDER = new URL('.', import.meta.url).href;
const OWN_PATH = fileURLToPath(OWN_FOLDER);
const hiddenFolders = [];
const MAX_VALUE = 20000;
const RESOURCES = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'ENOSPC']);

/** What lies below the folder is no code of the user's either. */
export function hide(folder) {
    hiddenFolders.push(folder);
}

/** The failure of whatever a step's function threw. */
export function describeFailure(error) {
    if (!(error instanceof Error)) {
        return { kind: 'exception', type: typeof error,
            message: `thrown: ${shown(error)}` };
    }
    const assertion = isAssertion(error);
    const frames = userFrames(error);
    const failure = {
        kind: assertion ? 'assertion' : kindOf(error),
        message: messageOf(error, assertion),
        type: describe(error.name),
        stackTrace: stackTrace(error, frames),
        ...values(error),
    };
    const location = placeOf(frames);
    return location === null ? failure : { ...failure, location };
}

/** An assertion of node:assert, or of a library that calls it so. */
function isAssertion(error) {
    return error.code === 'ERR_ASSERTION' || error.name === 'AssertionError';
}

function kindOf(error) {
    if (error.name === 'TimeoutError') {
        return 'timeout';
    }
    return RESOURCES.has(error.code) ? 'resource' : 'exception';
}

function messageOf(error, assertion) {
    const text = textOf(error);
    if (text === '') {
        return describe(error.name);
    }
    return assertion ? text : `${describe(error.name)}: ${text}`;
}

function textOf(error) {
    const text = stripVTControlCharacters(describe(error.message)).trim();
    if (text === '' && Array.isArray(error.errors)) {
        return error.errors.map((one) => describe(one?.message ?? one))
            .join('; ');
    }
    return error.code === 'ERR_ASSERTION'
        ? withoutValues(text, error.generatedMessage) : text;
}

// node:assert draws both values for a terminal, in its own messages and behind
// those of a caller: here they are in `expected` and `actual`.
function withoutValues(text, generated) {
    const words = text.replace(/\n\+ actual - expected[^]*$/, '');
    if (!generated) {
        return words.replace(/\n\n.* !== .*$/, '').trim();
    }
    const [first, ...rest] = words.split('\n').filter((line) => line !== '');
    return rest.length === 1
        ? `${first} ${rest[0].trim()}` : first.replace(/[:.]$/, '');
}

/** The lines `at ...` from the error up to the step's own function. */
function userFrames(error) {
    const stack = describe(error.stack ?? '');
    const message = describe(error.message);
    const after = stack.indexOf(message) < 0
        ? 0 : stack.indexOf(message) + message.length;
    const lines = stack.slice(after).split('\n')
        .filter((line) => /^\s+at /.test(line));
    const isOwn = (line) => line.includes(OWN_FOLDER)
        || line.includes(OWN_PATH);
    // What the SDK throws for the step, the step, the SDK that called it.
    const first = lines.findIndex((line) => !isOwn(line));
    const end = lines.findIndex((line, at) => at > first && isOwn(line));
    const frames = lines.slice(Math.max(0, first), end < 0 ? undefined : end)
        .filter((line) => !isOwn(line) && !line.includes('node:internal/'));
    while (frames.length > 0
        && (/[( ]node:|cucumber-expressions/.test(frames.at(-1))
            || hiddenFolders.some((one) => frames.at(-1).includes(one)))) {
        frames.pop();
    }
    return frames;
}

/** The innermost place that is not in Node or in a package. */
function placeOf(frames) {
    for (const frame of frames) {
        const found = /(file:\/\/.*|\/.*|[A-Z]:\\.*):(\d+):\d+\)?$/.exec(frame);
        if (found !== null && !/node:|node_modules/.test(found[1])) {
            return { file: displayPath(found[1]), line: Number(found[2]) };
        }
    }
    return null;
}

function stackTrace(error, frames) {
    const lines = [`${describe(error.name)}: ${textOf(error)}`,
        ...frames.map((frame) => frame.replace(/file:\/\/[^)]*?(?=:\d+:\d+)/,
            (url) => displayPath(url)))];
    if (error.cause !== undefined) {
        lines.push(`Caused by ${describe(error.cause)}`);
    }
    return lines.join('\n');
}

/** expected, actual and diff, where they can be told. */
function values(error) {
    const { expected, actual } = error;
    if ((expected === undefined && actual === undefined)
        || (error.operator === '==' && expected === true
            && error.generatedMessage)) {
        return {};
    }
    const told = { expected: shown(expected), actual: shown(actual) };
    if (told.expected !== told.actual
        && (told.expected.includes('\n') || told.actual.includes('\n'))) {
        told.diff = unifiedDiff(told.expected, told.actual);
    }
    return told;
}

function shown(value) {
    let text;
    try {
        text = typeof value === 'string' ? value : inspect(value, {
            compact: false, depth: 8, maxArrayLength: 1000, sorted: true });
    } catch (error) {
        text = describe(error);
    }
    return text.length <= MAX_VALUE
        ? text : `${text.slice(0, MAX_VALUE)}...`;
}
