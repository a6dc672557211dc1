import { step } from 'mprun';

step('an implemented step', () => {});
step('a step that will be skipped', () => {});
