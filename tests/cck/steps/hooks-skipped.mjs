import { afterScenario, beforeScenario, skip, step } from 'mprun';

beforeScenario(() => {});
beforeScenario('@skip-before', () => skip(''));
beforeScenario(() => {});
step('a normal step', () => {});
step('a step that skips', () => skip(''));
afterScenario(() => {});
afterScenario('@skip-after', () => skip(''));
afterScenario(() => {});
