import { z } from 'zod';
import type { Kind } from '../../domain/change.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { text } from '../reading/fields.ts';
import { isObject } from '../reading/json.ts';
import { lookUp } from '../reading/look-up.ts';
import { reader, told } from '../reading/reader.ts';
import { Named, User, envelope } from './fields.ts';

const Body = z.object({
  ...envelope,
  payload: z.looseObject({ user: User, project: Named, projectId: text(100), projectName: text(100) }),
});

/** What is said of each: kind, and words around the name of what it is about. */
const settings: Readonly<Record<string, readonly [kind: Kind, words: (subject: string) => string]>> = {
  'project.env-variable.created': ['config', (of) => `environment variable${of} added`],
  'project.env-variable.updated': ['config', (of) => `environment variable${of} changed`],
  'project.env-variable.deleted': ['config', (of) => `environment variable${of} removed`],
  'project.domain.created': ['config', (of) => `domain${of} added`],
  'project.domain.updated': ['config', (of) => `domain${of} changed`],
  'project.domain.moved': ['config', (of) => `domain${of} moved to another project`],
  'project.domain.deleted': ['config', (of) => `domain${of} removed`],
  'project.domain.unverified': ['config', (of) => `domain${of} is no longer verified`],
  'project.removed': ['config', (of) => `project${of} removed`],
  'project.renamed': ['config', (of) => `project${of} renamed`],
  'edge-config.created': ['config', (of) => `Edge Config${of} created`],
  'edge-config.updated': ['config', (of) => `Edge Config${of} changed`],
  'edge-config.items.updated': ['config', (of) => `items of Edge Config${of} changed`],
  'edge-config.deleted': ['config', (of) => `Edge Config${of} deleted`],
  'flag.created': ['flag', (of) => `flag${of} created`],
  'flag.updated': ['flag', (of) => `flag${of} changed`],
  'flag.modified': ['flag', (of) => `flag${of} changed`],
  'flag.deleted': ['flag', (of) => `flag${of} deleted`],
  'domain.dns-records-changed': ['config', (of) => `DNS records${of} changed`],
  'domain.certificate-deleted': ['config', (of) => `certificate${of} deleted`],
  'domain.certificate-renew-failed': ['maintenance', (of) => `certificate${of} could not be renewed`],
  'domain.renewal-failed': ['maintenance', (of) => `domain${of} could not be renewed`],
  'domain.transfer-out-completed': ['config', (of) => `domain${of} transferred away`],
};

export const settingTypes = Object.keys(settings);

/** What else decides what runs, or whether it can be reached. Values are never told. */
export const readSetting = reader(Body, ({ id, type, createdAt, payload }) => {
  const [kind, words] = lookUp(settings, type) ?? (['note', () => type] as const);
  const { user, project, projectId } = payload;
  const about = type === 'project.removed' ? payload.project?.name : subjectOf(payload);
  const name = project?.name ?? payload.projectName;
  const where = type.startsWith('project.r') || name === undefined ? '' : ` in ${name}`;
  const before = outsideText(payload['previousName'], 100);
  return told({
    statement: {
      key: `vercel:${type}:${id}`,
      source: 'vercel',
      occurredAt: createdAt.toISOString(),
      clock: 'source',
      phase: type.endsWith('-failed') ? 'failed' : 'happened',
      kind,
      title: `${words(about === undefined ? '' : ` ${about}`)}${where}`,
      ...defined({
        serviceName: name,
        actor: user,
        before: before === undefined ? undefined : { name: before },
        after: before === undefined || name === undefined ? undefined : { name },
        details: (project?.id ?? projectId) === undefined ? undefined : { project: project?.id ?? projectId },
      }),
    },
    identities: [{ type: 'setting', value: `vercel:${id}` }],
    mentions: [],
  });
});

/** The name of what it is about, where Vercel tells more than a number. */
function subjectOf(payload: Readonly<Record<string, unknown>>): string | undefined {
  const nameIn = (value: unknown) =>
    isObject(value) ? outsideText(value['name'] ?? value['slug'] ?? value['key'], 150) : outsideText(value, 150);
  const { dnsNames } = payload;
  return [
    payload['domain'],
    payload['zone'],
    payload['envVarKey'],
    payload['key'],
    payload['flag'],
    payload['edgeConfig'],
    payload['edgeConfigSlug'],
    Array.isArray(dnsNames) ? dnsNames.filter((name) => typeof name === 'string').join(', ') : undefined,
    payload['previousName'],
  ]
    .map(nameIn)
    .find((name) => name !== undefined);
}
