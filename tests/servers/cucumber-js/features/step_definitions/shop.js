const assert = require('node:assert');
const { Given, Then, When } = require('@cucumber/cucumber');

Given('an open shop', function () {
    assert.strictEqual(this.name, 'corner');
});

When('{word} buys {int} {fruit}(s)', function (name, count, fruit) {
    this.buy(name, fruit, count);
});

Then('the basket holds {int}', function (count, done) {
    setImmediate(() => done(this.basket.length === count ? null
        : new Error(`it holds ${this.basket.length}`)));
});

When('these are bought', async function (table) {
    for (const { who, count, fruit } of table.hashes()) {
        this.buy(who, fruit, Number(count));
    }
});

Then('the receipt says', function (text) {
    this.log(text);
    this.attach('{"a": 1}', { mediaType: 'application/json',
        fileName: 'receipt.json' });
    assert.deepStrictEqual(this.basket, text.split('\n'));
});

When(/^(\d+) goes? into the till$/, function (count) {
    this.till += count;
});

Then('the till holds {int}', function (count) {
    assert.strictEqual(this.till, count);
});

When('nobody has written this', () => 'pending');

When('the scenario gives up', async () => 'skipped');

Then('it breaks', () => {
    throw new RangeError('broken');
});

Then('it never ends', () => new Promise(() => {}));

Then('one of two', () => {});
Then(/^one of (two|three)$/, () => {});
