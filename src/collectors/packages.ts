import type { Collector, CollectorInput } from './collector.ts';
import { textAt, isObject, listAt, at } from './json-shape.ts';
import { oneEach } from './one-each.ts';
import { cycloneDxFacts, spdxFacts } from './packages/bill-of-materials.ts';
import { dpkgFacts, isDpkg } from './packages/dpkg.ts';
import { npmLockFacts, packageTableFacts, requirementsFacts } from './packages/lock-files.ts';
import { parseJson, parseToml } from './parse-structured.ts';
import { type NamedText, type Parsed, collectEach, parsed, unreadable } from './read-texts.ts';

const usage = 'dpkg-query -W | sincewhen snapshot production --collector packages - --service checkout';

const known =
  'package-lock.json, requirements.txt, poetry.lock, uv.lock, Cargo.lock, `dpkg -l`, `dpkg-query -W`, CycloneDX or SPDX in JSON';

export const packages: Collector = {
  name: 'packages',
  version: '1',
  summary: 'versions of packages: lock files of npm, Python and Rust, dpkg, CycloneDX and SPDX',
  usage,
  async collect(input) {
    const collected = await collectEach(input, { usage }, (file) => parsePackages(file, input));
    return collected.outcome === 'failed' ? collected : { ...collected, facts: oneEach(collected.facts) };
  },
};

/** What a file is, it says by what is in it; only of lists in plain text the name has to. */
export function parsePackages({ name, text }: NamedText, { service }: Pick<CollectorInput, 'service'>): Parsed {
  if (/^\s*\{/.test(text)) return parseDocument(text, service);
  if (/\.json$/i.test(name)) {
    const read = parseJson(text);
    return read.outcome === 'unreadable' ? read : notKnown();
  }
  if (isDpkg(text)) return parsed(dpkgFacts(text, service));
  if (/^\s*\[\[package\]\]/m.test(text) || /\.lock$/i.test(name)) {
    const read = parseToml(text);
    if (read.outcome === 'unreadable') return read;
    const system = /cargo\.lock$/i.test(name) || isOfCargo(read.value) ? 'cargo' : 'pypi';
    return parsed(packageTableFacts(read.value, system, service));
  }
  const { facts, notSeen, strange } = requirementsFacts(text, service);
  const [line] = strange;
  const named = /require|constraint/i.test(name);
  if (line !== undefined && named) return unreadable(line, 'this is no requirement');
  if (line !== undefined || (!named && facts.length === 0)) return notKnown();
  return parsed(facts, notSeen);
}

function parseDocument(text: string, service: string | null): Parsed {
  const read = parseJson(text);
  if (read.outcome === 'unreadable') return read;
  const document = read.value;
  if (textAt(document, 'bomFormat') === 'CycloneDX') return parsed(cycloneDxFacts(document, service));
  if (textAt(document, 'spdxVersion') !== null) return parsed(spdxFacts(document, service));
  const isLock = textAt(document, 'lockfileVersion') !== null || isObject(at(document, 'packages'));
  return isLock || isObject(at(document, 'dependencies')) ? parsed(npmLockFacts(document, service)) : notKnown();
}

/** Its sources are texts, `registry+https://…`. */
function isOfCargo(lock: unknown): boolean {
  return listAt(lock, 'package').some((each) => textAt(each, 'source')?.startsWith('registry+') === true);
}

function notKnown(): Parsed {
  return unreadable(null, `this is none of ${known}`);
}
