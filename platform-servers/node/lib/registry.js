// Step definitions: collecting them, compiling them, matching a step.
//
// given, when, then, step and parameterType only collect. Expressions are
// compiled when all step files are loaded, so a file may use a parameter type
// that a later file defines, and every bad expression is reported.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe } from './safejson.js';

// Of the texts that were matched so many are kept, none longer than that.
const KEPT_TEXTS = 1000;
const LONGEST_KEPT = 1000;

// A step may go elsewhere, and remove the folder in which it is.
const START_FOLDER = process.cwd();

/** Where a definition stands: `file:line`. */
export class Location {
    constructor(file, line) {
        this.file = displayPath(file);
        this.line = line;
    }

    /** Where the function was called. */
    static ofCaller(callee) {
        const prepare = Error.prepareStackTrace;
        const holder = {};
        try {
            Error.prepareStackTrace = (_, sites) => sites;
            Error.captureStackTrace(holder, callee);
            const [site] = holder.stack;
            return new Location(site?.getFileName() ?? '?',
                site?.getLineNumber() ?? 1);
        } finally {
            Error.prepareStackTrace = prepare;
        }
    }

    toString() {
        return `${this.file}:${this.line}`;
    }
}

/** The path relative to the server's folder, if it lies below it. */
export function displayPath(file) {
    const plain = file.startsWith('file:') ? fileURLToPath(file) : file;
    const relative = path.relative(START_FOLDER, plain);
    return relative === '' || relative.startsWith('..') ? plain : relative;
}

/** Something wrong in a step file; location is null if it is elsewhere. */
export class Problem {
    constructor(location, message) {
        this.location = location;
        this.message = message;
    }

    toJSON() {
        return { message: this.message, ...this.location };
    }

    toString() {
        return this.location
            ? `${this.location}: ${this.message}` : this.message;
    }
}

class StepDefinition {
    id = null;
    matcher = null;
    #parameters;

    constructor(pattern, run, location) {
        this.pattern = pattern;
        this.run = run;
        this.location = location;
    }

    get isRegExp() {
        return this.pattern instanceof RegExp;
    }

    get source() {
        return this.isRegExp ? this.pattern.source : this.pattern;
    }

    compile({ CucumberExpression, RegularExpression }, types) {
        if (this.isRegExp) {
            // With g or y a regular expression remembers where it stopped.
            const flags = this.pattern.flags.replace(/[gy]/g, '');
            this.matcher = new RegularExpression(
                new RegExp(this.pattern.source, flags), types);
        } else {
            this.matcher = new CucumberExpression(this.pattern, types);
        }
    }

    /** What the text fits, or null. */
    match(text) {
        // The quick way first: telling the places of groups is slow.
        const groups = this.matcher?.regexp.exec(text) ?? null;
        return groups && new Match(this, text, groups);
    }

    /** For each parameter its type, and the groups that it is given. */
    get parameters() {
        this.#parameters ??= this.isRegExp ? [] : parametersOf(this.matcher);
        return this.#parameters;
    }
}

/** A definition that fits a text. */
class Match {
    #text;
    #groups;

    constructor(definition, text, groups) {
        this.definition = definition;
        this.#text = text;
        this.#groups = groups;
    }

