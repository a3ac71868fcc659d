import { describe, expect, it } from 'vitest';
import { formatAsNetstat } from './listener-text.ts';

describe('listeners as text', () => {
  it('have the shape of `netstat -ltnpW`, byte for byte', () => {
    const node = { name: 'node', pid: 8768 };
    const text = formatAsNetstat([
      {
        protocol: 'tcp',
        address: '127.0.0.2',
        port: 22,
        process: { name: 'a-program-with-a-long-name', pid: 8771 },
      },
      { protocol: 'tcp', address: '0.0.0.0', port: 2024, process: null },
      { protocol: 'tcp6', address: '::', port: 65535, process: node },
      { protocol: 'tcp6', address: 'fd00:1111:2222:3333:4444:5555:6666:7777', port: 42430, process: node },
      { protocol: 'tcp6', address: '::ffff:127.0.0.1', port: 42428, process: node },
    ]);
    // Recorded from net-tools 2.10.
    expect(text.split('\n')).toEqual([
      'Active Internet connections (only servers)',
      'Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name    ',
      'tcp        0      0 127.0.0.2:22            0.0.0.0:*               LISTEN      8771/a-program-with ',
      'tcp        0      0 0.0.0.0:2024            0.0.0.0:*               LISTEN      -                   ',
      'tcp6       0      0 :::65535                :::*                    LISTEN      8768/node           ',
      'tcp6       0      0 fd00:1111:2222:3333:4444:5555:6666:7777:42430 :::*                    LISTEN      8768/node           ',
      'tcp6       0      0 127.0.0.1:42428         :::*                    LISTEN      8768/node           ',
      '',
    ]);
  });

  it('stay one line each whatever a program calls itself', () => {
    const text = formatAsNetstat([
      { protocol: 'tcp', address: '127.0.0.1', port: 1, process: { name: 'a\nb\u001b[2J', pid: 7 } },
    ]);
    expect(text.split('\n')[2]).toMatch(/ 7\/a\?b\?\[2J +$/);
  });
});
