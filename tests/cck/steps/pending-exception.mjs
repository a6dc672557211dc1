import { pending, step } from 'mprun';

step('an unimplemented pending step', () => pending('not written'));
