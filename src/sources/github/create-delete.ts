import { z } from 'zod';
import { roleOfBranch } from '../git-host/branch.ts';
import { branchDeleted, tagCreated, tagDeleted } from '../git-host/refs.ts';
import { defined } from '../reading/defined.ts';
import { name } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { Account, Repository } from './fields.ts';

const RefBody = z.object({ ref: name(250), ref_type: z.string(), repository: Repository, sender: Account });
type RefBody = z.output<typeof RefBody>;

export const readCreate = reader(RefBody, (body, { receivedAt }) =>
  body.ref_type === 'tag' ? told(tagCreated(body.ref, null, changeOf(body, receivedAt))) : ignored('a new branch'),
);

export const readDelete = reader(RefBody, (body, { receivedAt, catalog }) => {
  const change = changeOf(body, receivedAt);
  if (body.ref_type === 'tag') return told(tagDeleted(body.ref, null, change));
  if (roleOfBranch(body.ref, body.repository, catalog) === null) return ignored('a branch that is not deployed');
  return told(branchDeleted(body.ref, null, change));
});

/** GitHub says when neither was. */
function changeOf({ repository, sender }: RefBody, receivedAt: Date) {
  return {
    source: 'github',
    repository: repository.full_name,
    occurredAt: receivedAt.toISOString(),
    clock: 'received' as const,
    ...defined({ actor: sender }),
  };
}
