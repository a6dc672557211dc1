// The program: `server.js -- --require steps.js`.

import process from 'node:process';
import { parseArgs } from 'node:util';

import { Channel } from '../../node/lib/channel.js';
import { Server, problemText } from '../../node/lib/server.js';
import { takeStandardStreams } from '../../node/lib/stdio.js';
import { checkNode, findPackage } from './package.js';
import { Steps } from './steps.js';

const USAGE = `\
usage: server.js [OPTION...] [-- OPTION OF CUCUMBER-JS...]

A platform server for mprun that plays the steps of a cucumber-js project as
they are. mprun starts it; the command stands in mprun.yaml:

  platforms:
    cucumber-js:
      command: [node, platform-servers/cucumber-js/server.js]

cucumber.js (.json, .yaml, ...) is read; more comes after --.

  --packages DIR   where to look for npm packages that the project has not
                   (in DIR/node_modules); repeatable, ignored if absent
  --check          load the project, say what is wrong, end
  --available      end: with 0 if @cucumber/cucumber is there
  --help           this text
`;

const OPTIONS = {
    packages: { type: 'string', multiple: true, default: [] },
    check: { type: 'boolean' },
    available: { type: 'boolean' },
    help: { type: 'boolean' },
};

export async function main(words) {
    const split = words.includes('--') ? words.indexOf('--') : words.length;
    const options = parse(words.slice(0, split));
    const rest = words.slice(split + 1);
    Error.stackTraceLimit = 50;
    if (options.help) {
        process.stdout.write(USAGE);
    } else if (options.available) {
        checkAvailable(options);
    } else if (options.check) {
        await check(options, rest);
    } else {
        await serve(options, rest);
    }
}

function parse(words) {
    try {
        return parseArgs({ args: words, options: OPTIONS }).values;
    } catch (error) {
        process.stderr.write(`mprun-cucumber-js: ${error.message}\n${USAGE}`);
        return process.exit(2);
    }
}

function checkAvailable({ packages }) {
    try {
        checkNode(findPackage(packages));
    } catch (error) {
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
    }
}

async function check({ packages }, rest) {
    const steps = new Steps();
    await steps.load(packages, rest);
    steps.problems.forEach((problem) => console.error(String(problem)));
    console.log(`step definitions: ${steps.definitions.length},`
        + ` errors: ${steps.problems.length}`);
    process.exit(steps.problems.length > 0 ? 1 : 0);
}

async function serve({ packages }, rest) {
    const channel = new Channel(takeStandardStreams());
    if (process.stderr.isTTY && !process.env.MPRUN) {
        process.stderr.write(USAGE);
    }
    const steps = new Steps();
    const about = { name: 'mprun-cucumber-js' };
    const loaded = steps.load(packages, rest).then(() => {
        about.sdk = `cucumber-js ${steps.version}`;
        if (steps.problems.length > 0) {
            process.stderr.write(
                `mprun-cucumber-js: ${problemText(steps.problems)}\n`);
        }
    });
    const signal = await new Server(steps, channel, about).serve(loaded);
    await channel.flush();
    if (signal !== null) {
        process.kill(process.pid, signal);
        return;
    }
    // Whatever a step left behind (a timer, a socket) does not keep us.
    process.exit(0);
}
