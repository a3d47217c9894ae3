import type { Fact } from '../../domain/facts/fact.ts';
import { packageFact } from './package-fact.ts';

/** A version of Debian begins with a digit, after an epoch if there is one. */
const version = /^\d[\w.+:~-]*$/;

/** Whether it is what `dpkg -l` or `dpkg-query -W` write. */
export function isDpkg(text: string): boolean {
  const lines = text.split('\n', 50).filter((line) => line.trim() !== '');
  return lines.length > 0 && (lines[0]?.startsWith('Desired=') === true || lines.some((line) => rowOf(line) !== null));
}

/** What is installed. Packages that left only their configuration behind are not; the same of two architectures is one. */
export function dpkgFacts(text: string, service: string | null): readonly Fact[] {
  return text.split('\n').flatMap((line) => {
    const row = rowOf(line);
    return row === null || !row.installed ? [] : [packageFact(service, 'deb', row.name, row.version)];
  });
}

/** Null: a heading, or nothing. */
function rowOf(line: string): { readonly name: string; readonly version: string; readonly installed: boolean } | null {
  const [, state, listed, listedVersion] =
    /^([uihrp][a-zA-Z])[A-Z]?\s+([a-z0-9][a-z0-9.+-]*(?::[a-z0-9-]+)?)\s+(\S+)/.exec(line) ?? [];
  const [, queried, queriedVersion] = /^([a-z0-9][a-z0-9.+-]*(?::[a-z0-9-]+)?)\t(\S+)\s*$/.exec(line) ?? [];
  const [name, found] = [listed ?? queried, listedVersion ?? queriedVersion];
  if (name === undefined || found === undefined || !version.test(found)) return null;
  return { name: name.replace(/:.*$/, ''), version: found, installed: state === undefined || state[1] === 'i' };
}
