import { step } from 'mprun';

step('{airport} is closed because of a strike', () => {});
