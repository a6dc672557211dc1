import assert from 'node:assert/strict';

import { step } from 'mprun';

step('there are {int} cucumbers', (ctx, count) => {
    ctx.state.cucumbers = count;
});
step('I eat {int} cucumbers', (ctx, count) => {
    ctx.state.cucumbers -= count;
});
step('I should have {int} cucumbers', (ctx, count) => {
    assert.equal(ctx.state.cucumbers, count);
});
