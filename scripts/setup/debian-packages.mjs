// Which Debian package brings which library or program. Names as in Debian 12.

/** Shared libraries that Electron links to, and those that it opens at run time (libsecret, for the keychain). */
export const packageOfLibrary = /** @type {Readonly<Record<string, string>>} */ ({
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libnspr4.so': 'libnspr4',
  'libatk-1.0.so.0': 'libatk1.0-0',
  'libatk-bridge-2.0.so.0': 'libatk-bridge2.0-0',
  'libatspi.so.0': 'libatspi2.0-0',
  'libcups.so.2': 'libcups2',
  'libdbus-1.so.3': 'libdbus-1-3',
  'libdrm.so.2': 'libdrm2',
  'libgtk-3.so.0': 'libgtk-3-0',
  'libgdk-3.so.0': 'libgtk-3-0',
  'libgdk_pixbuf-2.0.so.0': 'libgdk-pixbuf-2.0-0',
  'libgio-2.0.so.0': 'libglib2.0-0',
  'libglib-2.0.so.0': 'libglib2.0-0',
  'libgobject-2.0.so.0': 'libglib2.0-0',
  'libgmodule-2.0.so.0': 'libglib2.0-0',
  'libpango-1.0.so.0': 'libpango-1.0-0',
  'libpangocairo-1.0.so.0': 'libpangocairo-1.0-0',
  'libcairo.so.2': 'libcairo2',
  'libcairo-gobject.so.2': 'libcairo-gobject2',
  'libgbm.so.1': 'libgbm1',
  'libasound.so.2': 'libasound2',
  'libexpat.so.1': 'libexpat1',
  'libxkbcommon.so.0': 'libxkbcommon0',
  'libX11.so.6': 'libx11-6',
  'libX11-xcb.so.1': 'libx11-xcb1',
  'libxcb.so.1': 'libxcb1',
  'libXcomposite.so.1': 'libxcomposite1',
  'libXcursor.so.1': 'libxcursor1',
  'libXdamage.so.1': 'libxdamage1',
  'libXext.so.6': 'libxext6',
  'libXfixes.so.3': 'libxfixes3',
  'libXi.so.6': 'libxi6',
  'libXrandr.so.2': 'libxrandr2',
  'libXrender.so.1': 'libxrender1',
  'libXtst.so.6': 'libxtst6',
  'libXss.so.1': 'libxss1',
  'libudev.so.1': 'libudev1',
  'libuuid.so.1': 'libuuid1',
  'libsecret-1.so.0': 'libsecret-1-0',
});

/** The virtual display. */
const display = { Xvfb: 'xvfb' };

/** What the tests start: servers to dig to, a session bus with a keychain, a tray and a finger to click it. */
const testPrograms = {
  sshd: 'openssh-server',
  ssh: 'openssh-client',
  'ssh-agent': 'openssh-client',
  'ssh-keygen': 'openssh-client',
  dropbear: 'dropbear-bin',
  'dbus-daemon': 'dbus-daemon',
  'dbus-send': 'dbus-bin',
  'gnome-keyring-daemon': 'gnome-keyring',
  trayer: 'trayer',
  xdotool: 'xdotool',
  curl: 'curl',
  ps: 'procps',
  // What the look at a server and the second hop find there.
  ss: 'iproute2',
  netstat: 'net-tools',
  busybox: 'busybox',
  socat: 'socat',
  python3: 'python3-minimal',
  // Writes keys in PuTTY's forms.
  puttygen: 'putty-tools',
};

/** What only tests that need root use: throwaway accounts, network namespaces and dropped packets. */
const rootTestPrograms = {
  iptables: 'iptables',
  ip6tables: 'iptables',
  ip: 'iproute2',
  telnet: 'inetutils-telnet',
  useradd: 'passwd',
};

/**
 * @typedef {object} Need
 * @property {Readonly<Record<string, string>>} programs program name to the package that brings it
 * @property {readonly string[]} libraries that must be there beside those that Electron links to
 */

/** @type {Need} Showing the app on a machine with a screen. */
export const appNeed = { programs: {}, libraries: [] };

/** @type {Need} Showing the app on a machine without one. */
export const screenlessAppNeed = { programs: display, libraries: [] };

/** @type {Need} Running all tests that an ordinary user can run. */
export const testNeed = { programs: { ...display, ...testPrograms }, libraries: ['libsecret-1.so.0'] };

/** @type {Need} Running all tests. */
export const rootTestNeed = { ...testNeed, programs: { ...testNeed.programs, ...rootTestPrograms } };
