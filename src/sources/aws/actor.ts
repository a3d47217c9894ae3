import { z } from 'zod';
import type { Actor } from '../../domain/event.ts';
import { outsideText } from '../../domain/outside-text.ts';
import { isObject } from '../reading/json.ts';

/** Names of sessions that SDKs, instances and functions give themselves: they name nobody. */
const machineSession =
  /^(?:botocore-session-\d+|aws-?(?:go-|cli-|sdk-)?(?:sdk|session|cli)?[\w-]*\d{6,}|i-[0-9a-f]{8,}|\d+|[0-9a-f]{32}|[0-9a-f-]{36})$/i;

/** Who is behind an ARN of IAM or STS. Undefined: the ARN is none of these. */
export function actorOfArn(arn: string): Actor | undefined {
  const [, type, path] =
    /^arn:[\w-]+:(?:iam|sts)::\d*:(root|user|assumed-role|federated-user|role)(?:\/(.+))?$/.exec(arn) ?? [];
  const parts = path?.split('/') ?? [];
  const last = parts.at(-1) ?? '';
  switch (type) {
    case 'root':
      return { name: `root user of account ${accountOfArn(arn)}` };
    case 'user':
    case 'federated-user':
      return { login: last };
    case 'role':
      return { name: `role ${roleName(last)}` };
    case 'assumed-role':
      return inRole(roleName(parts[0] ?? ''), last);
    case undefined:
    default:
      return undefined;
  }
}

function accountOfArn(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** A person is named by the session; what acts by itself is named by its role alone. */
function inRole(role: string, session: string): Actor {
  if (session === '' || machineSession.test(session)) return { name: `role ${role}` };
  const email = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(session) ? { email: session } : {};
  return { name: `${session} (role ${role})`, ...email };
}

/** IAM Identity Center makes `AWSReservedSSO_<permission set>_<16 hex>`. */
function roleName(role: string): string {
  return /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/.exec(role)?.[1] ?? role;
}

const field = (limit: number) =>
  z
    .unknown()
    .optional()
    .transform((value) => outsideText(value, limit));

const Fields = z.object({
  type: field(50),
  arn: field(500),
  username: field(200),
  accountid: field(50),
  invokedby: field(200),
});

/**
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html, whose names
 * some that pass events on write in small letters.
 */
export const UserIdentity = z
  .unknown()
  .optional()
  .transform((value) => {
    const entries = isObject(value)
      ? Object.entries(value).map(([key, inner]) => [key.toLowerCase(), inner] as const)
      : [];
    const told = Fields.parse(Object.fromEntries(entries));
    return { actor: actorIn(told), invokedBy: told.invokedby };
  });

function actorIn({ type, arn, username, accountid, invokedby }: z.output<typeof Fields>): Actor | undefined {
  if (type === 'Root') return { name: `root user of account ${accountid ?? accountOfArn(arn ?? '')}`.trim() };
  const known = actorOfArn(arn ?? '');
  if (known !== undefined) return known;
  if (username !== undefined) return { login: username };
  if (invokedby !== undefined) return { name: invokedby };
  return accountid === undefined ? undefined : { name: `account ${accountid}` };
}

/** One line for a title or a comparison. */
export function wordsOf(actor: Actor | undefined): string {
  return actor?.name ?? actor?.login ?? actor?.email ?? '';
}
