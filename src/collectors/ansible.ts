import type { Fact } from '../domain/facts/fact.ts';
import { type HostResult, tasksIn } from './ansible/report.ts';
import type { Collected, Collector, CollectorInput } from './collector.ts';
import { factKey } from './fact-key.ts';
import { failed, readTexts, shown } from './read-texts.ts';
import { secretValue } from './secret-facts.ts';

/**
 * What a play says should be, against what hosts have. Hosts are not named in keys: those of two environments have
 * other names. Of a file that differs both contents become keyed digests: nobody knows what is in it.
 */
export const ansible: Collector = {
  name: 'ansible',
  version: '1',
  summary: 'where hosts differ from what Ansible declares',
  usage:
    'ANSIBLE_STDOUT_CALLBACK=ansible.posix.json ansible-playbook site.yml --check --diff | sincewhen snapshot production --collector ansible -',
  collect,
};

async function collect(input: CollectorInput): Promise<Collected> {
  const { service, digest } = input;
  const read = await readTexts(input, ansible);
  if (read.outcome === 'failed') return read;
  const byTask = new Map<string, HostResult[]>();
  for (const { name: file, text } of read.texts) {
    const tasks = tasksIn(text);
    if (tasks === undefined) {
      return failed(`${shown(file)} is no report of a run: set ANSIBLE_STDOUT_CALLBACK=ansible.posix.json`);
    }
    for (const { name, results } of tasks) byTask.set(name, [...(byTask.get(name) ?? []), ...results]);
  }
  const notSeen = new Set<string>();
  const facts = [...byTask].flatMap(([name, results]): Fact[] => {
    const fact = (key: string, value: Fact['value']): Fact => ({
      service,
      facet: 'config',
      key: factKey(key),
      value,
    });
    for (const { host, trouble } of results) if (trouble !== null) notSeen.add(`${host}: ${trouble}`);
    const looked = results.filter(({ trouble, isSkipped }) => trouble === null && !isSkipped);
    if (looked.length === 0) return [];
    const changed = [...new Set(looked.filter(({ isChanged }) => isChanged).map(({ host }) => host))].toSorted();
    return [
      fact(name, changed.length === 0 ? 'as declared' : `differs on ${changed.join(', ')}`),
      ...[...filesIn(looked)].flatMap(([path, { before, after }]) => [
        fact(`${name}:${path} as it is`, secretValue(JSON.stringify([...before].toSorted()), digest)),
        fact(`${name}:${path} as declared`, secretValue(JSON.stringify([...after].toSorted()), digest)),
      ]),
    ];
  });
  if (facts.length === 0) {
    return failed(`no host was looked at: ${[...notSeen][0] ?? 'every task was skipped'}`);
  }
  return { outcome: 'seen', facts, complete: notSeen.size === 0, notSeen: [...notSeen] };
}

/** The contents that hosts have and should have, by path. */
function filesIn(results: readonly HostResult[]): ReadonlyMap<string, { before: Set<string>; after: Set<string> }> {
  const files = new Map<string, { before: Set<string>; after: Set<string> }>();
  for (const { path, before, after } of results.flatMap(({ files }) => files)) {
    const file = files.get(path) ?? { before: new Set(), after: new Set() };
    file.before.add(before);
    file.after.add(after);
    files.set(path, file);
  }
  return files;
}
