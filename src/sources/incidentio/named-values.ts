import type { Signal } from '../../domain/signal.ts';

/** A custom field of an incident or an attribute of an alert. */
export interface NamedValues {
  readonly name: string;
  readonly values: readonly string[];
}

const environment = /^(?:affected |impacted )?env(?:ironment)?s?$/i;
const service = /^(?:affected |impacted )?(?:service|component|application|app)s?$/i;

/** The environment and the service, where a field is named so and has one value: of several none is the one. */
export function namesOfFields(fields: readonly NamedValues[]): {
  readonly environmentName: Signal['environmentName'] | undefined;
  readonly serviceName: Signal['serviceName'] | undefined;
} {
  const only = (pattern: RegExp) => {
    const [value, ...others] = fields.find(({ name, values }) => pattern.test(name) && values.length > 0)?.values ?? [];
    return others.length === 0 ? value : undefined;
  };
  return { environmentName: only(environment), serviceName: only(service) };
}
