// Holds Cucumber Messages against Cucumber's own tools: the JSON schema, and
// the formatters that make JUnit XML and a page of them.
//
//     node check.mjs PACKAGES MESSAGES PAGE
//
// PACKAGES has node_modules, MESSAGES is NDJSON; the page is written to PAGE.
// Prints what is wrong, a line each, then the number of messages and of cases;
// exit status 1 if anything is, 77 where the tools cannot run.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';

const MOST_TOLD = 20;
const [packages, file, page] = process.argv.slice(2);
const require = createRequire(path.resolve(packages, 'x.js'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const faults = [];

function tell(text) {
    faults.push(text);
}

function checkSchema(envelopes) {
    const { Ajv2020 } = require('ajv/dist/2020');
    const ajv = new Ajv2020({ strict: false });
    const validate = ajv.compile(JSON.parse(fs.readFileSync(
        require.resolve('@cucumber/messages/schema'), 'utf8')));
    envelopes.forEach((envelope, index) => {
        if (!validate(envelope)) {
            tell(`message ${index + 1} is not of the schema: ${
                ajv.errorsText(validate.errors)}`);
        }
    });
}

/** All ids that messages name must have come before. */
function checkIds(envelopes) {
    const known = new Set();
    const walk = (value, key) => {
        if (Array.isArray(value)) {
            value.forEach((one) => walk(one, key.replace(/s$/, '')));
        } else if (typeof value === 'object' && value !== null) {
            if (typeof value.id === 'string') {
                known.add(value.id);
            }
            Object.entries(value).forEach(([name, one]) => walk(one, name));
        } else if (/.Id$/.test(key) && value !== '' && !known.has(value)) {
            tell(`${key} ${value} was never told`);
        }
    };
    envelopes.forEach((envelope) => walk(envelope, ''));
}

async function checkJunit(envelopes, names) {
    const { JUnitXmlPrinter } = await load('@cucumber/junit-xml-formatter');
    let xml = '';
    const printer = new JUnitXmlPrinter({}, (text) => {
        xml += text;
    });
    envelopes.forEach((envelope) => printer.update(envelope));
    const unescape = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>')
        .replace(/&quot;/g, '"').replace(/&#x?([0-9A-Fa-f]+);/g,
            (whole, code) => String.fromCodePoint(
                parseInt(code, whole[2] === 'x' ? 16 : 10)))
        .replace(/&amp;/g, '&');
    const shown = [...xml.matchAll(
        /<testcase(?: \w+="[^"]*")*? name="([^"]*)"/g)]
        .map(([, name]) => unescape(name));
    for (const name of names) {
        const at = shown.findIndex((one) => one.includes(name));
        if (at < 0) {
            tell(`junit-xml-formatter does not show: ${name}`);
        } else {
            shown.splice(at, 1);
        }
    }
}

async function checkPage(envelopes) {
    const { CucumberHtmlStream } = await load('@cucumber/html-formatter');
    await pipeline(Readable.from(envelopes), new CucumberHtmlStream(),
        fs.createWriteStream(page));
    const html = fs.readFileSync(page, 'utf8');
    if (!html.includes('</html>')) {
        tell('html-formatter: the page is not whole');
    }
}

if (import.meta.dirname === undefined) {
    console.log(`skipped: Node ${process.version} is too old for the tools`);
    process.exit(77);
}
const envelopes = fs.readFileSync(file, 'utf8').split('\n')
    .filter((line) => line !== '').map((line) => JSON.parse(line));
const pickles = new Map(envelopes.filter(({ pickle }) => pickle)
    .map(({ pickle }) => [pickle.id, pickle]));
const names = envelopes.filter(({ testCase }) => testCase)
    .map(({ testCase }) => pickles.get(testCase.pickleId)?.name);

checkSchema(envelopes);
checkIds(envelopes);
await checkJunit(envelopes, names);
await checkPage(envelopes);
faults.slice(0, MOST_TOLD).forEach((fault) => console.log(fault));
console.log(`messages: ${envelopes.length}, cases: ${names.length},`
    + ` faults: ${faults.length}`);
process.exitCode = faults.length > 0 ? 1 : 0;
