import { describe, expect, it } from 'vitest';
import { type SlackGroup, groupMeant, groupNamed } from './group.ts';

describe('groupNamed', () => {
  it.each([
    ['@payments-team', 'payments-team'],
    ['payments-team', 'payments-team'],
    ['@Payments.Team_2', 'payments.team_2'],
    ['@支付', '支付'],
    ['S0614TZR7', 'S0614TZR7'],
    ['<!subteam^S0614TZR7>', 'S0614TZR7'],
    ['<!subteam^S0614TZR7|@payments-team>', 'S0614TZR7'],
    // Words in capitals are handles: an id is longer and has a digit.
    ['SRE', 'sre'],
    ['SECURITY', 'security'],
    ['@S0614TZR7', 's0614tzr7'],
    ['U024BE7LH', null],
    ['Grace Hopper', null],
    ['grace@example.com', null],
    ['<@U024BE7LH>', null],
    ['<!here>', null],
    ['<!subteam^>', null],
    ['@', null],
    ['', null],
  ])('reads %j as %j', (owner, expected) => {
    expect(groupNamed(owner)).toBe(expected);
  });
});

describe('groupMeant', () => {
  const group = (id: string, handle: string, more: Partial<SlackGroup> = {}): SlackGroup => ({
    id,
    handle,
    disabled: false,
    members: [`U0${id}`],
    ...more,
  });
  const groups = [
    group('S0000001', 'payments'),
    group('S0000002', 'Old', { disabled: true }),
    group('S0000003', 'again', { disabled: true }),
    group('S0000004', 'again'),
    group('S0000005', 'twice'),
    group('S0000006', 'twice'),
  ];

  it.each([
    ['payments', { state: 'read', handle: 'payments', members: ['U0S0000001'] }],
    ['S0000001', { state: 'read', handle: 'payments', members: ['U0S0000001'] }],
    ['old', { state: 'disabled', handle: 'Old' }],
    ['S0000002', { state: 'disabled', handle: 'Old' }],
    // Its handle was taken by another group since.
    ['again', { state: 'read', handle: 'again', members: ['U0S0000004'] }],
    ['S0000003', { state: 'disabled', handle: 'again' }],
    ['twice', { state: 'ambiguous', handle: 'twice' }],
    ['S0000006', { state: 'read', handle: 'twice', members: ['U0S0000006'] }],
    ['nothing', { state: 'unknown', handle: null }],
  ])('of %s is %j', (named, expected) => {
    expect(groupMeant(named, groups)).toEqual(expected);
  });
});
