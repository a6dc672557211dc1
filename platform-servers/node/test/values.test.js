// Values on their way in and out: arguments, JSON, failures.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BadArgument, DataTable, parseArgument } from '../lib/argument.js';
import { unifiedDiff } from '../lib/diff.js';
import { describeFailure } from '../lib/failure.js';
import { clean, decode, encode } from '../lib/safejson.js';

const TABLE = { rows: [['id', 'size'], ['1', '1024'], ['2', '']] };

test('rows become objects', () => {
    const table = new DataTable([['id', 'at', 'last', 'note'],
        ['1', '2024-01-01', 'no', 'x'], ['2', '2024-01-02', 'TRUE', '']]);
    assert.deepEqual(table.objects({ id: Number, last: Boolean,
        at: (text) => new Date(text) }), [
        { id: 1, at: new Date('2024-01-01'), last: false, note: 'x' },
        { id: 2, at: new Date('2024-01-02'), last: true, note: '' }]);
    assert.deepEqual(table.objects(), table.hashes);
    assert.throws(() => table.objects({ note: Number }),
        /row 1 of the table, column 'note': 'x' is no Number/);
    assert.throws(() => table.objects({ id: Boolean }), /'1' is no Boolean/);
    assert.throws(() => table.objects({ size: Number }), /no column 'size'/);
});

test('a data table', () => {
    const [table] = parseArgument({ dataTable: TABLE }).values;
    assert.deepEqual(table.header, ['id', 'size']);
    assert.deepEqual(table.hashes,
        [{ id: '1', size: '1024' }, { id: '2', size: '' }]);
    assert.deepEqual(table.columns[1], ['size', '1024', '']);
    assert.deepEqual([...table], TABLE.rows);
    assert.equal(table.rowsHash['1'], '1024');
    assert.throws(() => new DataTable([['one']]).rowsHash, /two columns/);
    assert.equal(Object.getPrototypeOf(
        new DataTable([['__proto__'], ['x']]).hashes[0]), Object.prototype);
});

test('a doc string', () => {
    const one = parseArgument(
        { docString: { content: 'a\nb', mediaType: 'text/x' } });
    assert.deepEqual(one.values, ['a\nb']);
    assert.equal(one.docString.mediaType, 'text/x');
    const empty = parseArgument({ docString: { content: '' } });
    assert.deepEqual(empty.values, ['']);
    assert.equal(empty.docString.mediaType, null);
});

test('both, in the order of the step', () => {
    const both = { dataTable: TABLE, docString: { content: 'x' } };
    assert.equal(parseArgument(both).values[1], 'x');
    assert.equal(parseArgument(
        { ...both, order: ['docString', 'dataTable'] }).values[0], 'x');
});

test('arguments that are none', () => {
    for (const bad of [[], 'x', { dataTable: [] }, { dataTable: { rows: [1] } },
        { dataTable: { rows: [[1]] } }, { docString: 'x' },
        { docString: { content: 1 } },
        { docString: { content: '', mediaType: 1 } }]) {
        assert.throws(() => parseArgument(bad), BadArgument,
            JSON.stringify(bad));
    }
});

test('anything becomes strict JSON', () => {
    const loop = { name: 'loop' };
    loop.self = loop;
    let deep = [];
    for (let level = 0; level < 5000; level++) {
        deep = [deep];
    }
    const wide = Array.from({ length: 30 }).reduce((inner) =>
        ({ a: inner, b: inner }), {});
    const broken = { get bad() {
        throw new Error('no value');
    } };
    for (const [value, expected] of [
        [{ a: undefined, b: null, c: 1.5 }, { b: null, c: 1.5 }],
        [NaN, 'NaN'], [-Infinity, '-Infinity'],
        [12n, 12], [2n ** 70n, '1180591620717411303424'],
        ['a\ud800b\udc00\0c', 'a\ufffdb\ufffd\ufffdc'], ['🚚', '🚚'],
        [{ 'k\0': 1 }, { 'k\ufffd': 1 }],
        [new Map([['k', new Set([1, 2])]]), { k: [1, 2] }],
        [Buffer.from('ab'), '6162'], [new Uint16Array([1]), '0100'],
        [new Date(0), '1970-01-01T00:00:00.000Z'],
        [new Date(NaN), null], [[undefined, 1], [null, 1]],
        [new TypeError('x'), 'TypeError: x'],
        [loop, { name: 'loop', self: '[Circular]' }],
        [Symbol('s'), 'Symbol(s)'], [broken, '<Error: no value>'],
        [Object.create(null), {}],
    ]) {
        assert.deepEqual(JSON.parse(JSON.stringify(clean(value))), expected);
        assert.deepEqual(JSON.parse(encode(value)), expected);
    }
    assert.match(encode({ deep }), /\.\.\./);
    assert.ok(encode({ wide }).length < 16 * 1024 * 1024);
    assert.doesNotMatch(encode({ text: 'a\u2028\nb' }).slice(0, -1), /\n/);
});

