// Finding @cucumber/cucumber: the project's own, else in --packages.
//
// It has to be the very instance that the step files get: it collects what
// they define. So a folder of packages is made known to them too.

import fs from 'node:fs';
import module, { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';

import { direct } from '../../node/lib/loader.js';

const NAME = '@cucumber/cucumber';

/** The folder of the package; throws with what to do. */
export function findPackage(folders) {
    for (const folder of [process.cwd(), ...folders]) {
        try {
            const require = createRequire(path.resolve(folder, 'x.js'));
            return fs.realpathSync(path.dirname(
                require.resolve(`${NAME}/package.json`)));
        } catch {
            // The next folder may have it.
        }
    }
    throw new Error(`the npm package ${NAME} is missing: npm install`
        + ` --prefix build/cucumber-js ${NAME} (the server looks there with`
        + ' `--packages build/cucumber-js`)');
}

/** The package names the versions of Node that it is made for; throws. */
export function checkNode(folder) {
    const about = JSON.parse(
        fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const wanted = about.engines?.node ?? '';
    const oldest = Math.min(...(wanted.match(/\b\d+/g) ?? [0]).map(Number));
    if (Number.parseInt(process.versions.node, 10) < oldest) {
        throw new Error(`@cucumber/cucumber ${about.version} is made for Node `
            + `${wanted}, this is ${process.version}: install a version of it `
            + 'for this Node');
    }
}

/** Lets step files find what they import in these folders as well. */
export function shareFolders(folders) {
    const places = folders.map((folder) =>
        path.resolve(folder, 'node_modules')).filter((folder) =>
        fs.existsSync(folder)).map((folder) => fs.realpathSync(folder));
    const { NODE_PATH } = process.env;
    process.env.NODE_PATH = [...places, ...(NODE_PATH ? [NODE_PATH] : [])]
        .join(path.delimiter);
    module.Module._initPaths();
    direct(folders);
}

/** What cucumber-js is made of, by its files. */
export function loadParts(folder) {
    const require = createRequire(path.join(folder, 'x.js'));
    const part = (name) => {
        const loaded = require(path.join(folder, 'lib', name));
        return loaded.default ?? loaded;
    };
    return {
        version: require(path.join(folder, 'package.json')).version,
        api: require(path.join(folder, 'lib/api/index.js')),
        stepRunner: part('runtime/step_runner.js'),
        userCode: part('user_code_runner.js'),
        AttachmentManager: part('runtime/attachment_manager/index.js'),
        gherkin: require('@cucumber/gherkin'),
        messages: require('@cucumber/messages'),
        expressions: require('@cucumber/cucumber-expressions'),
    };
}
