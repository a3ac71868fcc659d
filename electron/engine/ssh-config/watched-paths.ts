import type { ConfigFiles } from './config-files.ts';

/**
 * What has to be watched for an `Include`: a plain path, there or not; of a pattern every folder in which a file or folder that
 * fits can come and go.
 */
export function watchedPaths(path: string, files: Pick<ConfigFiles, 'expand'>): readonly string[] {
  const parts = path.split('/');
  const firstPattern = parts.findIndex((part) => /[*?[]/.test(part));
  if (firstPattern === -1) return [path];
  const paths = parts.slice(firstPattern).map((_, index) => parts.slice(0, firstPattern + index).join('/'));
  const [folder = '', ...deeper] = paths;
  return [folder || '/', ...deeper.flatMap((pattern) => files.expand(pattern) ?? [])];
}
