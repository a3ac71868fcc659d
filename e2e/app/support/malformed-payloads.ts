/** What became of the payloads. */
export interface MaulOutcome {
  readonly sent: number;
  /** Functions and the like, which cannot be sent at all. */
  readonly refusedByClone: number;
  readonly refusedByMain: number;
  /** Commands that were carried out. */
  readonly accepted: readonly string[];
  /** Answers of a kind that no command should give here. */
  readonly odd: readonly string[];
}

/**
 * Sends malformed payloads to every command, from within the page: it must stand on its own. The same for the same seed. None of
 * them is ever right: what is made of a real profile is broken in one place by a value that nothing in a profile may be.
 */
export async function maul(options: {
  readonly names: readonly string[];
  readonly each: number;
  readonly seed: number;
}): Promise<MaulOutcome> {
  let state = options.seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value;
  const api = window.culvert as unknown as { call(name: string, input: unknown): Promise<unknown> };
  const answer = (await api.call('app.snapshot', null)) as { value: { profiles: object[] } };

  const deep = (depth: number): unknown => {
    let value: unknown = 'bottom';
    for (let level = 0; level < depth; level += 1) value = random() < 0.5 ? [value] : { a: value };
    return value;
  };
  const cyclic = () => {
    const ring: Record<string, unknown> = { id: 'x' };
    ring.self = ring;
    return ring;
  };
  const texts = () =>
    pick([
      '',
      '\0',
      '../../etc/passwd',
      '\u202egnp.exe',
      '\u200b\u2066',
      '<img src=x onerror=alert(1)>',
      '\ud800',
      '{{7*7}}',
      "'; --",
      '%00%2e%2e',
    ]);
  const leaves: readonly (() => unknown)[] = [
    () => Number.NaN,
    () => Number.POSITIVE_INFINITY,
    () => -1.5,
    () => 2 ** 53,
    () => 10n ** 30n,
    () => undefined,
    () => true,
    texts,
    () => 'x'.repeat(pick([5_000, 50_000])),
    () => new Uint8Array(pick([0, 9, 70_000])),
    () => new Float64Array(3),
    () => new ArrayBuffer(8),
    () => new Date(Number.NaN),
    () => /re+gex/g,
    () => new Map([['id', 'x']]),
    () => new Set(['id']),
    () => new Error('not plain'),
    () => () => 'a function',
    () => Symbol('symbol'),
    () => document.body,
    () => Promise.resolve(1),
    () => deep(pick([10, 200, 900])),
    cyclic,
    () => Array.from({ length: pick([1, 100, 3_000]) }, texts),
    () => new Array(pick([3, 10_000])),
    () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'),
    () => Object.create(null),
  ];
  const keys = [
    'id',
    'profileId',
    'tunnelId',
    'promptId',
    'forwardId',
    'profile',
    'answer',
    'enabled',
    '__proto__',
    'constructor',
    'toString',
    '\u202e',
    '',
  ];
  const someObject = () =>
    Object.fromEntries(
      Array.from({ length: 1 + Math.floor(random() * 5) }, () => [pick(keys), pick(leaves)()]),
    );

  /** A copy with one of its ends replaced by an object, which stands nowhere in place of a plain value. */
  const broken = (value: object): unknown => {
    const copy = structuredClone(value) as Record<string, unknown>;
    let place = copy;
    for (;;) {
      const key = pick(Object.keys(place));
      const inner = place[key];
      if (typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0) {
        place = inner as Record<string, unknown>;
      } else {
        place[key] = { polluted: pick([1, texts()]) };
        return copy;
      }
    }
  };
  const payload = (): unknown => {
    const [profile] = answer.value.profiles;
    const roll = random();
    if (roll < 0.25) return pick(leaves)();
    if (roll < 0.6 || profile === undefined) return someObject();
    // Holes where the forwards should be.
    if (roll < 0.63) return { profile: { ...profile, forwards: new Array(20_000) } };
    if (roll < 0.8) return { profile: broken(profile) };
    if (roll < 0.9) return { ...profile, id: { polluted: 1 }, profileId: pick(leaves)() };
    return [someObject(), pick(leaves)()];
  };

  const outcome = {
    sent: 0,
    refusedByClone: 0,
    refusedByMain: 0,
    accepted: [] as string[],
    odd: [] as string[],
  };
  for (const name of options.names) {
    const calls = Array.from({ length: options.each }, async () => {
      const input = payload();
      outcome.sent += 1;
      try {
        const result = (await api.call(name, input)) as { ok: boolean; error?: { code: string } };
        if (result.ok) outcome.accepted.push(`${name} ${String(input)}`);
        else if (result.error?.code === 'invalid') outcome.refusedByMain += 1;
        else outcome.odd.push(`${name} ${JSON.stringify(result)}`);
      } catch (error) {
        const { message } = error as Error;
        if (/clone|could not be|not supported|recursion/i.test(message)) outcome.refusedByClone += 1;
        else outcome.odd.push(`${name} threw ${message}`);
      }
    });
    await Promise.all(calls);
  }
  return outcome;
}
