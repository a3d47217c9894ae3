import { stemOf } from '../words.ts';

/**
 * What people see of a part of a system, and what those call it who change it, are often different words: a database
 * that refuses connections, and a parameter group of RDS.
 */
const parts: Readonly<Record<string, string>> = {
  'the database': `database databases db dbs sql postgres postgresql mysql mariadb mongo mongodb rds aurora cockroach dynamodb
    query queries table tables column columns schema migration migrations deadlock deadlocks lock locks transaction
    transactions replica replicas replication pgbouncer rows index indexes indices vacuum`,
  'the network': `network dns domain route53 tls ssl certificate certificates cert certs handshake vpc subnet firewall
    securitygroup ingress egress loadbalancer alb elb nlb proxy nginx envoy haproxy cdn cloudfront cloudflare routing
    unreachable reachable hostname resolve resolver refused mtls istio mesh`,
  'the cache': `cache caches cached caching redis memcached elasticache valkey eviction evictions evicted ttl`,
  'a queue': `queue queues kafka rabbitmq sqs sns pubsub topic topics broker consumer consumers producer backlog lag nats
    kinesis worker workers celery sidekiq`,
  'memory use': `memory oom oomkilled heap leak leaks leaking gc garbage rss swap`,
  'computing power': `cpu throttled throttling throttle autoscaling autoscaler hpa scaling capacity replicas nodepool nodegroup
    scheduling quota saturation saturated starved concurrency threads`,
  'signing in': `login logins signin auth authentication authorization authorisation oauth oauth2 oidc sso saml session sessions
    token tokens jwt password credential credentials permission permissions iam forbidden unauthorized unauthorised`,
  storage: `disk disks storage volume volumes ebs bucket buckets s3 inode inodes filesystem nfs blob blobs`,
  'how long is waited': `timeout timeouts latency deadline deadlines slow slower slowness retry retries backoff keepalive`,
};

/** None of the names is itself a word that could be found. */
const partOf = new Map<string, string>();
for (const [part, words] of Object.entries(parts)) {
  for (const word of words.split(/\s+/)) partOf.set(stemOf(word), part);
}

/** The part of a system that a word speaks of; null: none, or many. */
export function partNamed(stem: string): string | null {
  return partOf.get(stem) ?? null;
}

/** The stems of all words that speak of a part. */
export function wordsFor(part: string): readonly string[] {
  return (parts[part] ?? '').split(/\s+/).map(stemOf);
}
