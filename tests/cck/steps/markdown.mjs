import { step } from 'mprun';

step('some TypeScript code:', () => {});
step('some classic Gherkin:', () => {});
step('we use a data table and attach something and then {word}',
    (ctx, word) => {
        ctx.log(`We are logging some plain text (${word})`);
        if (word === 'fail') {
            throw new Error('it fails');
        }
    });
step('this might or might not run', () => {});
