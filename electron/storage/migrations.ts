import type { Migrations } from './migrate.ts';

/**
 * The steps that bring an older `profiles.json` up to date, each under the version it starts from. Version 1
 * is the first that was released, so there are none yet. For every step to come, a file of the version it
 * starts from lies frozen in `fixtures/` and is loaded in the tests for ever.
 */
export const profileMigrations: Migrations = {};
