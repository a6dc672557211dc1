import { pending, skip, step } from 'mprun';

step(/^a step$/, () => {});
step(/^a failing step$/, () => {
    throw new Error('it fails');
});
step(/^a pending step$/, () => pending(''));
step(/^a skipped step$/, () => skip(''));
step(/^an ambiguous (.*?)$/, () => {});
step(/^(.*?) ambiguous step$/, () => {});
