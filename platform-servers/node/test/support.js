// What several tests need: a folder, step files in it, a server process.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const PACKAGES = process.env.MPRUN_NODE_PACKAGES ?? 'build/node';
const SERVER = fileURLToPath(new URL('../server.js', import.meta.url));

/** A folder that is gone after the test, with these files in it. */
export function folderOf(t, files) {
    const folder = fs.realpathSync(
        fs.mkdtempSync(path.join(os.tmpdir(), 'mprun-sdk-')));
    t.after(() => fs.rmSync(folder, { recursive: true }));
    for (const [name, text] of Object.entries(files)) {
        const file = path.join(folder, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, text);
    }
    return folder;
}

/** A server with the steps of these files; steps/*.mjs of its folder. */
export class Peer {
    #lines = [];
    #waiting = [];
    #rest = '';
    stderr = '';

    constructor(t, files, { words = [], env = {}, ends = 'pipe' } = {}) {
        this.folder = folderOf(t, Object.fromEntries(Object.entries(files)
            .map(([name, text]) => [`steps/${name}`, text])));
        this.child = spawn(process.execPath, [SERVER, '--packages', PACKAGES,
            '--steps', 'steps', ...words], {
            cwd: this.folder, stdio: [ends, ends, 'pipe'],
            env: { ...process.env, MPRUN: '1', ...env } });
        this.exited = once(this.child, 'close');
        t.after(() => this.child.kill('SIGKILL'));
        this.child.stdout.setEncoding('utf8');
        this.child.stdout.on('data', (text) => this.#take(text));
        this.child.stderr.setEncoding('utf8');
        this.child.stderr.on('data', (text) => {
            this.stderr += text;
        });
        this.child.stdin.on('error', () => {});
    }

    #take(text) {
        const lines = (this.#rest + text).split('\n');
        this.#rest = lines.pop();
        for (const line of lines) {
            const waiting = this.#waiting.shift();
            if (waiting) {
                waiting(JSON.parse(line));
            } else {
                this.#lines.push(JSON.parse(line));
            }
        }
    }

    send(method, params, id) {
        this.child.stdin.write(
            `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    }

    async receive() {
        return this.#lines.shift() ?? await new Promise((resolve) => {
            this.#waiting.push(resolve);
        });
    }

    async call(method, params) {
        this.send(method, params, 1);
        return await this.receive();
    }

    async initialize(more) {
        return await this.call('initialize',
            { protocolVersions: [1], ...more });
    }

    async step(text, more) {
        const answer = await this.call('executeStep', { process: 'writer',
            stepType: 'when', step: text, context: {}, ...more });
        assert.ok(answer.result, JSON.stringify(answer));
        return answer.result;
    }

    /** Closes stdin; the exit status. */
    async finish() {
        this.child.stdin.end();
        const [status] = await this.exited;
        assert.equal(this.#rest, '');
        assert.deepEqual(this.#lines, []);
        return status;
    }
}
