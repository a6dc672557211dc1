import { afterScenario, beforeScenario, step } from 'mprun';

beforeScenario(() => {});
step('a step passes', () => {});
step('a step fails', () => {
    throw new Error('it fails');
});
afterScenario(() => {});
