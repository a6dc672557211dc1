import { pending, step } from 'mprun';

step('a pending step', () => pending(''));
