import { afterEach } from 'vitest';

/** Collects what a test opens and closes it after the test, newest first. Call it at the top of a test file. */
export function closeAfterEach(): <Resource extends { close(): Promise<unknown> }>(
  resource: Resource,
) => Resource {
  const opened: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const resource of opened.splice(0).reverse()) await resource.close();
  });
  return (resource) => {
    opened.push(resource);
    return resource;
  };
}
