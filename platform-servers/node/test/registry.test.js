// Defining, loading and matching steps.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

import { listDefinitions, matchSteps } from '../lib/catalog.js';
import { loadExpressions } from '../lib/loader.js';
import { Location, Registry } from '../lib/registry.js';
import { PACKAGES, folderOf } from './support.js';

const SERVER = fileURLToPath(new URL('../server.js', import.meta.url));
const HERE = new Location(import.meta.url, 1);
const expressions = await loadExpressions([PACKAGES]);

function make(patterns, types = []) {
    const registry = new Registry();
    types.forEach((type) => registry.addType(type, HERE));
    patterns.forEach((pattern) => registry.add(pattern, () => {}, HERE));
    registry.compile(expressions);
    return registry;
}

function valuesOf(pattern, text, types) {
    const registry = make([pattern], types);
    assert.deepEqual(registry.problems, []);
    const [match] = registry.find(text);
    // The quick way gives what the package gives.
    assert.deepEqual(match?.values,
        match?.arguments.map((argument) => argument.getValue(null)));
    return match?.values;
}

test('values have types', () => {
    for (const [pattern, text, expected] of [
        ['writes {int} frame(s)', 'writes 3 frames', [3]],
        ['waits {float} s', 'waits 0.5 s', [0.5]],
        ['says {string}', "says 'it is'", ['it is']],
        ['is red/blue', 'is blue', []],
        [/^size (\d+)$/, 'size 7', [7]],
        [/SIZE (\w+)/i, 'size big', ['big']],
        [/^(a)?b$/, 'b', [null]],
        ['no', 'no!', undefined],
    ]) {
        assert.deepEqual(valuesOf(pattern, text), expected, String(pattern));
    }
});

test('a regular expression with g matches every time', () => {
    const registry = make([/a (\w)/g]);
    assert.deepEqual([1, 2, 3].map(() => registry.find('a b').length),
        [1, 1, 1]);
});

test('a type of one\'s own', () => {
    assert.deepEqual(valuesOf('{size} of x', '2 KiB of x', [{
        name: 'size', regexp: /(\d+) (KiB|bytes)/,
        transformer: (count, unit) =>
            Number(count) * (unit === 'KiB' ? 1024 : 1),
    }]), [2048]);
    assert.deepEqual(valuesOf('{pair} {string} {size}', "(bc, y) 'z' 1 MiB", [
        { name: 'pair', regexp: /\((?:(a)|(b(c)?)), (?:x|(y))\)/,
            transformer: (...groups) => groups },
        { name: 'size', regexp: /(\d+) ((K|M)iB|bytes)/,
            transformer: (...groups) => groups },
    ]), [[undefined, 'bc', 'y'], 'z', ['1', 'MiB']]);
    assert.deepEqual(valuesOf('{plain}!', 'pp!',
        [{ name: 'plain', regexp: 'p+' }]), ['pp']);
});

test('none, one, several', () => {
    const registry = make(['a {word}', 'a {int}']);
    assert.deepEqual(['b', 'a x', 'a 1'].map((text) =>
        registry.find(text).length), [0, 1, 2]);
});

test('a text that comes again gets values of its own', () => {
    const registry = make(['at {place}'], [{ name: 'place', regexp: /\w+/,
        transformer: (name) => ({ name }) }]);
    const [one, other] = [1, 2].map(() =>
        registry.find('at home')[0].values[0]);
    assert.deepEqual(one, { name: 'home' });
    assert.deepEqual(other, one);
    assert.notEqual(other, one);
    for (let i = 0; i < 3000; i++) {
        assert.equal(registry.find(`at place${i}`).length, 1);
    }
    assert.equal(registry.find('at home').length, 1);
});

test('the list has parameter types, too', () => {
    const list = listDefinitions(make(['at {place}'],
        [{ name: 'place', regexp: /[a-z]+/ }]));
    assert.deepEqual(list.parameterTypes.map(({ name, regexps }) =>
        ({ name, regexps })), [{ name: 'place', regexps: ['[a-z]+'] }]);
    assert.deepEqual(list.stepDefinitions.map(({ pattern }) => pattern),
        [{ type: 'cucumberExpression', source: 'at {place}' }]);
});

