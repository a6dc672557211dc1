import assert from 'node:assert/strict';

import { step } from 'mprun';

step('the following table is transposed:', (ctx) => {
    const rows = ctx.dataTable.rows;
    ctx.state.turned = rows[0].map((_, column) =>
        rows.map((row) => row[column]));
});
step('it should be:', (ctx) => {
    assert.deepEqual(ctx.state.turned, ctx.dataTable.rows);
});
