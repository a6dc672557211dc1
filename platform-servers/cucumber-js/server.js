#!/usr/bin/env node
// mprun-cucumber-js; the Node SDK lies beside this folder.

import { main } from './lib/main.js';

main(process.argv.slice(2));
