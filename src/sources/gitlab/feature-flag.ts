import { z } from 'zod';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { Id, name, text } from '../reading/fields.ts';
import { type Reader, type ReaderContext, reader, told } from '../reading/reader.ts';
import type { Parsed } from '../reading/source.ts';
import { Project, User, timeOr } from './fields.ts';

const FlagBody = z.object({
  user: User,
  project: Project,
  object_attributes: z.object({ id: Id, name: name(200), description: text(500), active: z.boolean() }),
});

/**
 * GitLab says neither when a flag was turned nor in which environment. `event`: the id that GitLab gives what happened,
 * which tells one turn of the flag from the next.
 */
export function readFeatureFlag(body: unknown, context: ReaderContext, event: string | undefined): Parsed {
  return readerOf(event)(body, context);
}

function readerOf(event: string | undefined): Reader {
  return reader(FlagBody, ({ object_attributes: flag, project, user }, { receivedAt }) => {
    const repository = project.full_name;
    const turned = `${repository}#${flag.id}:${flag.active ? 'on' : 'off'}:${event ?? receivedAt.getTime()}`;
    return told({
      statement: {
        key: `gitlab:feature_flag:${turned}`,
        source: 'gitlab',
        ...timeOr(receivedAt, null),
        phase: 'happened',
        kind: 'flag',
        title: `flag ${flag.name} turned ${flag.active ? 'on' : 'off'}`,
        repository,
        before: { active: !flag.active },
        after: { active: flag.active },
        ...defined({
          actor: user,
          details: flag.description === undefined ? undefined : { description: flag.description },
          url: project.url === undefined ? undefined : `${project.url}/-/feature_flags`,
        }),
      },
      identities: [{ type: 'flag-turn', value: `gitlab:${turned}` }],
      mentions: [{ type: 'flag', value: firstCodePoints(`gitlab:${repository}#${flag.name}`, 300) }],
    });
  });
}
