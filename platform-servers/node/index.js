// Write steps for mprun in JavaScript:
//
//     import { when } from 'mprun';
//
//     when('writes frame with size {int}', async function (ctx, size) {
//         ctx.log(`writing ${size} bytes`);
//     });
//
// The first argument of a step is the context; then come the values of the
// expression's parameters, then the data table and the doc string, if the step
// has them. README.md shows all of it, index.d.ts the types.

export { afterRun, afterScenario, afterStep, beforeRun, beforeScenario,
    beforeStep } from './lib/around.js';
export { DataTable } from './lib/argument.js';
export { Cancelled, Pending, Skipped, pending, skip } from './lib/outcome.js';
export { given, parameterType, step, then, when } from './lib/registry.js';