test('lines that are no JSON', () => {
    for (const bad of ['{', '{"a":NaN}', '\xff', '']) {
        assert.throws(() => decode(Buffer.from(bad, 'latin1')), bad);
    }
    assert.equal(decode(Buffer.from('"gr\\u00f6ße"')), 'größe');
});

function failureOf(action) {
    try {
        action();
    } catch (error) {
        return describeFailure(error);
    }
    return assert.fail('it did not throw');
}

test('the failure of an assertion', () => {
    const plain = failureOf(() => assert.equal(1000, 1024));
    assert.equal(plain.kind, 'assertion');
    assert.match(plain.message, /strictly equal.*1000 !== 1024/);
    assert.doesNotMatch(plain.message, /\n/);
    assert.equal(plain.expected, '1024');
    assert.equal(plain.actual, '1000');
    assert.equal(plain.diff, undefined);
    assert.match(plain.location.file, /values\.test\.js$/);
    assert.match(plain.stackTrace, /values\.test\.js:\d+:\d+/);
    assert.doesNotMatch(plain.stackTrace, /node:internal/);

    const own = failureOf(() => assert.equal('a', 'b', 'the text differs'));
    assert.equal(own.message, 'the text differs');
    const objects = failureOf(() => assert.deepEqual([1], [2], 'all differ'));
    assert.equal(objects.message, 'all differ');
    const truth = failureOf(() => assert.ok(0));
    assert.equal(truth.expected, undefined);
    assert.equal(truth.actual, undefined);
    assert.notEqual(truth.message, '');
});

test('the failure of unequal objects has a diff', () => {
    const { diff, message } = failureOf(() =>
        assert.deepEqual({ id: 1, size: 2 }, { id: 1, size: 3 }));
    assert.match(diff, /^--- expected\n\+\+\+ actual\n/);
    assert.match(diff, /\n-\s+size: 3\n\+\s+size: 2\n/);
    assert.doesNotMatch(message, /\n/);
});

test('the failure of anything else that is thrown', () => {
    const error = failureOf(() => {
        throw new RangeError('too far', { cause: new Error('a pothole') });
    });
    assert.equal(error.kind, 'exception');
    assert.equal(error.message, 'RangeError: too far');
    assert.match(error.stackTrace, /Caused by Error: a pothole$/);
    assert.equal(failureOf(() => {
        throw 'just text';
    }).message, 'thrown: just text');
    assert.equal(failureOf(() => {
        throw undefined;
    }).message, 'thrown: undefined');
    assert.match(failureOf(() => {
        throw new AggregateError([new Error('a'), new Error('b')]);
    }).message, /a; b/);
    const full = Object.assign(new Error('no room'), { code: 'ENOSPC' });
    assert.equal(describeFailure(full).kind, 'resource');
    assert.equal(describeFailure(Object.assign(new Error('x'),
        { stack: 5, name: null })).type, 'null');
});

test('unified diffs', () => {
    assert.equal(unifiedDiff('a\nb\nc', 'a\nx\nc'),
        '--- expected\n+++ actual\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c');
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const changed = lines.map((line, index) =>
        (index === 9 || index === 11 ? `${line}!` : line));
    assert.equal(unifiedDiff(lines.join('\n'), changed.join('\n')), [
        '--- expected', '+++ actual', '@@ -7,9 +7,9 @@', ' line 6', ' line 7',
        ' line 8', '-line 9', '+line 9!', ' line 10', '-line 11', '+line 11!',
        ' line 12', ' line 13', ' line 14'].join('\n'));
    assert.equal(unifiedDiff('a', 'a\nb'),
        '--- expected\n+++ actual\n@@ -1,1 +1,2 @@\n a\n+b');
    const many = (letter) => Array.from({ length: 3000 },
        (_, index) => letter + index).join('\n');
    assert.equal(unifiedDiff(many('a'), many('b')).split('\n').length, 6003);
});
