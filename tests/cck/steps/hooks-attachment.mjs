import fs from 'node:fs';

import { afterScenario, beforeScenario, step } from 'mprun';

function attachImage(ctx) {
    ctx.attach(fs.readFileSync('samples/hooks-attachment/cucumber.svg'), '',
        'image/svg+xml');
}

beforeScenario(attachImage);
step('a step passes', () => {});
afterScenario(attachImage);
