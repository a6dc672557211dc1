import { step } from 'mprun';

step('an ambiguous step', () => {});
step('an ambiguous step', () => {});
