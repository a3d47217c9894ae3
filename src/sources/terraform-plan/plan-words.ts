import type { Action } from './plan.ts';

/** How far the words are about: what would be, what is, what others did. */
export type Tense = 'to come' | 'done' | 'found';

const verbs: Readonly<Record<Action, Readonly<Record<Tense, string>>>> = {
  create: { 'to come': 'to create', done: 'created', found: 'created' },
  update: { 'to come': 'to change', done: 'changed', found: 'changed' },
  replace: { 'to come': 'to replace', done: 'replaced', found: 'replaced' },
  delete: { 'to come': 'to destroy', done: 'destroyed', found: 'deleted' },
  import: { 'to come': 'to import', done: 'imported', found: 'imported' },
  forget: { 'to come': 'to forget', done: 'forgotten', found: 'forgotten' },
};

const order: readonly Action[] = ['create', 'update', 'replace', 'delete', 'import', 'forget'];

/** `2 to create, 1 to destroy`; of one resource its address: `aws_instance.web replaced`. */
export function summary(
  resources: readonly { readonly address: string; readonly action: Action }[],
  outputs: number,
  tense: Tense,
): string {
  const [only] = resources;
  const outputWords =
    outputs === 0 ? [] : [`${outputs} ${outputs === 1 ? 'output' : 'outputs'} ${verbs.update[tense]}`];
  if (only === undefined) return [...outputWords, 'no resources'].join(', ');
  if (resources.length === 1) return [`${only.address} ${verbs[only.action][tense]}`, ...outputWords].join(', ');
  const counts = order.flatMap((action) => {
    const count = resources.filter((each) => each.action === action).length;
    return count === 0 ? [] : [`${count} ${verbs[action][tense]}`];
  });
  return [...counts, ...outputWords].join(', ');
}
