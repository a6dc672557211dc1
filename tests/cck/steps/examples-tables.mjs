import assert from 'node:assert/strict';

import { step } from 'mprun';

step('there are {int} cucumbers', (ctx, count) => {
    ctx.state.cucumbers = count;
});
step('there are {int} friends', (ctx, count) => {
    ctx.state.friends = count;
});
step('I eat {int} cucumbers', (ctx, count) => {
    ctx.state.cucumbers -= count;
});
step('I should have {int} cucumbers', (ctx, count) => {
    assert.equal(ctx.state.cucumbers, count);
});
step('each person can eat {int} cucumbers', (ctx, count) => {
    assert.equal(Math.floor(ctx.state.cucumbers / (ctx.state.friends + 1)),
        count);
});
