import { z } from 'zod';
import { defined } from '../reading/defined.ts';
import { Time, WebUrl, name } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { Account, Repository } from './fields.ts';

const ReleaseBody = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('published'),
    release: z.object({ id: z.number(), tag_name: name(250), html_url: WebUrl, published_at: Time, author: Account }),
    repository: Repository,
    sender: Account,
  }),
  z.object({
    action: z.enum(['created', 'edited', 'deleted', 'prereleased', 'released', 'unpublished']),
    repository: Repository,
  }),
]);

export const readRelease = reader(ReleaseBody, (body) => {
  if (body.action !== 'published') return ignored(`a release ${body.action}`);
  const { release, sender } = body;
  const repository = body.repository.full_name;
  return told({
    statement: {
      key: `github:release:${repository}@${release.tag_name}:published:${release.published_at.toISOString()}`,
      source: 'github',
      occurredAt: release.published_at.toISOString(),
      clock: 'source',
      phase: 'happened',
      // It says more than the tag that it was made from.
      authority: 1,
      kind: 'note',
      title: `Release ${release.tag_name} published`,
      repository,
      to: release.tag_name,
      ...defined({ url: release.html_url, actor: sender ?? release.author }),
    },
    identities: [{ type: 'tag', value: `${repository}@${release.tag_name}` }],
    mentions: [],
  });
});
