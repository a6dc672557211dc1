import { step } from 'mprun';

step('I have {int} cukes in my belly', () => {});
