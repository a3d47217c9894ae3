import type { Collector } from './collector.ts';

interface Listed {
  readonly summary: string;
  /** Loaded when it is used: a collector should not wait for what only others need. */
  readonly load: () => Promise<Collector>;
}

/** Every collector by its name, in the order of the help. */
export const collectors: ReadonlyMap<string, Listed> = new Map<string, Listed>([
  ['dotenv', { summary: 'variables in dotenv files', load: async () => (await import('./dotenv.ts')).dotenv }],
  [
    'config',
    {
      summary: 'JSON, YAML, TOML, properties and INI files, flattened to keys',
      load: async () => (await import('./config.ts')).config,
    },
  ],
  [
    'kubernetes',
    {
      summary: 'what `kubectl get … -o json` tells: images, variables, configuration, resources, nodes',
      load: async () => (await import('./kubernetes.ts')).kubernetes,
    },
  ],
  [
    'docker',
    {
      summary: 'images, variables and limits of containers, from `docker inspect`',
      load: async () => (await import('./docker.ts')).docker,
    },
  ],
  [
    'argocd',
    {
      summary: 'revision, images and whether it is in sync, of Argo CD’s applications',
      load: async () => (await import('./argocd.ts')).argocd,
    },
  ],
  [
    'flux',
    {
      summary: 'revisions, chart versions, values and readiness, of Flux’s objects',
      load: async () => (await import('./flux.ts')).flux,
    },
  ],
  [
    'packages',
    {
      summary: 'versions of packages: lock files of npm, Python and Rust, dpkg, CycloneDX and SPDX',
      load: async () => (await import('./packages.ts')).packages,
    },
  ],
  [
    'os',
    {
      summary: 'the operating system and the runtimes of this machine, or an os-release file',
      load: async () => (await import('./os.ts')).os,
    },
  ],
  [
    'postgresql',
    {
      summary: 'version, settings, schema, migrations and sizes of a PostgreSQL database',
      load: async () => (await import('./postgresql.ts')).postgresql,
    },
  ],
  ['dns', { summary: 'what names resolve to', load: async () => (await import('./dns.ts')).dns }],
  ['tls', { summary: 'the certificates that servers show', load: async () => (await import('./tls.ts')).tls }],
  [
    'http',
    {
      summary: 'status, headers, health and version that an address answers',
      load: async () => (await import('./http.ts')).http,
    },
  ],
  [
    'ports',
    { summary: 'which ports are open and which are closed', load: async () => (await import('./ports.ts')).ports },
  ],
  [
    'terraform-state',
    {
      summary: 'resources and attributes in a Terraform or OpenTofu state',
      load: async () => (await import('./terraform-state.ts')).terraformState,
    },
  ],
  [
    'ansible',
    {
      summary: 'where hosts differ from what Ansible declares',
      load: async () => (await import('./ansible.ts')).ansible,
    },
  ],
  [
    'flags',
    {
      summary: 'the state of feature flags in Unleash, LaunchDarkly or Flagsmith',
      load: async () => (await import('./flags.ts')).flags,
    },
  ],
]);
