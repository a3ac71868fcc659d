/** The scheme of our own pages, in place of `file://`. */
export const APP_SCHEME = 'app';

/** The one origin whose pages may talk to main. */
export const APP_ORIGIN = `${APP_SCHEME}://culvert`;

/** The page that every window shows. */
export const START_PAGE = `${APP_ORIGIN}/index.html`;
