import { afterScenario, skip, step } from 'mprun';

step('a step that skips', () => skip(''));
afterScenario(() => {
    throw new Error('a hook fails');
});
