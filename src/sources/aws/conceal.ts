import { type Conceal, allConcealed, isSecretName } from '../../domain/secrets.ts';
import { isObject, parseJson } from '../reading/json.ts';
import { operationName } from './cloud-formation.ts';

/** Deeper than AWS nests; what is deeper is left to the rules for everybody. */
const deepest = 30;

/** What boots a machine, and what a secret holds, wherever they stand: `userData`, `Configuration.UserData`. */
const whole = /(?:userdata|secretstring|secretbinary|newsecretvalue)$/;
/** The variables of functions, builds and containers, of which any may be a credential. */
const variables = /(?:environmentvariables?|environmentvariablesoverride|environment\d*variables?\w*)$/;
/** Who has these can confirm or end a subscription. */
const subscription = new Set(['Token', 'SubscribeURL', 'UnsubscribeURL', 'Signature', 'SigningCertURL']);

/** Takes the secrets out that only AWS's own shapes show to be such. */
export function concealAws(body: unknown, conceal: Conceal): unknown {
  return walk(body, conceal, 0);
}

function walk(value: unknown, conceal: Conceal, depth: number): unknown {
  if (depth >= deepest) return value;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value.map((item) => walk(item, conceal, depth + 1));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  return isObject(value) ? walkObject(value, conceal, depth) : value;
}

type Fields = Readonly<Record<string, unknown>>;

function walkObject(object: Fields, conceal: Conceal, depth: number): unknown {
  const isSns = typeof object['Type'] === 'string' && typeof object['TopicArn'] === 'string';
  let changed = false;
  const fields = Object.entries(object).flatMap(([name, field]): readonly (readonly [string, unknown])[] => {
    if (isSns && subscription.has(name)) {
      changed = true;
      return [];
    }
    // No secret, though its name says so: it tells the operations on a stack apart.
    const kept = /^client-?request-?token$/i.test(name) && typeof field === 'string' ? operationName : name;
    const inner = concealField(object, kept, field, conceal, depth);
    changed ||= inner !== field || kept !== name;
    return [[kept, inner]];
  });
  return changed ? Object.fromEntries(fields) : object;
}

function concealField(object: Fields, name: string, field: unknown, conceal: Conceal, depth: number): unknown {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (whole.test(plain)) return concealedAll(field, conceal);
  if (variables.test(plain)) return valuesConcealed(field, conceal);
  if (plain === 'environment' && Array.isArray(field)) return valuesConcealed(field, conceal);
  if (plain === 'environment' && isObject(field)) return environmentConcealed(field, conceal, depth);
  if (isPutParameter(object) && name === 'requestParameters' && isObject(field)) {
    return replaced(field, 'value', (value) => concealedAll(value, conceal));
  }
  if (plain === 'parametervalue' && isSecretParameter(object)) {
    return concealedAll(field, conceal);
  }
  // What SNS and SQS carry is text that is JSON.
  if ((name === 'Message' || name === 'body') && typeof field === 'string' && /^\s*[{[]/.test(field)) {
    const held = parseJson(field);
    const without = walk(held, conceal, depth + 1);
    return without === held ? field : JSON.stringify(without);
  }
  // The notifications of CloudFormation are lines of words.
  if (name === 'Message' && typeof field === 'string')
    return field.replaceAll(/^ClientRequestToken=/gm, 'ClientRequestId=');
  return walk(field, conceal, depth + 1);
}

function isSecretParameter(object: Fields): boolean {
  const key = object['parameterKey'] ?? object['ParameterKey'];
  return typeof key === 'string' && isSecretName(key);
}

function isPutParameter(object: Fields): boolean {
  return object['eventName'] === 'PutParameter';
}

/** `{variables: {…}}` of a function; `{"environment-variables": […]}` of a build. */
function environmentConcealed(field: Fields, conceal: Conceal, depth: number): unknown {
  const inner = replaced(field, 'variables', (value) => valuesConcealed(value, conceal));
  const both = replaced(inner, 'Variables', (value) => valuesConcealed(value, conceal));
  return walk(both, conceal, depth + 1);
}

/** Of a list of names and values the values; of an object all of them. */
function valuesConcealed(field: unknown, conceal: Conceal): unknown {
  if (!Array.isArray(field)) return concealedAll(field, conceal);
  const items: readonly unknown[] = field.map((item) =>
    isObject(item)
      ? replaced(
          replaced(item, 'value', (value) => concealedAll(value, conceal)),
          'Value',
          (value) => concealedAll(value, conceal),
        )
      : concealedAll(item, conceal),
  );
  return items.some((item, index) => item !== field[index]) ? items : field;
}

function replaced(object: Fields, name: string, by: (value: unknown) => unknown): Fields {
  if (!Object.hasOwn(object, name)) return object;
  const inner = by(object[name]);
  return inner === object[name] ? object : { ...object, [name]: inner };
}

/** The same object when all of it was concealed before. */
function concealedAll(value: unknown, conceal: Conceal): unknown {
  const without = allConcealed(value, conceal);
  return JSON.stringify(without) === JSON.stringify(value) ? value : without;
}
