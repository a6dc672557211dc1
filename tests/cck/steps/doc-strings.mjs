import { step } from 'mprun';

step('a doc string:', () => {});
