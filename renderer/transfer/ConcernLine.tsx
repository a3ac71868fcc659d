import type { ConfigConcern } from '#shared/config-host.ts';

/** One thing that the ssh configuration says and a tunnel does not do, with its place. */
export function ConcernLine({ concern: { subject, text, file, line } }: { readonly concern: ConfigConcern }) {
  return (
    <li>
      <strong>{subject}</strong>
      {`: ${text} `}
      {file !== '' && <small>{line === 0 ? file : `${file}, line ${line}`}</small>}
    </li>
  );
}
