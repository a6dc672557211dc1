// Notes in a file what was called, where MPRUN_TEST_TRACE says.
const fs = require('node:fs');
const {
    After, AfterAll, AfterStep, Before, BeforeAll, BeforeStep, World,
    defineParameterType, setDefaultTimeout, setWorldConstructor,
} = require('@cucumber/cucumber');

function note(text) {
    const path = process.env.MPRUN_TEST_TRACE;
    if (path) {
        fs.appendFileSync(path, `${text}\n`);
    }
}

class Shop extends World {
    constructor(options) {
        super(options);
        this.basket = [];
        this.name = this.parameters.shop;
    }

    buy(name, fruit, count) {
        for (let number = 0; number < count; number++) {
            this.basket.push(`${name} ${fruit}`);
        }
    }
}

setWorldConstructor(Shop);
setDefaultTimeout(200);

defineParameterType({
    name: 'fruit',
    regexp: /apple|pear/,
    transformer(text) {
        return `${this.name} ${text.toUpperCase()}`;
    },
});

BeforeAll(async () => note('BeforeAll'));
AfterAll((done) => {
    note('AfterAll');
    done();
});
Before(function ({ pickle, gherkinDocument }) {
    note(`Before ${gherkinDocument.feature.name}: ${pickle.name} ${
        pickle.tags.map(({ name }) => name)} ${this.name}`);
});
Before({ tags: '@till and not @closed', name: 'open the till' },
    async function () {
        this.till = 0;
        note('Before @till');
    });
Before('@closed', () => 'skipped');
Before('@burgled', () => {
    throw new Error('the door is open');
});
After(function ({ result }) {
    note(`After ${result.status}`);
});
After('@till', () => note('After @till'));
BeforeStep(({ pickleStep }) => note(`BeforeStep ${pickleStep.text}`));
AfterStep(({ pickleStep, result }) =>
    note(`AfterStep ${pickleStep.text} ${result.status}`));
