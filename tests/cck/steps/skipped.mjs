import { skip, step } from 'mprun';

step('a step that does not skip', () => {});
step('a step that is skipped', () => {});
step('I skip a step', () => skip(''));
