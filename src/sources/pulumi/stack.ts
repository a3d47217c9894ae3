import { z } from 'zod';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { name } from '../reading/fields.ts';
import { reader, told } from '../reading/reader.ts';
import { stackFields, stackId, stackPlace, stackTitle, userOf } from './fields.ts';

const StackBody = z.object({ ...stackFields, action: name(50) });

/** A stack that is made or done away with; its resources are told by its updates. */
export const readStack = reader(StackBody, (body, { receivedAt, catalog }) => {
  const id = `pulumi:stack:${stackId(body)}:${body.action}`;
  return told({
    statement: {
      key: id,
      source: 'pulumi',
      occurredAt: receivedAt.toISOString(),
      clock: 'received',
      phase: 'happened',
      kind: 'infrastructure',
      title: firstCodePoints(`pulumi stack ${stackTitle(body)} ${body.action}`, 300),
      ...stackPlace(body, catalog),
      ...defined({ actor: userOf(body.user) }),
    },
    identities: [{ type: 'stack', value: id }],
    mentions: [],
  });
});
