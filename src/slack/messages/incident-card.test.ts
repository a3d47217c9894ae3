import { expect, it } from 'vitest';
import {
  aFault,
  badDeployCard,
  crowdedCard,
  noFitCard,
  resolvedCard,
  takenBackCard,
  unknownCard,
} from '../../../test/incident-cards.ts';
import { blockKitProblems } from '../block-limits.ts';
import { renderIncidentCard } from './incident-card.ts';

it.each([
  ['likely', badDeployCard()],
  ['taken back', takenBackCard()],
  ['resolved', resolvedCard()],
  ['unknown', unknownCard()],
  ['no change fits', noFitCard()],
  ['2,000 changes, all as long as can be', crowdedCard(2000)],
  ['private', badDeployCard({ incident: aFault({ private: true }) })],
])('is a message that Slack takes: %s', (_, card) => {
  expect(blockKitProblems(renderIncidentCard(card))).toEqual([]);
});
