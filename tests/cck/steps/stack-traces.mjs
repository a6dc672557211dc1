import { step } from 'mprun';

step('a step throws an exception', () => {
    throw new Error('it breaks');
});
