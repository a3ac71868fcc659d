import { isHost } from './endpoint.ts';

/**
 * What to do about a text that is no host. People paste more than the name, and then it helps to say where the rest
 * goes; where the text is no such thing, `otherwise` is said.
 */
export function hostComplaint(text: string, otherwise: string, hasUserField = false): string {
  const scheme = /^[a-z][a-z\d+.-]*:\/\//i.exec(text)?.[0];
  if (scheme !== undefined) return `Only the name, without ${scheme.toLowerCase()}.`;
  const [, user, rest = ''] = /^(?:(.*)@)?(.*)$/s.exec(text) ?? [];
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(:\d+)?$/.exec(rest) ?? [];
  if (!isHost(bracketed ?? plain)) return otherwise;
  if (user !== undefined) {
    if (!hasUserField) return 'Only the name, without a user.';
    return port === undefined
      ? 'The user goes into its own field.'
      : 'The user and the port go into their own fields.';
  }
  return port === undefined ? otherwise : 'The port goes into its own field.';
}
