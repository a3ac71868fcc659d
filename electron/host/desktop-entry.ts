/**
 * The text of an autostart file (Desktop Entry Specification 1.5; Desktop Application Autostart Specification).
 * `command` is a program and its arguments.
 */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Culvert',
    'Comment=Keeps SSH tunnels open',
    `Exec=${execValue(command)}`,
    'Terminal=false',
    'StartupNotify=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/**
 * Quotes a command for the key `Exec` ("The Exec key"): each argument in double quotes, in which `"`, a backtick, `$`
 * and `\` take a backslash; a `%` is doubled, because it begins a field code. The result is a string value, in which
 * every backslash is doubled again ("Possible value types"). Throws on a line break: no escape for one is understood
 * by all desktops, and half a command must not be run.
 */
export function execValue(command: readonly string[]): string {
  return command
    .map((argument) => {
      if (/[\r\n\0]/.test(argument))
        throw new Error('A command in a desktop entry cannot hold a line break.');
      return `"${argument.replace(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;
    })
    .join(' ')
    .replaceAll('\\', '\\\\');
}
