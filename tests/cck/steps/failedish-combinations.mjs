import { pending, skip, step } from 'mprun';

step(/^a step$/, () => {});
step(/^a skipped step$/, () => skip(''));
step(/^a pending step$/, () => pending(''));
step(/^an ambiguous (.*?)$/, () => {});
step(/^(.*?) ambiguous step$/, () => {});
step(/^a failing step$/, () => {
    throw new Error('it fails');
});
