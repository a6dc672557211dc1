// What the benchmarks play on Node: steps that cost next to nothing.
import assert from 'node:assert/strict';

import { step } from 'mprun';

let counter = 0;

step('a counter at {int}', (ctx, value) => {
    counter = value;
});

step('I add {int}', (ctx, value) => {
    counter += value;
});

step('the counter is {int}', (ctx, value) =>
    assert.equal(counter, value));
