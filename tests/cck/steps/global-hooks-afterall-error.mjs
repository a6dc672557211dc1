import { afterRun, beforeRun, step } from 'mprun';

beforeRun(() => {});
beforeRun(() => {});
step('a step passes', () => {});
afterRun(() => {});
afterRun(() => {
    throw new Error('a hook fails');
});
afterRun(() => {});
