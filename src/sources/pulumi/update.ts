import { z } from 'zod';
import type { Phase } from '../../domain/event.ts';
import { firstCodePoints } from '../../domain/outside-text.ts';
import { defined } from '../reading/defined.ts';
import { runMentions } from '../reading/deploy-mentions.ts';
import { WebUrl, name, text } from '../reading/fields.ts';
import { ignored, reader, told } from '../reading/reader.ts';
import { pathOf, stackFields, stackId, stackPlace, stackTitle, userOf } from './fields.ts';
import { ResourceChanges, changeWords, saysNothingChanged } from './resource-changes.ts';

const UpdateBody = z.object({
  ...stackFields,
  updateUrl: WebUrl,
  kind: text(50),
  result: name(50),
  resourceChanges: ResourceChanges,
  isPreview: z.boolean().nullish(),
});

const phases: ReadonlyMap<string, Phase> = new Map<string, Phase>([
  ['in-progress', 'started'],
  ['running', 'started'],
  ['succeeded', 'succeeded'],
  ['failed', 'failed'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
]);

/** `pulumi up`, `destroy`, `import` and `refresh`. What a refresh finds, others have changed. */
export const readUpdate = reader(UpdateBody, (body, { receivedAt, catalog }) => {
  if (body.isPreview === true || body.kind === 'preview') return ignored('a preview changes nothing');
  const kind = body.kind ?? 'update';
  const words = changeWords(body.resourceChanges);
  const isRefresh = kind === 'refresh';
  if (saysNothingChanged(body.resourceChanges) && body.result === 'succeeded') return ignored(`a ${kind} of nothing`);
  if (isRefresh && (words === '' || body.result !== 'succeeded')) return ignored('a refresh that found nothing');
  const at = receivedAt.toISOString();
  const id = `pulumi:${pathOf(body.updateUrl) ?? `${stackId(body)}:${at}`}`;
  return told({
    statement: {
      key: `${id}:${body.result}`,
      source: 'pulumi',
      occurredAt: at,
      clock: 'received',
      phase: isRefresh ? 'happened' : (phases.get(body.result) ?? 'mentioned'),
      kind: isRefresh ? 'drift' : 'infrastructure',
      title: firstCodePoints(`pulumi ${isRefresh ? 'refresh found drift in' : kind} ${stackTitle(body)}${words}`, 300),
      ...stackPlace(body, catalog),
      ...defined({ actor: userOf(body.user), url: body.updateUrl }),
    },
    identities: [{ type: 'update', value: firstCodePoints(id, 300) }],
    mentions: runMentions([body.updateUrl]),
  });
});
