/** The page's only style sheet, apart so that its hash can stand in the Content-Security-Policy. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #566173; --ground: #f6f7f9; --card: #fff; --line: #d5dae2; --mark: #0f766e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf2; --quiet: #a3aebf; --ground: #12161c; --card: #1b212a; --line: #343d4b; --mark: #5eead4; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground);
  color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 40rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.75rem; }
h1 { margin: 0 0 0.75rem; font-size: 1.6rem; line-height: 1.2; }
p { margin: 0 0 1rem; }
p:last-child { margin: 0; color: var(--quiet); }
ol { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; margin: 1.5rem 0; padding: 0; list-style: none; }
ol li { padding: 0.35rem 0.8rem; border: 1px solid var(--line); border-radius: 0.5rem; }
ol li.tunnel { border: 0 solid var(--mark); border-width: 3px 0; border-radius: 0; color: var(--mark); }
code { font: 0.9em ui-monospace, monospace; }
`;

/** What a browser shows at the end of the tunnel. One document: it loads nothing. */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>You came through the tunnel</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>You came through the tunnel</h1>
<p>This page is not on the internet. It stands behind Culvert's practice server, and the only way to it is the
tunnel that you started.</p>
<ol aria-label="The way this page took">
<li>Your browser</li>
<li class="tunnel">SSH tunnel, encrypted</li>
<li>Practice server</li>
<li><code>web.practice:80</code></li>
</ol>
<p>Your browser asked Culvert on this computer, Culvert carried the question through SSH, and the practice server
looked up <code>web.practice</code> on its own side. With a server of yours, the same way leads to whatever
that server can reach.</p>
<p>Stop the tunnel and load this page again: it is gone.</p>
</main>
</body>
</html>
`;
