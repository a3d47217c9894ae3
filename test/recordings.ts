import type { Statement, TimelineEvent } from '../src/domain/event.ts';
import type { Identity } from '../src/domain/identity.ts';
import { deliveryId } from '../src/timeline/delivery-id.ts';
import type { Recording, StoredDelivery } from '../src/timeline/record.ts';

export const now = new Date('2026-11-20T15:00:00.000Z');
let deliveries = 0;

/** An event about a merge. Its key is its title too. */
export function said(key: string, identities: readonly Identity[], fields: Partial<Statement> = {}): TimelineEvent {
  return {
    statement: {
      key,
      source: 'github',
      occurredAt: '2026-11-20T14:00:00.000Z',
      clock: 'source',
      phase: 'happened',
      kind: 'merge',
      title: key,
      repository: 'acme/checkout',
      ...fields,
    },
    identities,
    mentions: [{ type: 'run', value: key }],
  };
}

/** A delivery of GitHub's that says this. */
export function delivered(
  events: readonly TimelineEvent[],
  key: string | null = null,
  fields: Partial<StoredDelivery> = {},
): Recording & { readonly delivery: StoredDelivery } {
  deliveries += 1;
  const receivedAt = new Date(now.getTime() + deliveries);
  const delivery: StoredDelivery = {
    id: deliveryId(receivedAt),
    receivedAt,
    source: 'github',
    key,
    headers: {},
    body: Buffer.from(`{"é":${deliveries}}`),
    outcome: 'recorded',
    error: null,
    ...fields,
  };
  return { delivery, events, signals: [] };
}
