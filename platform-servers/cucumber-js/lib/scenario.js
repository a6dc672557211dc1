// One scenario in one process: its World, and the code that is run on it.

import fs from 'node:fs';

import { Pending, Skipped } from '../../node/lib/outcome.js';

export class Scenario {
    /** The SDK's context of the step or hook that runs. */
    context;
    #parts;
    #library;
    #parameters;
    #world;
    #told; // { gherkinDocument, pickle }

    constructor(parts, library, parameters, context) {
        this.#parts = parts;
        this.#library = library;
        this.#parameters = parameters;
        this.#told = readScenario(parts, context);
        const attachments = new parts.AttachmentManager((one) =>
            this.#attach(one));
        this.#world = new library.World({
            attach: attachments.create.bind(attachments),
            log: attachments.log.bind(attachments),
            link: attachments.link?.bind(attachments),
            parameters: structuredClone(parameters),
        });
        // What cucumber-js has not: exports, the shared folder and the like.
        Object.defineProperty(this.#world, 'mprun',
            { configurable: true, get: () => this.context });
    }

    #attach({ data, media, fileName }) {
        const { contentType, encoding } = media;
        if (contentType === 'text/x.cucumber.log+plain') {
            this.context.log(data);
            return;
        }
        this.context.attach(encoding === 'BASE64'
            ? Buffer.from(data, 'base64') : data, fileName ?? 'attachment',
        contentType);
    }

    begin() {
        return this.#runAll(this.#library.beforeTestRunHookDefinitions);
    }

    end() {
        return this.#runAll(
            [...this.#library.afterTestRunHookDefinitions].reverse());
    }

    async #runAll(definitions) {
        for (const { code, options } of definitions) {
            const { error } = await this.#parts.userCode.run({
                argsArray: [], fn: code,
                thisArg: { parameters: this.#parameters },
                timeoutInMilliseconds: options?.timeout
                    ?? this.#library.defaultTimeout });
            if (error) {
                throw asError(error);
            }
        }
    }

    step(definition, values) {
        const step = { id: 'step', text: this.context.step, astNodeIds: [],
            type: 'Unknown' };
        for (const value of values) {
            step.argument = typeof value === 'string'
                ? { docString: { content: value } }
                : { dataTable: { rows: value.rows.map((row) => ({
                    cells: row.map((cell) => ({ value: cell })) })) } };
        }
        return this.#run(definition, { step });
    }

    hook(definition, type) {
        const parameter = { ...this.#told, testCaseStartedId: 'case' };
        const { status, step } = this.context;
        if (step !== null) {
            parameter.pickleStep = { id: 'step', text: step, astNodeIds: [] };
            parameter.testStepId = 'step';
        }
        if (type.startsWith('after')) {
            parameter.result = { status: this.#statusOf(status),
                duration: { seconds: 0, nanos: 0 } };
            parameter.willBeRetried = false;
        }
        return this.#run(definition, { hookParameter: parameter });
    }

    #statusOf(told) {
        const name = String(told).toUpperCase();
        const { TestStepResultStatus: all } = this.#parts.messages;
        return Object.values(all).includes(name) ? name
            : told === 'not-run' ? all.SKIPPED : all.FAILED;
    }

    /** Runs it as cucumber-js does; throws what mprun is to hear of it. */
    async #run(stepDefinition, more) {
        const ran = await this.#parts.stepRunner.run({
            defaultTimeout: this.#library.defaultTimeout,
            filterStackTraces: false, world: this.#world,
            stepDefinition, ...more });
        const { status, message } = ran.result ?? ran;
        if (status === 'PENDING') {
            throw new Pending('the step returned \'pending\'');
        }
        if (status === 'SKIPPED') {
            throw new Skipped('the step returned \'skipped\'');
        }
        if (status !== 'PASSED') {
            throw asError(ran.error ?? message);
        }
    }
}

function asError(error) {
    return error instanceof Error ? error : new Error(String(error));
}

/** The document and the pickle that hooks are given: from the feature file,
 * else from what mprun tells. */
function readScenario({ gherkin, messages }, context) {
    const { feature: uri, line, scenarioName: name } = context.scenario;
    const newId = messages.IdGenerator.uuid();
    try {
        const parser = new gherkin.Parser(new gherkin.AstBuilder(newId),
            new gherkin.GherkinClassicTokenMatcher());
        const gherkinDocument = { ...parser.parse(
            fs.readFileSync(uri, 'utf8')), uri };
        const pickles = gherkin.compile(gherkinDocument, uri, newId);
        const lines = linesOf(gherkinDocument);
        const pickle = pickles.find(({ astNodeIds }) =>
            lines.get(astNodeIds.at(-1)) === line)
            ?? pickles.find((one) => one.name === name);
        if (pickle) {
            return { gherkinDocument, pickle };
        }
    } catch {
        // Not in a form that this version of the parser reads.
    }
    const tags = context.tags.map((tag) => ({ name: tag, astNodeId: '' }));
    return { gherkinDocument: { uri, feature: { name: String(uri), tags: [],
        children: [] }, comments: [] },
    pickle: { id: newId(), uri, name, tags, steps: [], astNodeIds: [],
        language: 'en' } };
}

/** The line of each scenario and each row of examples, by its id. */
function linesOf(document) {
    const lines = new Map();
    const visit = ({ rule, scenario }) => {
        rule?.children.forEach(visit);
        if (scenario) {
            lines.set(scenario.id, scenario.location.line);
            scenario.examples.forEach(({ tableBody }) =>
                tableBody.forEach(({ id, location }) =>
                    lines.set(id, location.line)));
        }
    };
    document.feature?.children.forEach(visit);
    return lines;
}