test('snippets are JavaScript', () => {
    const code = make([]).snippet('writes 3 of "x\\y", 4', 'given',
        { dataTable: { rows: [] } });
    assert.match(code, /^given\('writes \{int\} of \{string\}, \{int\}'/);
    assert.match(code, /\(ctx, int, string, int2, table\) \{/);
    for (const text of ['größe ist 🚚', "'", '{int} (x) a/b', '3', 'a\\b']) {
        const snippet = make([]).snippet(text, null, null);
        assert.match(snippet, /^step\('/);
        new vm.Script(snippet);
    }
});

test('places count code points and nest', () => {
    const registry = make([/^🚚(?:(\d)(x))?(y)?$/]);
    assert.deepEqual(matchSteps(registry, [{ step: '🚚1x' }]).results, [
        { matches: [{ id: 's1', args: [
            { value: '1', start: 1, end: 2, type: null },
            { value: 'x', start: 2, end: 3, type: null },
            { value: null, start: null, end: null, type: null }] }] }]);
});

function check(folder, ...paths) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [SERVER,
        '--packages', PACKAGES, '--check',
        ...(paths.length > 0 ? paths : ['.'])
            .flatMap((path) => ['--steps', path])],
    { cwd: folder, encoding: 'utf8' });
    return { stdout, stderr, status };
}

test('all errors of all files, with their places', (t) => {
    const folder = folderOf(t, {
        'a.mjs': "import { step } from 'mprun';\n"
            + "step('uses {nothing}', () => {});\n"
            + "step('open ( paren', () => {});\n"
            + 'step(5, () => {});\n'
            + "step('no function');\n"
            + "step('good', () => {});\n",
        'b.mjs': "\nimport 'no-such-package';\n",
        'c.mjs': '\n\nconst x = ;\n',
        'd.mjs': 'const x = undefined;\n\nx.missing;\n',
        'e.mjs': "import { nothing } from 'mprun';\n",
        'f.mjs': "\n\nimport './gone.mjs';\n",
        'g.mjs': "throw 'just text';\n",
        'h.mjs': "import { parameterType } from 'mprun';\n"
            + "parameterType({ name: 'a(b', regexp: 'x' });\n",
        'i.mjs': "given('a definition', () => {});\n",
        '_private.mjs': "throw new Error('never loaded');\n",
        'node_modules/x/x.mjs': "throw new Error('never loaded');\n",
    });
    const { stdout, stderr, status } = check(folder);
    assert.equal(status, 1);
    assert.equal(stdout, 'step definitions: 2, errors: 11\n'
        .replace('11', stderr.match(/^\S+:\d+: /gm).length));
    for (const expected of [/^a\.mjs:2: .*nothing/m, /^a\.mjs:3: /m,
        /^a\.mjs:4: .* not 5$/m, /^a\.mjs:5: .*function is missing/m,
        /^b\.mjs:2: .*no-such-package/m, /^c\.mjs:3: SyntaxError/m,
        /^d\.mjs:3: TypeError/m, /^e\.mjs:1: SyntaxError.*nothing/m,
        /^f\.mjs:3: .*gone/m, /^g\.mjs:1: just text/m, /^h\.mjs:2: /m,
        /^i\.mjs:1: .*; import { given } from 'mprun'$/m]) {
        assert.match(stderr, expected);
    }
    assert.doesNotMatch(stderr, /never loaded/);
});

test('helpers load once, types may come later, packages are found', (t) => {
    const folder = folderOf(t, {
        'a_steps.mjs': "import { name } from './sub/helper.mjs';\n"
            + "import { step } from 'mprun';\n"
            + `import '@cucumber/cucumber-expressions';\n`
            + "step('{size} of ' + name, () => {});\n",
        'sub/helper.mjs': "import { step } from 'mprun';\n"
            + "export const name = 'x';\nstep('helped', () => {});\n",
        'z/types.mjs': "import { parameterType } from 'mprun';\n"
            + "parameterType({ name: 'size', regexp: /\\d+ KiB/ });\n",
    });
    assert.deepEqual(check(folder), { status: 0, stderr: '',
        stdout: 'step definitions: 2, errors: 0\n' });
});

test('paths that are missing or empty', (t) => {
    const folder = folderOf(t, { 'empty/readme.txt': '' });
    const { stderr, status } = check(folder, 'empty', 'gone');
    assert.equal(status, 1);
    assert.match(stderr, /^empty:1: there is no step file/m);
    assert.match(stderr, /^gone:1: no such file/m);
});

test('options that are wrong', () => {
    const run = (...words) => spawnSync(process.execPath,
        [SERVER, ...words], { encoding: 'utf8', input: '' });
    assert.equal(run('--bogus').status, 2);
    assert.match(run().stderr, /--steps is missing/);
    assert.match(run('--help').stdout, /^usage: server\.js --steps/);
    assert.equal(run('--available', '--packages', PACKAGES).stderr, '');
});
