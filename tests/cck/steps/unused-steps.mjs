import { step } from 'mprun';

step('a step that is used', () => {});
step('a step that is not used', () => {});
