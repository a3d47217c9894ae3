import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defined } from '../reading/defined.ts';
import { Id, WebUrl, actorOf, name, text } from '../reading/fields.ts';
import { reader, told } from '../reading/reader.ts';
import { environmentIn, projectName } from './project.ts';

/** Go's ApplyResult, with Go's names. Atlantis gives neither an id nor a time. */
const ApplyBody = z.object({
  Workspace: text(200),
  Repo: z.object({ FullName: name(150) }),
  Pull: z
    .object({ Num: Id.nullish(), HeadCommit: text(64), URL: WebUrl, HeadBranch: text(250), Author: text(200) })
    .nullish(),
  User: z.object({ Username: text(200) }).nullish(),
  Success: z.boolean(),
  Directory: text(300),
  ProjectName: text(200),
});

/** An apply of one project for one commit is one change: repeated after it failed, it has succeeded. */
export const readApply = reader(ApplyBody, (body, { receivedAt, catalog }) => {
  const repository = body.Repo.FullName.toLowerCase();
  const { Pull: pull, Success: success } = body;
  const place = { project: body.ProjectName, path: body.Directory, workspace: body.Workspace };
  const commit = /^[0-9a-f]{40}$/.test(pull?.HeadCommit ?? '') ? pull?.HeadCommit : undefined;
  const number = pull?.Num || undefined;
  const what = createHash('sha256')
    .update(JSON.stringify([place.project, place.path, place.workspace]))
    .digest('hex')
    .slice(0, 24);
  const at = receivedAt.toISOString();
  // Applied by the API, there may be nothing that tells one apply from the next.
  const occasion = number === undefined && commit === undefined ? at : `#${number ?? ''}@${commit ?? ''}`;
  const id = `atlantis:${repository}${occasion}:${what}`;
  const pullRequest =
    number === undefined
      ? undefined
      : { repository, number, ...defined({ url: pull?.URL, author: actorOf({ login: pull?.Author }) }) };
  return told({
    statement: {
      key: `${id}:${success ? 'succeeded' : 'failed'}`,
      source: 'atlantis',
      occurredAt: at,
      clock: 'received',
      phase: success ? 'succeeded' : 'failed',
      kind: 'infrastructure',
      title: `atlantis apply ${projectName(place)}${number === undefined ? '' : ` of ${repository}#${number}`}`,
      repository,
      details: defined(place),
      ...defined({
        environmentName: environmentIn(place, catalog),
        commit,
        branch: pull?.HeadBranch,
        actor: actorOf({ login: body.User?.Username }),
        url: pull?.URL,
        pullRequest,
      }),
    },
    identities: [{ type: 'apply', value: id }],
    mentions: [
      ...(commit === undefined ? [] : [{ type: 'commit', value: `${repository}@${commit}` }]),
      ...(number === undefined ? [] : [{ type: 'pull-request', value: `${repository}#${number}` }]),
    ],
  });
});
