// official_suggestions.mjs FOLDER: what gherkin-suggest prints, made by the
// @cucumber/cucumber-expressions below FOLDER/node_modules.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(join(process.argv[2], 'index.js'));
const path = require.resolve('@cucumber/cucumber-expressions');
const { CucumberExpressionGenerator, ParameterTypeRegistry } =
    await import(pathToFileURL(path));

const registry = new ParameterTypeRegistry();
const generator = new CucumberExpressionGenerator(
    () => registry.parameterTypes);
for await (const text of createInterface({ input: process.stdin })) {
    const list = generator.generateExpressions(text);
    const sources = list.map((generated) => generated.source);
    process.stdout.write(
        `${JSON.stringify({ sources, names: list[0].parameterNames })}\n`);
}
