import { type Conceal, concealed } from '../../domain/secrets.ts';
import { isObject } from '../reading/json.ts';
import { own } from './plan.ts';

/** Deeper than values nest; what is deeper is left out, for it was not looked at. */
const deepest = 60;

/**
 * A plan with every value concealed that its own marks call sensitive, wherever the plan repeats it: Terraform writes
 * values out and their marks beside them. Constants in the configuration have no marks and are concealed all.
 */
export function concealPlan(plan: unknown, conceal: Conceal): unknown {
  if (!isObject(plan)) return plan;
  return mapped(plan, {
    resource_changes: each((change) => ofResourceChange(change, conceal)),
    resource_drift: each((change) => ofResourceChange(change, conceal)),
    deferred_changes: each((deferred) =>
      mapped(deferred, { resource_change: (change) => ofResourceChange(change, conceal) }),
    ),
    action_invocations: each((invocation) => ofInvocation(invocation, conceal)),
    deferred_action_invocations: each((deferred) =>
      mapped(deferred, { action_invocation: (invocation) => ofInvocation(invocation, conceal) }),
    ),
    output_changes: entries((change, name) => ofOutputChange(change, isSensitiveOutput(plan, name), conceal)),
    planned_values: (values) => ofValues(values, conceal),
    prior_state: (state) => mapped(state, { values: (values) => ofValues(values, conceal) }),
    variables: entries((variable, name) =>
      isSensitiveVariable(plan, name) ? mapped(variable, { value: (value) => hidden(value, conceal) }) : variable,
    ),
    configuration: (configuration) => withoutConstants(configuration, conceal, 0),
  });
}

/** A value with that concealed which its mask (`true` at any depth of the same shape) calls sensitive. */
export function masked(value: unknown, mask: unknown, conceal: Conceal, depth = 0): unknown {
  if (mask === true) return hidden(value, conceal, depth);
  if (depth >= deepest) return null;
  if (Array.isArray(value) && Array.isArray(mask)) {
    return value.map((item, index) => masked(item, mask[index], conceal, depth + 1));
  }
  if (!isObject(value) || !isObject(mask)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, masked(inner, own(mask, name), conceal, depth + 1)]),
  );
}

/** Everything in it concealed, names excepted. That there is none (null) is no secret. */
function hidden(value: unknown, conceal: Conceal, depth = 0): unknown {
  if (value === null || value === undefined || depth >= deepest) return null;
  if (Array.isArray(value)) return value.map((item) => hidden(item, conceal, depth + 1));
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, hidden(inner, conceal, depth + 1)]));
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return concealed.test(text) ? text : conceal(text);
}

function ofResourceChange(resource: unknown, conceal: Conceal): unknown {
  return mapped(resource, { change: (change) => ofChange(change, conceal) });
}

function ofChange(change: unknown, conceal: Conceal): unknown {
  return mapped(change, {
    before: (value) => masked(value, own(change, 'before_sensitive'), conceal),
    after: (value) => masked(value, own(change, 'after_sensitive'), conceal),
  });
}

function ofOutputChange(change: unknown, sensitive: boolean, conceal: Conceal): unknown {
  if (!sensitive) return ofChange(change, conceal);
  return mapped(change, { before: (value) => hidden(value, conceal), after: (value) => hidden(value, conceal) });
}

function ofInvocation(invocation: unknown, conceal: Conceal): unknown {
  return mapped(invocation, {
    config_values: (value) => masked(value, own(invocation, 'config_sensitive'), conceal),
  });
}

function ofValues(values: unknown, conceal: Conceal): unknown {
  return mapped(values, {
    outputs: entries((output) =>
      own(output, 'sensitive') === true ? mapped(output, { value: (value) => hidden(value, conceal) }) : output,
    ),
    root_module: (module) => ofModule(module, conceal, 0),
  });
}

function ofModule(module: unknown, conceal: Conceal, depth: number): unknown {
  if (depth >= deepest) return null;
  return mapped(module, {
    resources: each((resource) =>
      mapped(resource, { values: (values) => masked(values, own(resource, 'sensitive_values'), conceal) }),
    ),
    child_modules: each((child) => ofModule(child, conceal, depth + 1)),
  });
}

/** Changes of outputs have no marks before format 0.2. */
function isSensitiveOutput(plan: unknown, name: string): boolean {
  const outputs = [own(plan, 'planned_values'), own(own(plan, 'prior_state'), 'values')].map((values) =>
    own(values, 'outputs'),
  );
  return outputs.some((each) => own(own(each, name), 'sensitive') === true);
}

function isSensitiveVariable(plan: unknown, name: string): boolean {
  const declared = own(own(own(own(plan, 'configuration'), 'root_module'), 'variables'), name);
  return own(declared, 'sensitive') === true;
}

function withoutConstants(value: unknown, conceal: Conceal, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return null;
  if (Array.isArray(value)) return value.map((item) => withoutConstants(item, conceal, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'constant_value' || name === 'default'
        ? hidden(inner, conceal, depth + 1)
        : withoutConstants(inner, conceal, depth + 1),
    ]),
  );
}

type Concealer = (value: unknown, name: string) => unknown;

/** The object with these of its fields changed. Anything else than an object stays. */
function mapped(value: unknown, fields: Readonly<Record<string, Concealer>>): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      Object.hasOwn(fields, name) ? fields[name]?.(inner, name) : inner,
    ]),
  );
}

function each(change: (item: unknown) => unknown): Concealer {
  return (value) => (Array.isArray(value) ? value.map((item) => change(item)) : value);
}

function entries(change: Concealer): Concealer {
  return (value) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner, name)]))
      : value;
}
