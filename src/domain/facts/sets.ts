import type { Facet } from './fact.ts';
import { type Place, shortName } from './place.ts';

/** Lists whose order means nothing, by their names in lower case. Arguments of commands are never among them. */
export const setNames: Readonly<Partial<Record<Facet, readonly string[]>>> = {
  config: ['allowed_hosts', 'allowed_origins', 'allowedorigins', 'scopes', 'tags'],
  infrastructure: [
    'accessmodes',
    'action',
    'actions',
    'add',
    'aliases',
    'allowed_headers',
    'allowed_methods',
    'allowed_origins',
    'apigroups',
    'availability_zones',
    'cidr_blocks',
    'drop',
    'egress',
    'enabled_cloudwatch_logs_exports',
    'externalips',
    'finalizers',
    'imagepullsecrets',
    'ingress',
    'ipv6_cidr_blocks',
    'loadbalancersourceranges',
    'notaction',
    'notresource',
    'policytypes',
    'ports',
    'prefix_list_ids',
    'resource',
    'resourcenames',
    'resources',
    'scopes',
    'security_group_ids',
    'security_groups',
    'source_ranges',
    'subject_alternative_names',
    'subnet_ids',
    'subnets',
    'tags',
    'target_tags',
    'tolerations',
    'verbs',
    'volumemounts',
    'volumes',
    'vpc_security_group_ids',
    'zones',
  ],
  network: ['a', 'aaaa', 'addresses', 'answers', 'caa', 'cname', 'mx', 'names', 'ns', 'ports', 'sans', 'srv', 'txt'],
};

const known = new Map(Object.entries(setNames).map(([facet, names]) => [facet, new Set<string>(names)] as const));

/** In an access policy one of these alone means the list of it. */
const listed = new Set(['Action', 'NotAction', 'Resource', 'NotResource']);

export function isSet(place: Place): boolean {
  return known.get(place.facet)?.has(shortName(place)) === true;
}

export function isListOfOne({ facet, names }: Place): boolean {
  return facet === 'infrastructure' && listed.has(names.at(-1) ?? '');
}

/** Answers of the DNS and names in certificates: neither case nor a dot at the end means anything. */
export function isDomainName({ facet, names }: Place): boolean {
  const about = new Set(['cname', 'mx', 'ns', 'sans', 'srv', 'names']);
  return facet === 'network' && names.some((name) => about.has(name.toLowerCase()));
}
