import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bindLabel,
  type Forward,
  forwardLabel,
  forwardSchema,
  type Profile,
  profileSchema,
} from './profile.ts';

const ID = '6f1c1b1e-6f2d-4a47-9c0f-0a0b0c0d0e0f';
const OTHER_ID = '0b6cf1d5-93a5-4c0e-8f1e-2f3a4b5c6d7e';

const smallest = {
  id: ID,
  name: 'Mail',
  server: { host: 'core', port: 22, user: 'andre' },
  login: { method: 'automatic' },
  forwards: [
    { id: OTHER_ID, kind: 'local', bind: { address: '', port: 42424 }, target: { host: 'imap', port: 143 } },
  ],
};

/** The smallest profile with one value changed; `undefined` takes it out. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(smallest) as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce((node, step) => node[step] as Record<string, unknown>, copy);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

/** `path: message` of every complaint. */
function complaints(input: unknown): readonly string[] {
  const parsed = profileSchema.safeParse(input);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('profileSchema', () => {
  it('fills in what a profile leaves open', () => {
    expect(profileSchema.parse(smallest)).toEqual({
      ...smallest,
      forwards: [{ ...smallest.forwards[0], name: '', enabled: true }],
      startOnOpen: false,
      legacyAlgorithms: false,
      looksAtServer: true,
      practice: false,
    });
  });

  it('leaves a full profile as it is, so that saving twice changes nothing', () => {
    const once = profileSchema.parse(smallest);
    expect(profileSchema.parse(once)).toEqual(once);
  });

  it('drops what it does not know', () => {
    const parsed = profileSchema.parse({
      ...smallest,
      password: 'hunter2',
      server: { ...smallest.server, x: 1 },
    });
    expect(JSON.stringify(parsed)).not.toMatch(/hunter2|"x"/);
  });

  it('has no exposure where none was confirmed', () => {
    expect(profileSchema.parse(smallest).forwards[0]).not.toHaveProperty('exposureConfirmedFor');
    const confirmed = { ...smallest.forwards[0], exposureConfirmedFor: '*' };
    expect(forwardSchema.parse(confirmed).exposureConfirmedFor).toBe('*');
  });

  it.each([
    ['name', '  Mail  ', 'Mail'],
    ['server.host', ' core ', 'core'],
    ['server.user', '\tandre\n', 'andre'],
    ['forwards.0.target.host', ' imap', 'imap'],
    ['forwards.0.bind.address', ' localhost ', 'localhost'],
  ])('trims %s', (path, typed, expected) => {
    const parsed = profileSchema.parse(changed(path, typed)) as Record<string, unknown>;
    const value = path
      .split('.')
      .reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], parsed);
    expect(value).toBe(expected);
  });

  it.each([
    ['name', '', 'Give the tunnel a name.'],
    ['name', '   ', 'Give the tunnel a name.'],
    ['name', 'x'.repeat(81), 'A name can be at most 80 characters long.'],
    ['name', 'a\nb', 'A name cannot contain control or invisible characters.'],
    ['server.host', '', 'Enter a host name or an address.'],
    ['server.host', 'a b', 'That is not a host name or an address.'],
    ['server.host', '-oProxyCommand=x', 'That is not a host name or an address.'],
    ['server.host', 'core:22', 'The port goes into its own field.'],
    ['server.host', ' ana@core ', 'The user goes into its own field.'],
    ['server.host', 'ssh://core', 'Only the name, without ssh://.'],
    ['server.user', '', 'Enter your user name on the server.'],
    ['server.user', 'a\u0000b', 'A user name cannot contain control or invisible characters.'],
    ['server.port', 0, 'Choose a port from 1 to 65535.'],
    ['server.port', 65536, 'Choose a port from 1 to 65535.'],
    ['server.port', 22.5, 'Choose a port from 1 to 65535.'],
    ['server.port', Number.NaN, 'Choose a port from 1 to 65535.'],
    ['server.port', null, 'Choose a port from 1 to 65535.'],
    ['server.port', '22', 'Choose a port from 1 to 65535.'],
    ['server.port', undefined, 'Choose a port from 1 to 65535.'],
    ['forwards', [], 'Add at least one forward.'],
    ['forwards.0.bind.port', 0, 'Choose a port from 1 to 65535.'],
    [
      'forwards.0.bind.address',
      'core',
      'Enter localhost, * for all addresses, or one address of this computer.',
    ],
    ['forwards.0.bind.address', 'a b', 'Enter localhost, * for all addresses, or one address.'],
    ['forwards.0.bind.address', '127.0.0.1:80', 'The port goes into its own field.'],
    ['forwards.0.target.host', 'ana@imap', 'Only the name, without a user.'],
    ['forwards.0.target.host', '', 'Enter a host name or an address.'],
    ['forwards.0.target.port', 0, 'Choose a port from 1 to 65535.'],
    ['login', { method: 'keyFile', keyFile: ' ' }, 'Choose a key file.'],
    ['login', { method: 'keyFile', keyFile: 'a\0b' }, 'A path cannot contain a NUL character.'],
  ])('refuses %s = %j and says why', (path, value, message) => {
    const found = complaints(changed(path, value));
    const at = path === 'login' ? 'login.keyFile' : path;
    expect(found).toContain(`${at}: ${message}`);
  });

  it('says one thing about an empty field, not two', () => {
    expect(complaints(changed('server.host', ''))).toEqual(['server.host: Enter a host name or an address.']);
    expect(complaints(changed('name', ''))).toEqual(['name: Give the tunnel a name.']);
  });

  it.each(['id', 'server', 'login', 'forwards', 'forwards.0.id', 'forwards.0.kind', 'forwards.0.bind'])(
    'refuses a profile without %s',
    (path) => {
      expect(complaints(changed(path, undefined))).not.toEqual([]);
    },
  );

  it.each([
    'Büro',
    'почта',
    '邮件',
    'بريد',
    'می\u200cخواهم',
    '📮 Post',
    '👩\u200d💻',
    'Mail (old) & "new"',
    "it's",
  ])('takes the name %j', (name) => {
    expect(profileSchema.parse(changed('name', name)).name).toBe(name);
  });

  it.each([
    ['an escape', 'a\u001b[31mb'],
    ['a tab', 'a\tb'],
    ['a C1 control', 'a\u009bb'],
    ['a right-to-left override', 'a\u202eb'],
    ['an isolate', 'a\u2066b'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['a zero width space', 'a\u200bb'],
    ['a soft hyphen', 'a\u00adb'],
    ['a line separator', 'a\u2028b'],
    ['a byte order mark', 'a\ufeffb'],
    ['a tag', 'a\u{e0041}b'],
    ['half a surrogate pair', 'a\ud800b'],
    ['a joiner and nothing else', '\u200d'],
  ])('refuses %s in a name', (_what, name) => {
    expect(complaints(changed('name', name))).toContain(
      'name: A name cannot contain control or invisible characters.',
    );
  });

  it('lets the server choose a port, for remote forwards only', () => {
    const forward = { ...smallest.forwards[0], bind: { address: '', port: 0 } };
    expect(forwardSchema.safeParse({ ...forward, kind: 'remote' }).success).toBe(true);
    expect(forwardSchema.safeParse({ ...forward, kind: 'local' }).success).toBe(false);
    expect(forwardSchema.safeParse({ ...forward, kind: 'dynamic' }).success).toBe(false);
  });

  it('lets a remote forward bind to a name, which the server looks up', () => {
    const bind = { address: 'core.internal', port: 80 };
    expect(forwardSchema.safeParse({ ...smallest.forwards[0], kind: 'remote', bind }).success).toBe(true);
  });

  it('takes a SOCKS forward without a target, and drops one that is there', () => {
    const { target: _target, ...rest } = smallest.forwards[0] ?? { target: null };
    expect(forwardSchema.safeParse({ ...rest, kind: 'dynamic' }).success).toBe(true);
    expect(forwardSchema.parse({ ...smallest.forwards[0], kind: 'dynamic' })).not.toHaveProperty('target');
    expect(forwardSchema.safeParse({ ...rest, kind: 'local' }).success).toBe(false);
  });

  it('says which forward has the port already, beside the port', () => {
    const second = { ...smallest.forwards[0], id: ID };
    expect(complaints({ ...smallest, forwards: [smallest.forwards[0], second] })).toEqual([
      'forwards.1.bind.port: Forward 1 already listens on this port.',
    ]);
  });

  it('takes up to 100 forwards', () => {
    const forwards = Array.from({ length: 101 }, (_, index) => ({
      ...smallest.forwards[0],
      id: ID.replace(/^.{4}/, String(1000 + index)),
      bind: { address: '', port: 1024 + index },
    }));
    expect(complaints({ ...smallest, forwards: forwards.slice(0, 100) })).toEqual([]);
    expect(complaints({ ...smallest, forwards })).toContain(
      'forwards: A profile can have at most 100 forwards.',
    );
  });

  it('refuses two forwards with one id, which nobody could tell apart', () => {
    const second = { ...smallest.forwards[0], bind: { address: '', port: 1 } };
    expect(complaints({ ...smallest, forwards: [smallest.forwards[0], second] })).toEqual([
      'forwards.1.id: Another forward has the same id.',
    ]);
  });

  it('survives any input', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), (input) => {
        expect(profileSchema.safeParse(input).success).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('gives a text without control characters for any name that it takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 10 }), (name) => {
        const parsed = profileSchema.safeParse(changed('name', name));
        if (parsed.success) expect(parsed.data.name).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u);
      }),
      { numRuns: 500 },
    );
  });
});

describe('labels', () => {
  const forward = (parts: object): Forward => forwardSchema.parse({ ...smallest.forwards[0], ...parts });

  it('names a forward by its path', () => {
    expect(forwardLabel(forward({}))).toBe('localhost:42424 to imap:143');
    expect(forwardLabel(forward({ kind: 'remote' }))).toBe('localhost:42424 on the server to imap:143');
    expect(forwardLabel(forward({ kind: 'dynamic' }))).toBe('SOCKS on localhost:42424');
  });

  it('prefers the name that the user gave', () => {
    expect(forwardLabel(forward({ name: 'Mail' }))).toBe('Mail');
  });

  it('writes an address as one would type it', () => {
    expect(bindLabel({ address: '', port: 1 })).toBe('localhost:1');
    expect(bindLabel({ address: '*', port: 1 })).toBe('*:1');
    expect(bindLabel({ address: '::1', port: 1 })).toBe('[::1]:1');
  });
});

describe('the type', () => {
  it('has every default filled in', () => {
    const profile: Profile = profileSchema.parse(smallest);
    expect([profile.startOnOpen, profile.legacyAlgorithms, profile.practice]).toEqual([false, false, false]);
    expect(profile.looksAtServer).toBe(true);
  });
});
