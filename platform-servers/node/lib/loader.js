// Loading the package for expressions, and step files.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import module, { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import * as sdk from '../index.js';
import * as hooks from './hooks.js';
import { Location, Problem } from './registry.js';
import { describe } from './safejson.js';

const EXPRESSIONS = '@cucumber/cucumber-expressions';
const HERE = new URL('..', import.meta.url);
// Node 22.18 and later reads TypeScript without help.
const SUFFIXES = ['.mjs', '.js',
    ...(process.features.typescript ? ['.ts', '.mts'] : [])];

/** The package for Cucumber Expressions; throws with what to do. */
export async function loadExpressions(folders) {
    for (const folder of folders) {
        const found = resolveFrom(folder);
        if (found !== null) {
            return await import(pathToFileURL(found).href);
        }
    }
    try {
        return await import(EXPRESSIONS);
    } catch (error) {
        if (error?.code !== 'ERR_MODULE_NOT_FOUND') {
            throw error;
        }
        throw new Error(`the npm package ${EXPRESSIONS} is missing:`
            + ` npm install --prefix build/node ${EXPRESSIONS} (the server`
            + ' looks there with `--packages build/node`)');
    }
}

function resolveFrom(folder) {
    try {
        return createRequire(path.resolve(folder, 'x.js'))
            .resolve(EXPRESSIONS);
    } catch {
        return null;
    }
}

/**
 * Runs every step file of the paths, then compiles what they defined. Whatever
 * is wrong goes into registry.problems: all of it, with its place.
 */
export async function load(paths, packages, registry) {
    let expressions;
    try {
        expressions = await loadExpressions(packages);
    } catch (error) {
        registry.problems.push(new Problem(null, describe(error.message)));
        return;
    }
    direct(packages);
    for (const file of paths.flatMap((one) => filesOf(one, registry))) {
        try {
            await import(pathToFileURL(file).href);
        } catch (error) {
            registry.problems.push(problemOf(file, error));
        }
    }
    registry.compile(expressions);
}

/** From here on `import` knows 'mprun' and the folders of packages. */
export function direct(packages) {
    const data = {
        sdk: new URL('index.js', HERE).href,
        packages: packages.map((folder) =>
            pathToFileURL(path.resolve(folder, 'x.js')).href),
    };
    if (module.registerHooks) {
        hooks.initialize(data);
        module.registerHooks({ resolve: hooks.resolveSync });
    } else {
        module.register('./hooks.js', { parentURL: import.meta.url, data });
    }
}

function filesOf(name, registry) {
    const root = path.resolve(name);
    const stat = fs.statSync(root, { throwIfNoEntry: false });
    if (stat?.isFile()) {
        return [root];
    }
    const found = stat?.isDirectory() ? filesBelow(root) : [];
    if (found.length === 0) {
        registry.problems.push(new Problem(new Location(root, 1), stat
            ? `there is no step file (${SUFFIXES.join(', ')}) here`
            : 'no such file or folder of steps'));
    }
    return found;
}

function filesBelow(folder) {
    const entries = fs.readdirSync(folder, { withFileTypes: true })
        .filter(({ name }) => !/^[._]/.test(name) && name !== 'node_modules')
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.flatMap((entry) => {
        const full = path.join(folder, entry.name);
        const stat = entry.isSymbolicLink()
            ? fs.statSync(full, { throwIfNoEntry: false }) : entry;
        if (stat?.isDirectory()) {
            return filesBelow(full);
        }
        return stat?.isFile() && isStepFile(entry.name) ? [full] : [];
    });
}

function isStepFile(name) {
    return SUFFIXES.includes(path.extname(name)) && !/\.d\.m?ts$/.test(name);
}

function problemOf(file, error) {
    const text = error instanceof Error
        ? `${error.name}: ${firstLine(error.message)}` : describe(error);
    return new Problem(placeOf(file, error), text + hintFor(error));
}

function firstLine(text) {
    return describe(text).split('\n', 1)[0];
}

function hintFor(error) {
    const name = /^(\w+) is not defined$/.exec(error?.message)?.[1];
    if (error instanceof ReferenceError && Object.hasOwn(sdk, name)) {
        return `; import { ${name} } from 'mprun'`;
    }
    return /import statement outside a module|Unexpected token 'export'/
        .test(error?.message)
        ? '; name the file .mjs, or put {"type":"module"} into a'
            + ' package.json beside it' : '';
}

/** The line that the error speaks of, at best in the step file itself. */
function placeOf(file, error) {
    const stack = describe(error?.stack);
    const url = pathToFileURL(file).href;
    const lines = stack.split('\n');
    // A syntax error names its place in front, in whatever file it is.
    const head = /^(file:\/\/.+|\/.+|[A-Z]:\\.+):(\d+)$/.exec(lines[0]);
    if (head !== null) {
        return new Location(head[1], Number(head[2]));
    }
    for (const line of lines) {
        for (const name of [url, file]) {
            const at = line.indexOf(`${name}:`);
            const number = at < 0 ? NaN
                : parseInt(line.slice(at + name.length + 1), 10);
            if (number > 0) {
                return new Location(file, number);
            }
        }
    }
    return new Location(file, error instanceof SyntaxError
        ? lineOfSyntax(file) : lineOfImport(file, error));
}

/** Node tells it on standard error, but not to who imports the file. */
function lineOfSyntax(file) {
    const { stderr } = spawnSync(process.execPath, ['--check', file],
        { encoding: 'utf8' });
    const [head] = String(stderr).split('\n', 1);
    return Number(/:(\d+)$/.exec(head)?.[1] ?? 1);
}

/** Node does not say which line imports what cannot be found. */
function lineOfImport(file, error) {
    const name = /^Cannot find (?:package|module) '([^']+)'/
        .exec(error?.message)?.[1];
    if (name === undefined) {
        return 1;
    }
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    const found = lines.findIndex((line) => /\b(import|from)\b/.test(line)
        && (line.includes(name) || line.includes(path.basename(name))));
    return found + 1 || 1;
}
