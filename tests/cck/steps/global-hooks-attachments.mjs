import { afterRun, beforeRun, step } from 'mprun';

beforeRun((ctx) => ctx.attach('Attachment from BeforeAll hook', ''));
step('a step passes', () => {});
afterRun((ctx) => ctx.attach('Attachment from AfterAll hook', ''));
