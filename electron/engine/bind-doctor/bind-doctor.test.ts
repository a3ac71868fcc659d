import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ListenersResult, SystemListener } from '#shared/listener.ts';
import { fail, succeed } from '#shared/result.ts';
import type { TunnelError } from '#shared/tunnel-error.ts';
import { type BindDoctorOptions, createBindDoctor } from './bind-doctor.ts';
import { readFirstFreePort } from './privileged-ports.ts';
import { listUsefulAddresses } from './useful-addresses.ts';

const nginx: SystemListener = {
  protocol: 'tcp',
  address: '0.0.0.0',
  port: 8080,
  state: 'LISTEN',
  process: { name: 'nginx', pid: 812 },
  owner: null,
  reach: { kind: 'everyone' },
  ours: null,
};
const endpoint = { host: '127.0.0.1', port: 8080 };
const inUse: TunnelError = { code: 'portInUse', endpoint, holder: null };
const forbidden: TunnelError = { code: 'portNeedsPrivilege', endpoint, freeFrom: null };
const holder = { kind: 'program', name: 'nginx', pid: 812, since: null, address: '0.0.0.0' };

function doctor(options: Partial<BindDoctorOptions> & { answers?: readonly ListenersResult[] }) {
  let looks = 0;
  const { answers = [succeed([nginx])] } = options;
  const made = createBindDoctor({
    ourListeners: () => [],
    practicePort: () => null,
    platform: 'win32',
    excludedRanges: async () => [],
    list: async () => {
      const answer = answers[Math.min(looks, answers.length - 1)];
      looks += 1;
      return answer ?? succeed([]);
    },
    ...options,
  });
  return { ...made, looks: () => looks };
}

describe('the doctor', () => {
  it('names who holds the port', async () => {
    expect(await doctor({}).diagnose(inUse)).toEqual({ ...inUse, holder });
  });

  it('leaves the error as it is when nobody is seen there, or nobody can look', async () => {
    const unreadable = fail({ code: 'unreadable' as const, detail: 'no /proc' });
    expect(await doctor({ answers: [succeed([])] }).diagnose(inUse)).toEqual(inUse);
    expect(await doctor({ answers: [unreadable] }).diagnose(inUse)).toEqual(inUse);
    const lost: TunnelError = { code: 'connectionLost', host: 'core', port: 22 };
    expect(await doctor({}).diagnose(lost)).toBe(lost);
  });

  it('tells a range that Windows keeps from a port that somebody does not share', async () => {
    const range = { first: 8000, last: 8099 };
    const reserved = doctor({ excludedRanges: async () => [range] });
    expect(await reserved.diagnose(forbidden)).toEqual({ code: 'portReserved', endpoint, range });
    const other = doctor({ excludedRanges: async () => [{ first: 8081, last: 8099 }] });
    expect(await other.diagnose(forbidden)).toEqual({ ...inUse, holder });
    expect(await doctor({ answers: [succeed([])] }).diagnose(forbidden)).toEqual(forbidden);
  });

  it('asks no netsh and no netstat about a privileged port elsewhere', async () => {
    const mac = doctor({
      platform: 'darwin',
      excludedRanges: () => Promise.reject(new Error('There is no netsh here.')),
    });
    expect(await mac.diagnose(forbidden)).toEqual(forbidden);
    expect(mac.looks()).toBe(0);
  });

  it('looks again after half a minute where a look is dear, and each time on Linux', async () => {
    let time = 0;
    const answers = [succeed([nginx]), succeed([])];
    const dear = doctor({ answers, now: () => time });
    await Promise.all([dear.diagnose(inUse), dear.diagnose(inUse)]);
    time = 29_999;
    expect(await dear.diagnose(inUse)).toEqual({ ...inUse, holder });
    expect(dear.looks()).toBe(1);
    time = 30_000;
    expect(await dear.diagnose(inUse)).toEqual(inUse);

    const cheap = doctor({ answers, now: () => 0, platform: 'linux' });
    expect(await cheap.diagnose(inUse)).not.toEqual(inUse);
    expect(await cheap.diagnose(inUse)).toEqual(inUse);
  });
});

describe('the first port for everyone', () => {
  it('is what Linux is set to, and unknown elsewhere', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'culvert-doctor-'));
    try {
      const setting = join(folder, 'setting');
      for (const [text, port] of [
        ['1024\n', 1024],
        ['0\n', 0],
        ['many\n', null],
      ] as const) {
        writeFileSync(setting, text);
        expect(await readFirstFreePort('linux', setting)).toBe(port);
      }
      expect(await readFirstFreePort('linux', join(folder, 'none'))).toBeNull();
      expect(await readFirstFreePort('darwin', setting)).toBeNull();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the addresses that this computer has', () => {
  const v4 = { family: 'IPv4', internal: false } as const;
  const v6 = { family: 'IPv6', internal: false } as const;
  const interfaces = {
    lo: [{ ...v4, address: '127.0.0.1', internal: true }],
    eth0: [
      { ...v6, address: 'fe80::1' },
      { ...v4, address: '192.168.1.5' },
      { ...v6, address: '2001:db8::5' },
    ],
    tun0: [{ ...v4, address: '10.8.0.7' }],
  };

  it('are told with those of the wanted family first', () => {
    expect(listUsefulAddresses('10.8.0.2', interfaces)).toEqual(['192.168.1.5', '10.8.0.7', '2001:db8::5']);
    expect(listUsefulAddresses('2001:db8::1', interfaces)[0]).toBe('2001:db8::5');
  });

  it('name the interface of a link-local one, for who wants one', () => {
    expect(listUsefulAddresses('fe80::2', interfaces)[0]).toBe('fe80::1%eth0');
  });
});
