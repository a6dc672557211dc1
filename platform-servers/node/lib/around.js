// What runs around a scenario, a step and the run: collecting hooks.
//
// mprun asks for the list, tells which of them apply to a case and has them
// executed one by one; see listStepDefinitions and executeHook.

import { isObject } from './argument.js';
import { Location, Problem, sharedRegistry } from './registry.js';
import { describe } from './safejson.js';

class Hook {
    id = null;

    constructor(type, options, run, location) {
        this.type = type;
        this.name = options.name ?? null;
        this.tagExpression = options.tags ?? null;
        this.order = options.order ?? 0;
        this.run = run;
        this.location = location;
    }

    get title() {
        return this.name ?? this.type;
    }
}

/** What is wrong with the options, or null. */
function faultOf(type, options) {
    if (!isObject(options)) {
        return `the options must be a tag expression or an object, not ${
            describe(options)}`;
    }
    for (const [key, value] of Object.entries(options)) {
        const wanted = { name: 'string', tags: 'string', order: 'number' }[key];
        if (wanted === undefined) {
            return `unknown option '${key}'; there are name, tags, order`;
        }
        if (typeof value !== wanted && value !== undefined) {
            return `${key} must be a ${wanted}, not ${describe(value)}`;
        }
    }
    if (options.tags !== undefined && type.endsWith('Run')) {
        return 'a hook of the run has no tags';
    }
    return Number.isSafeInteger(options.order ?? 0) ? null
        : 'order must be a whole number';
}

function add(type, words, location) {
    const registry = sharedRegistry();
    const run = words.at(-1);
    const given = words.length > 1 ? words[0] : {};
    const options = typeof given === 'string' ? { tags: given } : given;
    const fault = typeof run === 'function' ? faultOf(type, options)
        : 'the function is missing';
    if (fault === null) {
        registry.addHook(new Hook(type, options, run, location));
    } else {
        registry.problems.push(new Problem(location, `${type}: ${fault}`));
    }
}

export function beforeScenario(...words) {
    add('beforeScenario', words, Location.ofCaller(beforeScenario));
}

export function afterScenario(...words) {
    add('afterScenario', words, Location.ofCaller(afterScenario));
}

export function beforeStep(...words) {
    add('beforeStep', words, Location.ofCaller(beforeStep));
}

export function afterStep(...words) {
    add('afterStep', words, Location.ofCaller(afterStep));
}

export function beforeRun(...words) {
    add('beforeRun', words, Location.ofCaller(beforeRun));
}

export function afterRun(...words) {
    add('afterRun', words, Location.ofCaller(afterRun));
}
