import type { PlainTextOption } from '@slack/types';
import { changeName, changeStep, isDeploy, kindNoun, personName, serviceName } from '../../domain/change-words.ts';
import type { Change } from '../../domain/change.ts';
import { optionOf } from './field.ts';

/** `checkout 1.41.3 → 1.42.0`, and below it who did it and why it is suspected. */
export function changeOption(change: Change, why = ''): PlainTextOption | null {
  const service = serviceName(change);
  const name = isDeploy(change) && service !== null ? `${service} ${changeStep(change)}` : changeName(change);
  const by = personName(change.actor);
  const kind = `${kindNoun(change.kind, 1)}${service === null || isDeploy(change) ? '' : ` of ${service}`}`;
  return optionOf(
    name,
    change.id,
    [`${kind}${by === null ? '' : ` by ${by}`}`, why].filter((each) => each !== '').join(', '),
  );
}
