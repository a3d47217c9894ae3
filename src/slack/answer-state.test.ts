import fc from 'fast-check';
import { expect, it } from 'vitest';
import { kinds } from '../domain/change.ts';
import { type AnswerState, decodeButton, decodeState, encodeButton, encodeState } from './answer-state.ts';

const from = new Date('2026-11-20T12:00:00Z');
const plain: AnswerState = {
  from,
  to: null,
  environment: null,
  services: [],
  kinds: [],
  actor: null,
  text: null,
};

const name = fc.string({ minLength: 1, maxLength: 30, unit: 'binary' });
const optional = fc.option(name);
const states: fc.Arbitrary<AnswerState> = fc.record({
  from: fc.constant(from),
  to: fc.option(fc.date({ min: new Date('2026-11-20T12:00:01Z'), max: new Date('2027-01-01'), noInvalidDate: true })),
  environment: optional,
  services: fc.array(name, { maxLength: 5 }),
  kinds: fc.uniqueArray(fc.constantFrom(...kinds)),
  actor: optional,
  text: optional,
});

it('brings every state through a button and back', () => {
  fc.assert(
    fc.property(states, optional, (state, choice) => {
      const encoded = encodeState(state);
      fc.pre(encoded !== null);
      const value = encodeButton(encoded ?? '', choice);

      expect(decodeButton(value ?? '')).toEqual({ state, choice: choice });
    }),
  );
});

it('makes no button that Slack would refuse', () => {
  const long = { ...plain, services: Array.from({ length: 50 }, (_, index) => `service-${index}`.repeat(5)) };

  expect(encodeState(long)).toBeNull();
  expect(encodeButton(encodeState(plain) ?? '', 'x'.repeat(3000))).toBeNull();
});

it.each([
  '',
  'null',
  '{}',
  '{"f":"yesterday"}',
  '{"f":1e300}',
  '{"f":-1}',
  '{"f":2,"t":1}',
  '{"f":1,"k":["everything"]}',
  '{"f":1,"s":[""]}',
  `{"f":1,"x":"${'x'.repeat(300)}"}`,
  '{"f":1,"admin":true}',
  `{"f":1,"s":[${'"a",'.repeat(3000)}"a"]}`,
])('takes no state from %j', (value) => {
  expect(decodeState(value)).toBeNull();
});

it('never throws, whatever comes back', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (value) => {
      expect(() => decodeButton(value)).not.toThrow();
    }),
  );
});
