// official.mjs MODE LIST FOLDER: what parse-bench does, by the
// @cucumber/gherkin below FOLDER/node_modules, in the same terms.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [mode, list, folder] = process.argv.slice(2);
const require = createRequire(join(folder, 'index.js'));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const { AstBuilder, GherkinClassicTokenMatcher, Parser, compile } =
    await load('@cucumber/gherkin');
const { IdGenerator } = await load('@cucumber/messages');

const PIECE = 65536;
const newId = IdGenerator.incrementing();
const parser = new Parser(new AstBuilder(newId),
    new GherkinClassicTokenMatcher());
const nothing = openSync('/dev/null', 'w');
let held = '';
let bytes = 0;
let pickles = 0;
let bad = 0;

function print(message) {
    held += `${JSON.stringify(message)}\n`;
    if (held.length >= PIECE) {
        writeSync(nothing, held);
        held = '';
    }
}

function take(path) {
    const data = readFileSync(path);
    bytes += data.length;
    const document = { ...parser.parse(data.toString('utf8')), uri: path };
    if (mode === 'ndjson') {
        print({ gherkinDocument: document });
    }
    const made = mode === 'ast' ? [] : compile(document, path, newId);
    pickles += made.length;
    if (mode === 'ndjson') {
        made.forEach((pickle) => print({ pickle }));
    }
}

const paths = readFileSync(list, 'utf8').split('\n').filter(Boolean);
const start = process.cpuUsage();
for (const path of paths) {
    try {
        take(path);
    } catch (error) {
        if (!error.errors) {
            throw error;
        }
        bad += 1;
    }
}
writeSync(nothing, held);
const { user, system } = process.cpuUsage(start);
closeSync(nothing);
const seconds = (user + system) / 1e6;
console.log(`${bytes} bytes, ${pickles} pickles, ${bad} bad, `
    + `${seconds.toFixed(3)} s, ${(bytes / 1e6 / seconds).toFixed(0)} MB/s`);
