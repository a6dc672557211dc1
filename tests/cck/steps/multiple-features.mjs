import { step } from 'mprun';

step('an order for {string}', () => {});
