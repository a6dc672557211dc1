// The program: `server.js --steps DIR`.

import { parseArgs } from 'node:util';

import { Channel } from './channel.js';
import { load, loadExpressions } from './loader.js';
import { sharedRegistry } from './registry.js';
import { Server, problemText } from './server.js';
import { takeStandardStreams } from './stdio.js';

const USAGE = `\
usage: server.js --steps PATH [OPTION...]

A platform server for mprun: it reads requests from standard input and answers
on standard output. mprun starts it; the command stands in mprun.yaml:

  platforms:
    node:
      command: [node, platform-servers/node/server.js, --steps, steps/node]

  --steps PATH     a folder of step files or one step file; repeatable
  --packages DIR   where to look for npm packages that are not found otherwise
                   (in DIR/node_modules); repeatable, ignored if absent
  --check          load the step files, say what is wrong, end
  --list           list the step definitions, end
  --available      end: with 0 if this Node and the packages will do, else with
                   1 and the reason
  --help           this text
`;

const OPTIONS = {
    steps: { type: 'string', multiple: true, default: [] },
    packages: { type: 'string', multiple: true, default: [] },
    check: { type: 'boolean' },
    list: { type: 'boolean' },
    available: { type: 'boolean' },
    help: { type: 'boolean' },
};

export async function main(words) {
    const options = parse(words);
    Error.stackTraceLimit = 50;
    if (options.help) {
        process.stdout.write(USAGE);
    } else if (options.available) {
        await checkAvailable(options);
    } else if (options.check || options.list) {
        await check(options);
    } else {
        await serve(options);
    }
}

function parse(words) {
    try {
        const { values } = parseArgs({ args: words, options: OPTIONS });
        if (values.steps.length > 0 || values.available || values.help) {
            return values;
        }
        throw new Error('--steps is missing');
    } catch (error) {
        process.stderr.write(`mprun-server-node: ${error.message}\n${USAGE}`);
        return process.exit(2);
    }
}

async function serve({ steps, packages }) {
    const channel = new Channel(takeStandardStreams());
    if (process.stderr.isTTY && !process.env.MPRUN) {
        process.stderr.write(USAGE);
    }
    const registry = sharedRegistry();
    const loaded = load(steps, packages, registry).then(() => {
        if (registry.problems.length > 0) {
            process.stderr.write(
                `mprun: ${problemText(registry.problems)}\n`);
        }
    });
    const signal = await new Server(registry, channel).serve(loaded);
    await channel.flush();
    if (signal !== null) {
        process.kill(process.pid, signal);
        return;
    }
    // Whatever a step left behind (a timer, a socket) does not keep us.
    process.exit(0);
}

async function checkAvailable({ packages }) {
    try {
        await loadExpressions(packages);
    } catch (error) {
        process.stderr.write(`${error.message}\n`);
        process.exitCode = 1;
    }
}

async function check({ steps, packages, list }) {
    const registry = sharedRegistry();
    await load(steps, packages, registry);
    const { definitions, hooks } = registry;
    const problems = [...registry.problems, ...registry.untypedText];
    if (list) {
        for (const definition of definitions) {
            console.log(`${definition.source}  # ${definition.location}`);
        }
        for (const hook of hooks) {
            console.log(`${hook.title}  # ${hook.location}`);
        }
    }
    for (const problem of problems) {
        console.error(String(problem));
    }
    if (!list) {
        console.log(`step definitions: ${definitions.length},`
            + ` errors: ${problems.length}`);
    }
    process.exit(problems.length > 0 ? 1 : 0);
}
