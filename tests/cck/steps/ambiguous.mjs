import { step } from 'mprun';

step(/^a (.*?) with (.*?)$/, () => {});
step(/^a step with (.*?)$/, () => {});
