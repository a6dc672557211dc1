import { step } from 'mprun';

step(/^a (.*?)(?: and a (.*?))?(?: and a (.*?))?$/, () => {});
