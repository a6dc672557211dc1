import { skip, step } from 'mprun';

step('I skip a step', () => skip('not today'));
