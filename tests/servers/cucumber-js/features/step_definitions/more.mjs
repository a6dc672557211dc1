import { Then } from '@cucumber/cucumber';

Then('a module says {string}', function (text) {
    if (text !== 'hello') {
        throw new Error(`no: ${text}`);
    }
});
