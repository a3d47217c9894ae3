import type { Fact } from '../../domain/facts/fact.ts';
import { at, fieldsAt, isObject, listAt, textAt } from '../json-shape.ts';
import { packageFact, pythonName } from './package-fact.ts';

/** `package-lock.json` of versions 1, 2 and 3. The project's own packages are not told: they are no dependencies. */
export function npmLockFacts(lock: unknown, service: string | null): readonly Fact[] {
  if (isObject(at(lock, 'packages'))) {
    return fieldsAt(lock, 'packages').flatMap(([path, entry]) => {
      const begin = path.lastIndexOf('node_modules/');
      if (begin < 0 || textAt(entry, 'link') === 'true') return [];
      const name = textAt(entry, 'name') ?? path.slice(begin + 'node_modules/'.length);
      const version = textAt(entry, 'version');
      return name === '' || version === null ? [] : [packageFact(service, 'npm', name, version)];
    });
  }
  const facts: Fact[] = [];
  const trees: unknown[] = [lock];
  for (let tree = trees.pop(); tree !== undefined; tree = trees.pop()) {
    for (const [name, entry] of fieldsAt(tree, 'dependencies')) {
      const version = textAt(entry, 'version');
      const [, alias, aliased] = /^npm:(.+)@([^@]+)$/.exec(version ?? '') ?? [];
      if (version !== null) facts.push(packageFact(service, 'npm', alias ?? name, aliased ?? version));
      trees.push(entry);
    }
  }
  return facts;
}

/** `poetry.lock`, `uv.lock` (and `Cargo.lock`): packages without those of the project itself. */
export function packageTableFacts(lock: unknown, system: string, service: string | null): readonly Fact[] {
  return listAt(lock, 'package').flatMap((entry) => {
    const [name, version, source] = [textAt(entry, 'name'), textAt(entry, 'version'), at(entry, 'source')];
    const own = ['editable', 'virtual'].some((each) => at(source, each) !== undefined);
    return name === null || version === null || own ? [] : [packageFact(service, system, name, version)];
  });
}

export interface Requirements {
  readonly facts: readonly Fact[];
  readonly notSeen: readonly string[];
  /** Of lines that are no requirements: their numbers. */
  readonly strange: readonly number[];
}

/** `requirements.txt`: what is pinned. What is not, or is in another file, is told as not seen. */
export function requirementsFacts(text: string, service: string | null): Requirements {
  const facts: Fact[] = [];
  const notSeen: string[] = [];
  const strange: number[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const number = index + 1;
    const parts: string[] = [];
    while ((lines[index] ?? '').endsWith('\\')) {
      parts.push((lines[index] ?? '').slice(0, -1));
      index += 1;
    }
    const line = (parts.join('') + (lines[index] ?? '')).replace(/(?:^|\s)#.*$/, '').trim();
    if (line === '') continue;
    const [, other] = /^(?:-r|--requirement|-c|--constraint)[ =]\s*(.+)$/.exec(line) ?? [];
    if (other !== undefined) notSeen.push(`${other}: name this file too`);
    if (line.startsWith('-')) continue;
    const [, name, rest = ''] = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(line) ?? [];
    const [, pinned] = /^===?\s*([^\s;,*]+)\s*(?:;.*|--.*)?$/.exec(rest) ?? [];
    if (name === undefined || !/^$|^[=<>!~;@(]|^--/.test(rest)) strange.push(number);
    else if (pinned !== undefined) facts.push(packageFact(service, 'pypi', name, pinned));
    else notSeen.push(`${pythonName(name)}: its version is not pinned`);
  }
  return { facts, notSeen, strange };
}
