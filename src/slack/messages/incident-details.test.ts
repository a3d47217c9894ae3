import { expect, it } from 'vitest';
import { crowdedCard } from '../../../test/crowded-card.ts';
import { badDeployCard, rollback } from '../../../test/incident-cards.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderDetails } from './incident-details.ts';

it('lists what was changed by service, and reads the same however late it is', () => {
  const card = badDeployCard({ before: [rollback, { ...rollback, id: '11', service: null, services: [] }] });

  expect(JSON.stringify(renderDetails(card).blocks)).toMatch(/>:\\n\*checkout\*\\n• .*\\n\*No service named\*\\n• /);
  expect(renderDetails({ ...card, until: new Date() })).toEqual(renderDetails(card));
});

it('says how many more there are than a message holds, and calls nobody', () => {
  const { since } = crowdedCard(2000);
  const before = Array.from({ length: 40 }, () => since).flat();
  const message = renderDetails(badDeployCard({ before, total: 2000, sinceTotal: 40, totalIsFloor: true }));

  expect(blockKitProblems(message)).toEqual([]);
  expect(JSON.stringify(message)).toMatch(/… and at least 1,9\d\d earlier changes: `\/since` here lists them/);
  expect(JSON.stringify(message)).not.toContain('<!channel>');
});
