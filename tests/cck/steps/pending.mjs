import { pending, step } from 'mprun';

step('an implemented non-pending step', () => {});
step('an implemented step that is skipped', () => {});
step('an unimplemented pending step', () => pending(''));
