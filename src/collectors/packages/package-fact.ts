import type { Fact } from '../../domain/facts/fact.ts';

/** `npm:lodash`, `pypi:requests`, `deb:openssl`: one version, or all that are installed side by side. */
export function packageFact(service: string | null, system: string, name: string, version: string): Fact {
  return { service, facet: 'package', key: `${system}:${system === 'pypi' ? pythonName(name) : name}`, value: version };
}

/** Python's index takes these for one name: `Flask_Login`, `flask-login`, `flask.login`. */
export function pythonName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}

/**
 * `pkg:npm/%40acme/ledger@1.2.3?arch=x#sub`, as package URLs are written. Null: it is none, or has no version.
 */
export function packageUrlFact(service: string | null, url: string, version: string | null): Fact | null {
  const found = /^pkg:(?:\/\/)?([a-z][a-z0-9.+-]*)\/([^?#]+)/i.exec(url);
  const [, type, rest] = found ?? [];
  if (type === undefined || rest === undefined) return null;
  const end = rest.lastIndexOf('@');
  const path = (end > 0 ? rest.slice(0, end) : rest).split('/').map((part) => decoded(part));
  const told = end > 0 ? decoded(rest.slice(end + 1)) : version;
  if (told === null || told === '') return null;
  const system = type.toLowerCase();
  // Debian, Alpine and Red Hat name the distribution first: the package is the same one in another.
  const name = ['deb', 'apk', 'rpm'].includes(system) ? (path.at(-1) ?? '') : path.join('/');
  return name === '' ? null : packageFact(service, system, name, told);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
