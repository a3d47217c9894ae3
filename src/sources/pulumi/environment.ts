import { z } from 'zod';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { Id, name, text } from '../reading/fields.ts';
import { placeInName } from '../reading/place-in-name.ts';
import { reader, told } from '../reading/reader.ts';
import { stackFields, userOf } from './fields.ts';

const EnvironmentBody = z.object({
  user: stackFields.user,
  organization: stackFields.organization,
  projectName: text(200),
  environmentName: name(200),
  action: text(50),
  revision: Id.nullish(),
  tagName: text(200),
  importedEnvironmentReference: z
    .object({ projectName: text(200), environmentName: text(200), revision: Id.nullish() })
    .nullish(),
});
type EnvironmentBody = z.output<typeof EnvironmentBody>;

/** Environments of Pulumi ESC hold the settings and secrets that stacks and programs run with. */
export const readEnvironment = reader(EnvironmentBody, (body, { receivedAt, catalog }) => {
  const { environmentName, projectName } = body;
  const title = [projectName, environmentName].filter((part) => part !== undefined).join('/');
  const what = whatOf(body);
  const id = firstCodePoints(`pulumi:environment:${body.organization?.githubLogin ?? ''}/${title}`, 250);
  return told({
    statement: {
      key: firstCodePoints(`${id}:${what}`, 500),
      source: 'pulumi',
      occurredAt: receivedAt.toISOString(),
      clock: 'received',
      phase: 'happened',
      kind: 'config',
      title: firstCodePoints(`pulumi environment ${title}: ${what}`, 300),
      environmentName: placeInName(environmentName, catalog).environmentName ?? environmentName,
      ...defined({ serviceName: projectName, actor: userOf(body.user) }),
    },
    identities: [{ type: 'environment', value: firstCodePoints(`${id}:${what}`, 300) }],
    mentions: [],
  });
});

function whatOf({
  action = 'changed',
  revision,
  tagName,
  importedEnvironmentReference: imported,
}: EnvironmentBody): string {
  if (imported) {
    const other = [imported.projectName, imported.environmentName].filter((part) => part !== undefined).join('/');
    return `its import ${other} changed${imported.revision ? ` to revision ${imported.revision}` : ''}`;
  }
  if (tagName !== undefined) return `tag ${tagName} ${action}${revision ? ` for revision ${revision}` : ''}`;
  return revision ? `revision ${revision} ${action}` : action;
}
