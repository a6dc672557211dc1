import { afterRun, beforeRun, step } from 'mprun';

beforeRun(() => {});
beforeRun(() => {});
step('a step passes', () => {});
step('a step fails', () => {
    throw new Error('it fails');
});
afterRun(() => {});
afterRun(() => {});
