import { config } from 'zod';

// Zod compiles its schemas with `new Function` where it may. The content security policy forbids that, and even
// the caught attempt is reported as a violation. Must run before the first schema is made, so main imports it first.
config({ jitless: true });
