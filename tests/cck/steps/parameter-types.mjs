import assert from 'node:assert/strict';

import { parameterType, step } from 'mprun';

parameterType({
    name: 'flight',
    regexp: /([A-Z]{3})-([A-Z]{3})/,
    transformer: (from, to) => ({ from, to }),
});
step('{flight} has been delayed', (ctx, flight) => {
    assert.deepEqual(flight, { from: 'LHR', to: 'CDG' });
});
