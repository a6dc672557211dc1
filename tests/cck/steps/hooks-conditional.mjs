import { afterScenario, beforeScenario, step } from 'mprun';

beforeScenario('@passing-hook', () => {});
beforeScenario('@fail-before', () => {
    throw new Error('a hook fails');
});
step('a step passes', () => {});
afterScenario('@fail-after', () => {
    throw new Error('a hook fails');
});
afterScenario('@passing-hook', () => {});
