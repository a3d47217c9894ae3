import { z } from 'zod';
import type { TimelineEvent } from '../../domain/event.ts';
import { defined } from '../reading/defined.ts';
import { Id, Sha, Time, WebUrl, name } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { Project, timeOr } from './fields.ts';

const ReleaseBody = z.object({
  id: Id,
  action: z.string(),
  tag: name(250),
  url: WebUrl,
  created_at: Time.nullish(),
  released_at: Time.nullish(),
  project: Project,
  commit: z.looseObject({ id: Sha }).nullish(),
});
type ReleaseBody = z.output<typeof ReleaseBody>;

export const readRelease = reader(ReleaseBody, (release, { receivedAt }) => {
  if (release.action === 'create') return told(published(release, receivedAt));
  return release.action === 'delete' ? told(deleted(release, receivedAt)) : ignored(`a release: ${release.action}`);
});

/** `released_at` is what people set it to, years ago or next week. */
function published(release: ReleaseBody, receivedAt: Date): TimelineEvent {
  const repository = release.project.full_name;
  const commit = release.commit?.id;
  return {
    statement: {
      key: `gitlab:release:${repository}@${release.tag}:${release.id}:published`,
      source: 'gitlab',
      ...timeOr(receivedAt, release.created_at ?? release.released_at),
      phase: 'happened',
      // It says more than the tag that it was made from.
      authority: 1,
      kind: 'note',
      title: `Release ${release.tag} published`,
      repository,
      to: release.tag,
      ...defined({ url: release.url, commit }),
    },
    identities: [{ type: 'tag', value: `${repository}@${release.tag}` }],
    mentions: commit === undefined ? [] : [{ type: 'commit', value: `${repository}@${commit}` }],
  };
}

function deleted({ id, tag, url, project }: ReleaseBody, receivedAt: Date): TimelineEvent {
  const repository = project.full_name;
  return {
    statement: {
      key: `gitlab:release:${repository}@${tag}:${id}:deleted`,
      source: 'gitlab',
      ...timeOr(receivedAt, null),
      phase: 'happened',
      kind: 'note',
      title: `Release ${tag} deleted`,
      repository,
      to: tag,
      ...defined({ url }),
    },
    identities: [{ type: 'release-deletion', value: `gitlab:${repository}@${tag}:${id}` }],
    mentions: [{ type: 'tag', value: `${repository}@${tag}` }],
  };
}
