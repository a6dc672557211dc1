// A cucumber-js project in the place of the SDK's registry: what it defines,
// and how that is run.

import { hide } from '../../node/lib/failure.js';
import { Location, Problem } from '../../node/lib/registry.js';
import { describe } from '../../node/lib/safejson.js';
import {
    checkNode, findPackage, loadParts, shareFolders,
} from './package.js';
import { Scenario } from './scenario.js';

hide(new URL('.', import.meta.url).href);

/** A definition of cucumber-js, as the SDK's server sees it. */
class Definition {
    constructor(index, definition, play) {
        this.id = `s${index + 1}`;
        this.definition = definition;
        this.isRegExp = definition.pattern instanceof RegExp;
        this.source = this.isRegExp ? definition.pattern.source
            : definition.pattern;
        this.location = new Location(definition.uri, definition.line);
        this.run = (context, ...values) => play(context, definition, values);
    }

    match(text) {
        const found = this.definition.expression.match(text);
        return found ? { definition: this, arguments: found, values: [] }
            : null;
    }
}

export class Steps {
    version = '';
    definitions = [];
    hooks = [];
    problems = [];
    untyped = [];
    untypedText = [];
    types = [];
    #parts;
    #library;
    #parameters = {};
    #scenario = null;

    /** Loads the project; whatever is wrong is in the problems. */
    async load(packages, words) {
        try {
            const folder = findPackage(packages);
            checkNode(folder);
            shareFolders(packages);
            hide(folder);
            this.#parts = loadParts(folder);
            this.version = this.#parts.version;
            const { loadConfiguration, loadSupport } = this.#parts.api;
            const { runConfiguration } = await loadConfiguration(
                { provided: words });
            this.#library = await loadSupport(runConfiguration);
            this.#parameters = runConfiguration.runtime.worldParameters ?? {};
        } catch (error) {
            this.problems.push(problemOf(error));
            return;
        }
        this.#takeDefinitions();
        this.#takeHooks();
    }

    #takeDefinitions() {
        const { stepDefinitions, undefinedParameterTypes } = this.#library;
        this.definitions = stepDefinitions.map((one, index) =>
            new Definition(index, one, (context, definition, values) =>
                this.#in(context, (scenario) =>
                    scenario.step(definition, values))));
        for (const { name, expression } of undefinedParameterTypes) {
            this.problems.push(new Problem(null,
                `step '${expression}': there is no parameter type '${name}'`));
        }
    }

    /** cucumber-js's hooks are mprun's, so that mprun's report shows them. */
    #takeHooks() {
        const library = this.#library;
        if (library.beforeTestRunHookDefinitions.length > 0) {
            this.#addHook('beforeScenario', -1,
                library.beforeTestRunHookDefinitions[0], 'BeforeAll', null,
                () => {});
        }
        for (const [type, name, definitions] of [
            ['beforeScenario', 'Before', library.beforeTestCaseHookDefinitions],
            ['afterScenario', 'After', library.afterTestCaseHookDefinitions],
            ['beforeStep', 'BeforeStep',
                library.beforeTestStepHookDefinitions],
            ['afterStep', 'AfterStep', library.afterTestStepHookDefinitions]]) {
            definitions.forEach((one, index) => this.#addHook(type, index, one,
                one.name ?? one.options?.name ?? name, one.options?.tags,
                (scenario) => scenario.hook(one, type)));
        }
    }

    #addHook(type, order, { uri, line }, name, tags, action) {
        this.hooks.push({ id: `h${this.hooks.length + 1}`, type, name, order,
            title: name, tagExpression: tags || null,
            location: new Location(uri, line),
            run: (context) => this.#in(context, action) });
    }

    /** Does it in the scenario that the process plays, begun if need be. */
    async #in(context, action) {
        if (this.#scenario === null) {
            this.#scenario = new Scenario(this.#parts, this.#library,
                this.#parameters, context);
            // At the end of the case, after mprun has run all its hooks.
            context.defer(async () => {
                const scenario = this.#scenario;
                this.#scenario = null;
                await scenario.end();
            });
            this.#scenario.context = context;
            await this.#scenario.begin();
        }
        this.#scenario.context = context;
        await action(this.#scenario);
    }

    /** All definitions that fit the text. */
    find(text) {
        return this.definitions.map((one) => one.match(text))
            .filter((match) => match !== null);
    }

    /** Code that would define the step. */
    snippet(text, stepType, argument) {
        const { CucumberExpressionGenerator } = this.#parts.expressions;
        const registry = this.#library.parameterTypeRegistry;
        const [generated] = new CucumberExpressionGenerator(
            () => registry.parameterTypes).generateExpressions(text);
        const names = [...generated.parameterNames,
            ...(argument?.dataTable ? ['dataTable'] : []),
            ...(argument?.docString ? ['docString'] : [])];
        const word = { when: 'When', then: 'Then' }[stepType] ?? 'Given';
        const source = generated.source.replace(/[\\']/g, '\\$&');
        return `${word}('${source}', function (${names.join(', ')}) {\n`
            + '    return \'pending\';\n});\n';
    }
}

const PLACE = /(?:^|[\s(])(file:\/\/\/.*|\/.*):(\d+)(?::\d+)?\)?$/;
/** Places in a stack that are not the user's. */
const OURS = /node:|node_modules|cucumber-js\/(lib|server\.js)|node\/lib/;

/** What stopped the loading, with the first place of the user's. */
function problemOf(error) {
    const text = describe(error?.message ?? error).trim();
    for (const line of describe(error?.stack ?? '').split('\n')) {
        const found = PLACE.exec(line);
        if (found && !OURS.test(found[1])) {
            return new Problem(new Location(found[1], Number(found[2])),
                `${error.name ?? 'Error'}: ${text}`);
        }
    }
    return new Problem(null, text);
}
