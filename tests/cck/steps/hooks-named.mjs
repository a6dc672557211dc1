import { afterScenario, beforeScenario, step } from 'mprun';

beforeScenario({ name: 'A named before hook' }, () => {});
step('a step passes', () => {});
afterScenario({ name: 'A named after hook' }, () => {});
