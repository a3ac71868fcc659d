/** Whether this process may do what only root may. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Throws unless root runs us. `what` is the subject of the sentence: "A password login". */
export function requireRoot(what: string): void {
  if (!isRoot()) throw new Error(`${what} needs root. Run this test as root, or leave out *.root.test.ts.`);
}
