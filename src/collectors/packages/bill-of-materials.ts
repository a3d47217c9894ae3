import type { Fact } from '../../domain/facts/fact.ts';
import { listAt, textAt } from '../json-shape.ts';
import { packageFact, packageUrlFact } from './package-fact.ts';

/** CycloneDX: components, also those within others. What is described itself is none of them. */
export function cycloneDxFacts(document: unknown, service: string | null): readonly Fact[] {
  const facts: Fact[] = [];
  const left: unknown[] = [...listAt(document, 'components')];
  for (let component = left.pop(); component !== undefined; component = left.pop()) {
    for (const within of listAt(component, 'components')) left.push(within);
    const [name, version, url] = [textAt(component, 'name'), textAt(component, 'version'), textAt(component, 'purl')];
    if (textAt(component, 'type') === 'file') continue;
    const group = textAt(component, 'group');
    const fact = url === null ? null : packageUrlFact(service, url, version);
    if (fact !== null) facts.push(fact);
    else if (name !== null && version !== null) {
      facts.push(
        packageFact(
          service,
          textAt(component, 'type') ?? 'package',
          group === null ? name : `${group}/${name}`,
          version,
        ),
      );
    }
  }
  return facts;
}

/** SPDX 2: packages, by their package URL where they have one. What the document describes is left out. */
export function spdxFacts(document: unknown, service: string | null): readonly Fact[] {
  const described = new Set([
    ...listAt(document, 'documentDescribes'),
    ...listAt(document, 'relationships').flatMap((each) =>
      textAt(each, 'relationshipType') === 'DESCRIBES' ? [textAt(each, 'relatedSpdxElement')] : [],
    ),
  ]);
  return listAt(document, 'packages').flatMap((each) => {
    const [name, version] = [textAt(each, 'name'), textAt(each, 'versionInfo')];
    const url = listAt(each, 'externalRefs').find((reference) => textAt(reference, 'referenceType') === 'purl');
    const fact = packageUrlFact(service, textAt(url, 'referenceLocator') ?? '', version);
    if (described.has(textAt(each, 'SPDXID'))) return [];
    if (fact !== null) return [fact];
    return name === null || version === null || version === 'NOASSERTION'
      ? []
      : [packageFact(service, 'package', name, version)];
  });
}
