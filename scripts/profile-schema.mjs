#!/usr/bin/env node
/**
 * Writes docs/profile.schema.json anew from the zod schema. Run it after a change to shared/profile.ts;
 * a test fails while the file is out of date.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = fileURLToPath(new URL('../docs/profile.schema.json', import.meta.url));
const biome = fileURLToPath(new URL('../node_modules/@biomejs/biome/bin/biome', import.meta.url));

const { module } = await runnerImport('./electron/storage/profiles-schema.ts', { root, configFile: false });
writeFileSync(target, `${JSON.stringify(module.profilesJsonSchema(), null, 2)}\n`);
execFileSync(process.execPath, [biome, 'format', '--write', target], { cwd: root, stdio: 'inherit' });
