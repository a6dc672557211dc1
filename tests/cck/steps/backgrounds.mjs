import { step } from 'mprun';

step('an order for {string}', () => {});
step('an action', () => {});
step('an outcome', () => {});
