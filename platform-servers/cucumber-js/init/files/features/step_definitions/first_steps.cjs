// The steps of features/first.feature, for cucumber-js.
//
// this.mprun is what cucumber-js has not: here the folder that all processes
// of a case share, and no other case has.

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');

const { Given, Then } = require('@cucumber/cucumber');

function noteFile(world) {
    return path.join(world.mprun.sharedDir, 'note.txt');
}

Given('writes the note {string}', function (text) {
    fs.writeFileSync(noteFile(this), text);
});

Then('finds the note {string}', function (text) {
    assert.strictEqual(fs.readFileSync(noteFile(this), 'utf8'), text);
    fs.unlinkSync(noteFile(this));
});