    /** What the package tells of the arguments, their places among it. */
    get arguments() {
        return this.definition.matcher.match(this.#text);
    }

    /** The values for the step's function; some may be promises. */
    get values() {
        const { parameters, isRegExp } = this.definition;
        if (isRegExp || parameters === null) {
            return this.arguments.map((one) => one.getValue(null));
        }
        return parameters.map(({ type, numbers }) => type.transform(null,
            numbers.map((number) => this.#groups[number])));
    }
}

/** null: this version of the package is made otherwise. */
function parametersOf({ parameterTypes, treeRegexp }) {
    const builders = treeRegexp?.groupBuilder?.children;
    if (!Array.isArray(parameterTypes) || !Array.isArray(builders)
        || builders.length !== parameterTypes.length) {
        return null;
    }
    return parameterTypes.map((type, index) => ({ type,
        numbers: numbersOf(builders[index],
            1 + countOf(builders.slice(0, index))) }));
}

function numbersOf({ children }, number) {
    return children.length === 0 ? [number]
        : children.map((_, index) =>
            number + 1 + countOf(children.slice(0, index)));
}

/** How many groups they are, those within them among them. */
function countOf(builders) {
    return builders.reduce((sum, { children }) =>
        sum + 1 + countOf(children), 0);
}

/** All step definitions, parameter types and hooks of one server. */
export class Registry {
    definitions = [];
    hooks = [];
    /** Definitions left out, for they use a type that nothing defines. */
    untyped = []; // { name, expression, location }
    types = []; // { type, location }, compiled
    problems = [];
    #types = [];
    #expressions = null;
    #compiledTypes = null;
    #found = new Map(); // what texts that came before have matched

    add(pattern, run, location) {
        if (typeof pattern !== 'string' && !(pattern instanceof RegExp)) {
            this.problems.push(new Problem(location, 'a step pattern must be a'
                + ' string (Cucumber Expression) or a regular expression, not '
                + describe(pattern)));
        } else if (typeof run !== 'function') {
            this.problems.push(new Problem(location,
                `step '${describe(pattern)}': the function is missing`));
        } else {
            this.definitions.push(new StepDefinition(pattern, run, location));
        }
    }

    addType(options, location) {
        this.#types.push({ options: options ?? {}, location });
    }

    addHook(hook) {
        this.hooks.push(hook);
        hook.id = `h${this.hooks.length}`;
    }

    /** Compiles everything collected; what fails goes into problems. */
    compile(expressions) {
        this.#found.clear();
        this.#expressions = expressions;
        this.#compiledTypes = new expressions.ParameterTypeRegistry();
        for (const { options, location } of this.#types) {
            this.#try(location, `parameter type '${options.name}'`, () => {
                const type = new expressions.ParameterType(options.name,
                    options.regexp, options.type ?? null,
                    options.transformer, options.useForSnippets,
                    options.preferForRegexpMatch);
                this.#compiledTypes.defineParameterType(type);
                this.types.push({ type, location });
            });
        }
        this.definitions.forEach((definition, index) => {
            definition.id = `s${index + 1}`;
            this.#try(definition.location, `step '${definition.source}'`,
                () => this.#compileOne(definition));
        });
        this.definitions = this.definitions.filter(({ location, source }) =>
            !this.untyped.some((one) => one.location === location
                && one.expression === source));
    }

    /** What uses an unknown type matches nothing; the others still work. */
    #compileOne(definition) {
        try {
            definition.compile(this.#expressions, this.#compiledTypes);
        } catch (error) {
            const name = error?.undefinedParameterTypeName;
            if (typeof name !== 'string') {
                throw error;
            }
            this.untyped.push({ name, expression: definition.source,
                location: definition.location });
        }
    }

    /** For people: what is left out, and why; one line each. */
    get untypedText() {
        return this.untyped.map(({ name, expression, location }) =>
            `${location}: step '${expression}' is left out: there is no`
            + ` parameter type '${name}'`);
    }

    #try(location, what, action) {
        try {
            action();
        } catch (error) {
            const text = describe(error?.message ?? error).trim();
            this.problems.push(new Problem(location, `${what}: ${text}`));
        }
    }

    /** All definitions that match the text, with the arguments found. */
    find(text) {
        let matches = this.#found.get(text);
        if (matches === undefined) {
            matches = this.#match(text);
            if (this.#found.size >= KEPT_TEXTS) {
                this.#found.clear();
            }
            if (text.length <= LONGEST_KEPT) {
                this.#found.set(text, matches);
            }
        }
        return matches;
    }

    #match(text) {
        const matches = [];
        for (const definition of this.definitions) {
            const match = definition.match(text);
            if (match !== null) {
                matches.push(match);
            }
        }
        return matches;
    }

    /** Code that would define the step. */
    snippet(text, stepType, argument) {
        const generator = new this.#expressions.CucumberExpressionGenerator(
            () => this.#compiledTypes.parameterTypes);
        const [generated] = generator.generateExpressions(text);
        const names = ['ctx', ...generated.parameterNames.map(variableName)];
        if (argument?.dataTable) {
            names.push('table');
        }
        if (argument?.docString) {
            names.push('text');
        }
        const word = ['given', 'when', 'then'].includes(stepType)
            ? stepType : 'step';
        return `${word}(${quoted(generated.source)},`
            + ` async function (${names.join(', ')}) {\n`
            + '    pending();\n'
            + '});\n';
    }
}

function variableName(name) {
    const plain = name.replace(/\W/g, '_').replace(/^(?=\d|$)/, 'value');
    try {
        new Function(`'use strict'; let ${plain};`);
        return plain;
    } catch {
        return `${plain}_`;
    }
}

function quoted(text) {
    return `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;
}

// One for the program, however often this file is loaded.
const KEY = Symbol.for('mprun.registry');

/** The registry that the functions below fill. */
export function sharedRegistry() {
    globalThis[KEY] ??= new Registry();
    return globalThis[KEY];
}

export function given(pattern, run) {
    sharedRegistry().add(pattern, run, Location.ofCaller(given));
}

export function when(pattern, run) {
    sharedRegistry().add(pattern, run, Location.ofCaller(when));
}

export function then(pattern, run) {
    sharedRegistry().add(pattern, run, Location.ofCaller(then));
}

export function step(pattern, run) {
    sharedRegistry().add(pattern, run, Location.ofCaller(step));
}

export function parameterType(options) {
    sharedRegistry().addType(options, Location.ofCaller(parameterType));
}
