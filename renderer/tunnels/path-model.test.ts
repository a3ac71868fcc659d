import { describe, expect, it } from 'vitest';
import { type PathParts, pathOf } from './path-model.ts';

const mail: PathParts = {
  kind: 'local',
  serverHost: 'core',
  bindAddress: 'localhost',
  entrance: 'localhost:42424',
  target: 'imap:143',
  targetHost: 'imap',
  targetPort: 143,
};

describe('the path of a forward', () => {
  it('enters here and is plain beyond the server for a local forward', () => {
    const { places, stretches, direction } = pathOf(mail);
    expect(places.map(({ title }) => title)).toEqual(['localhost:42424', 'core', 'imap:143']);
    expect(places.map(({ isEntrance }) => isEntrance)).toEqual([true, false, false]);
    expect(stretches).toEqual(['encrypted', 'plain']);
    expect(direction).toBe('right');
  });

  it('enters at the server and runs the other way for a remote forward', () => {
    const { places, stretches, direction } = pathOf({ ...mail, kind: 'remote' });
    expect(places.map(({ kind }) => kind)).toEqual(['target', 'computer', 'server']);
    expect(places[2]).toMatchObject({ isEntrance: true, note: 'for programs on core only' });
    expect(stretches).toEqual(['plain', 'encrypted']);
    expect(direction).toBe('left');
  });

  it('leads anywhere for SOCKS', () => {
    expect(pathOf({ ...mail, kind: 'dynamic' }).places[2]).toMatchObject({
      kind: 'anywhere',
      title: 'anywhere',
    });
  });

  it('says who can enter', () => {
    expect(pathOf({ ...mail, bindAddress: '*' }).places[0].note).toContain(
      'for anyone who can reach this computer',
    );
    expect(pathOf({ ...mail, bindAddress: '10.0.0.2' }).places[0].note).toContain('10.0.0.2');
  });

  it('does not say that anyone can enter where only some may', () => {
    const note = (parts: Partial<PathParts>) =>
      pathOf({ ...mail, bindAddress: '*', allowedSources: ['10.0.0.1', '10.0.0.2'], ...parts }).places.find(
        ({ isEntrance }) => isEntrance,
      )?.note;
    expect(note({})).toBe('for this computer, 10.0.0.1 and 10.0.0.2');
    expect(note({ kind: 'remote', allowedSources: ['10.0.0.1'] })).toBe('for 10.0.0.1 only');
    expect(note({ allowedSources: ['10.0.0.1', '10.0.0.2', '10.0.0.3'] })).toBe(
      'for this computer and 3 allowed sources',
    );
    expect(note({ allowedSources: ['::/0'] })).toBe('for this computer and everybody with IPv6');
    expect(note({ bindAddress: 'localhost' })).toBe('for this computer only');
  });

  it('knows that a target on the server itself crosses no network', () => {
    expect(pathOf({ ...mail, targetHost: 'localhost' }).places[2].note).toBe('on the server itself');
  });
});
