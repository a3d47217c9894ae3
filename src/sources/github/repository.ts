import { z } from 'zod';
import { repositoryRenamed } from '../git-host/refs.ts';
import { defined } from '../reading/defined.ts';
import { Time, text } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { Account, Repository } from './fields.ts';

const Owner = z.object({ login: text(100) }).nullish();
const Body = z.object({
  action: z.string(),
  repository: Repository.extend({ updated_at: Time }),
  sender: Account,
  changes: z
    .object({
      repository: z.object({ name: z.object({ from: text(100) }) }).optional(),
      owner: z.object({ from: z.object({ user: Owner, organization: Owner }) }).optional(),
    })
    .optional(),
});
type Body = z.output<typeof Body>;

/** What it was called before: what is known of it is kept under its name. */
export const readRepository = reader(Body, (body) => {
  const { repository, sender } = body;
  const before = nameBefore(body)?.toLowerCase() ?? null;
  if (before === null) return ignored('the repository is called as it was');
  if (!/^[\w.-]{1,50}\/[\w.-]{1,100}$/.test(before) || before === repository.full_name) return ignored('no other name');
  return told(
    repositoryRenamed(before, {
      source: 'github',
      repository: repository.full_name,
      occurredAt: repository.updated_at.toISOString(),
      clock: 'source',
      ...defined({ actor: sender }),
    }),
  );
});

function nameBefore({ action, repository, changes }: Body): string | null {
  const [owner = '', name = ''] = repository.full_name.split('/');
  if (action === 'renamed') {
    const before = changes?.repository?.name.from;
    return before === undefined ? null : `${owner}/${before}`;
  }
  if (action !== 'transferred') return null;
  const from = changes?.owner?.from;
  const before = from?.user?.login ?? from?.organization?.login;
  return before === undefined ? null : `${before}/${name}`;
}
