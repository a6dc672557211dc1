// The steps of the benchmarks for cucumber-js.
const assert = require('node:assert/strict');
const { Given, When, Then } = require('@cucumber/cucumber');

let counter = 0;

Given('a counter at {int}', (value) => {
    counter = value;
});

When('I add {int}', (value) => {
    counter += value;
});

Then('the counter is {int}', (value) => assert.equal(counter, value));
