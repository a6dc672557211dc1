import { step } from 'mprun';

step('a step that always passes', () => {});

function failsBefore(attempt) {
    return (ctx) => {
        if (ctx.scenario.attempt < attempt) {
            throw new Error('not yet');
        }
    };
}

step('a step that passes the second time', failsBefore(2));
step('a step that passes the third time', failsBefore(3));
step('a step that always fails', () => {
    throw new Error('never');
});
