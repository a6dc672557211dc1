import { afterRun, beforeRun, step } from 'mprun';

beforeRun(() => {});
beforeRun(() => {
    throw new Error('a hook fails');
});
beforeRun(() => {});
step('a step passes', () => {});
afterRun(() => {});
afterRun(() => {});
