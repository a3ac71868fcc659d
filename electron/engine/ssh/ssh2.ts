// First: it changes what ssh2 takes its ciphers from while it is loaded.
import './wire/ssh2-ciphers.ts';
// biome-ignore lint/style/noRestrictedImports: the one door.
import ssh2 from 'ssh2';

/** ssh2, with our ciphers. The one door to it: nothing else may import the package itself. */
export { ssh2 };
