import type { JsonObject } from '../json.ts';
import { developers, minutesBefore, owner } from './day.ts';
import type { FlagStep } from './surroundings.ts';
import { systemDelivery, type SystemDelivery, type Telling } from './telling.ts';

/** An entry of LaunchDarkly's audit log: a signed webhook is one, with the flag as it was and as it is. */
export function tellFlag(telling: Telling, step: FlagStep): SystemDelivery {
  const { key, name, by, comment, from, to } = step;
  const at = minutesBefore(telling.now, step.at);
  const id = hexId(telling);
  const resource = `proj/${owner}:env/production:flag/${key}`;
  const site = { href: `/${owner}/production/features/${key}`, type: 'text/html' };
  const [first = '', last = ''] = developers[by].name.split(' ');
  const version = telling.nextId() % 1000;
  return systemDelivery('launchdarkly', at, {
    _links: {
      canonical: { href: `/api/v2/flags/${owner}/${key}`, type: 'application/json' },
      parent: { href: '/api/v2/auditlog', type: 'application/json' },
      self: { href: `/api/v2/auditlog/${id}`, type: 'application/json' },
      site,
    },
    _id: id,
    _accountId: hexId(telling),
    date: at.getTime(),
    accesses: [{ action: 'updateFallthrough', resource }],
    kind: 'flag',
    name,
    description: `- Changed the default rule from ${from}% to ${to}%`,
    shortDescription: '',
    comment,
    member: {
      _links: { parent: { href: '/internal/account/members', type: 'application/json' } },
      _id: hexId(telling),
      email: developers[by].email,
      firstName: first,
      lastName: last,
    },
    titleVerb: 'updated the flag',
    title: `[${developers[by].name}](mailto:${developers[by].email}) updated the flag [${name}](https://app.launchdarkly.com${site.href}) in \`Production\``,
    target: { _links: { site }, name, resources: [resource] },
    previousVersion: flag(step, version, from),
    currentVersion: flag(step, version + 1, to),
  });
}

function flag({ key, name }: FlagStep, version: number, percent: number): JsonObject {
  return {
    name,
    kind: 'boolean',
    key,
    _version: version,
    archived: false,
    variations: [
      { _id: '5b1f1c9e-0d54-4b8e-9a63-6a3a9d1c7e01', value: true },
      { _id: '5b1f1c9e-0d54-4b8e-9a63-6a3a9d1c7e02', value: false },
    ],
    environments: {
      production: {
        on: true,
        archived: false,
        salt: 'c0ffee',
        offVariation: 1,
        prerequisites: [],
        targets: [],
        contextTargets: [],
        rules: [],
        fallthrough: {
          rollout: {
            bucketBy: 'key',
            contextKind: 'user',
            // Thousandths of a percent.
            variations: [
              { variation: 0, weight: percent * 1000 },
              { variation: 1, weight: (100 - percent) * 1000 },
            ],
          },
        },
        _environmentName: 'Production',
      },
    },
  };
}

function hexId(telling: Telling): string {
  return telling.nextId().toString(16).padStart(24, '6b');
}
