import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, mayHoldSecrets, textWithoutSecrets, withoutSecrets } from './secrets.ts';

const conceal = (secret: string) => `‹secret ${secret.length.toString(16).padStart(16, '0')}›`;
const hidden = (length: number) => conceal('x'.repeat(length));

describe('a name', () => {
  it.each([
    'password',
    'DB_PASSWORD',
    'masterUserPassword',
    'spring.datasource.password',
    'apiKey',
    'api-key',
    'X-Auth-Token',
    'clientSecret',
    'AWS_SECRET_ACCESS_KEY',
    'private_key',
    'Authorization',
    'Set-Cookie',
    'routing_key',
    'SENTRY_DSN',
    'connection_string',
    'credentials',
    'DB_PASS',
    'dbPass',
    'pass',
    'SecretString',
    'secret_value',
    'password1',
    'passwordHash',
    'privateKeyPem',
    'jwt',
    'SECRET_KEY_BASE',
    'credentials_json',
    'ConnectionStrings',
    'primary_storage_of_the_reports_connection_string_2',
    'kubeconfig',
    'tls.key',
    'api_tokens',
    'SLACK_WEBHOOK_URL',
  ])('%s says that its value is secret', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  it.each([
    'secretName',
    'secret_ref',
    'token_count',
    'tokenId',
    'keys_url',
    'password_policy_length',
    'primary_key',
    'monkey',
    'bypass',
    'compass',
    'passed',
    'hotkeys',
    'key',
    'author',
    'title',
    'x'.repeat(300) + 'password',
  ])('%s does not', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

const pem = `-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----`;
const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLW9mLWFkYQ`;

describe('text', () => {
  it.each([
    ['a private key', `key:\n${pem}\nend`, 'key:\n' + hidden(pem.length) + '\nend'],
    ['a private key cut short', pem.slice(0, 40), hidden(40)],
    ['an AWS key', `used AKIA${'Q'.repeat(16)} once`, `used ${hidden(20)} once`],
    ['a GitHub token', `ghp_${'a'.repeat(36)}`, hidden(40)],
    ['a token of ours', `use swn_${'a_-'.repeat(14)}a here`, `use ${hidden(47)} here`],
    ['a GitLab token', `glpat-${'a'.repeat(20)}.`, `${hidden(26)}.`],
    ['a Slack token', `xoxb-${'1'.repeat(12)}`, hidden(17)],
    [
      'a Slack webhook',
      'https://hooks.slack.com/services/T0/B0/abcdefgh',
      `https://hooks.slack.com/services/${hidden(14)}`,
    ],
    ['a token of a JWT', `seen ${jwt} in a log`, `seen ${hidden(jwt.length)} in a log`],
    ['a bearer', 'Authorization: Bearer abcdefghijklmnop', `Authorization: Bearer ${hidden(16)}`],
    ['a password in an address', 'postgres://ada:hunter2@db/checkout', `postgres://ada:${hidden(7)}@db/checkout`],
    ['a password in an address without a user', 'redis://:hunter2@cache:6379', `redis://:${hidden(7)}@cache:6379`],
    ['an assignment', 'run with DB_PASSWORD=hunter2 and PORT=80', `run with DB_PASSWORD=${hidden(7)} and PORT=80`],
    ['a parameter', 'https://a.example/x?api_key=abcdef&page=2', `https://a.example/x?api_key=${hidden(6)}&page=2`],
    ['an option', 'migrate --password hunter2 --dry-run', `migrate --password ${hidden(7)} --dry-run`],
    ['a line of YAML', 'host: db\npassword: hunter2\nport: 1', `host: db\npassword: ${hidden(7)}\nport: 1`],
    ['a line of a diff', ' a: 1\n+  apiKey: "abcdef"\n', ` a: 1\n+  apiKey: "${hidden(6)}"\n`],
    ['a password in a sentence', 'login with password: hunter22 failed', `login with password: ${hidden(8)} failed`],
    ['a key with blanks', 'aws_secret_access_key = abc12345', `aws_secret_access_key = ${hidden(8)}`],
    ['a header', 'sent X-Api-Key: abc12345, got 401', `sent X-Api-Key: ${hidden(8)}, got 401`],
    ['a cookie', 'Cookie: sid=abcdef', `Cookie: ${hidden(10)}`],
    ['an authorisation', 'Authorization: token abcdef12', `Authorization: token ${hidden(8)}`],
    ['JSON inside', 'error {"password":"hunter2"} end', `error {"password":"${hidden(7)}"} end`],
    [
      'JSON inside, escaped',
      String.raw`e {\"password\":\"hunter2\"}`,
      String.raw`e {\"password\":\"` + hidden(7) + String.raw`\"}`,
    ],
    ['a dictionary inside', "got {'api_key': 'abcdef'}", `got {'api_key': '${hidden(6)}'}`],
    ['a token as a user', `https://${'a1'.repeat(10)}@git.example/x`, `https://${hidden(20)}@git.example/x`],
    ['a signed address', 'https://a.example/b?sig=abcdef12&x=1', `https://a.example/b?sig=${hidden(8)}&x=1`],
    [
      'credentials of curl',
      'curl -s -u ada:hunter2 https://a.example',
      `curl -s -u ada:${hidden(7)} https://a.example`,
    ],
    ['a password of mysql', 'mysql -u ada -phunter2 db', `mysql -u ada -p${hidden(7)} db`],
    ['a block of lines', 'token: |\n  abcdef\n  ghi\nport: 1', `token: |\n${hidden(15)}port: 1`],
    [
      'the data of a Secret',
      'kind: Secret\nmetadata:\n  name: db\ndata:\n  url: YWJj\ntype: Opaque',
      `kind: Secret\nmetadata:\n  name: db\ndata:\n  url: ${hidden(4)}\ntype: Opaque`,
    ],
  ])('with %s loses it', (_, text, without) => {
    expect(textWithoutSecrets(text, conceal)).toBe(without);
    expect(textWithoutSecrets(without, conceal)).toBe(without);
  });

  it.each([
    'Fix token refresh: do not log passwords',
    'Rotate the api key of the search service',
    'Bump secrets-store-csi-driver to 1.4.0',
    'https://example.com/a:b@c',
    'https://example.com/tokens/17?page=2',
    'basic auth for staging',
    'task-force risk-assessment desk-1',
  ])('that only talks about secrets stays: %s', (text) => {
    expect(textWithoutSecrets(text, conceal)).toBe(text);
  });
});

describe('JSON', () => {
  it.each([
    ['a field by its name', { db: { password: 'hunter2', host: 'db' } }, { db: { password: hidden(7), host: 'db' } }],
    ['a number by its name', { pin: 1, password: 123456 }, { pin: 1, password: hidden(6) }],
    ['a value by the name beside it', { name: 'API_KEY', value: 'abc' }, { name: 'API_KEY', value: hidden(3) }],
    [
      'a Kubernetes Secret',
      { kind: 'Secret', metadata: { name: 'db' }, data: { url: 'YWJj' }, stringData: { n: { m: 'abc' } } },
      { kind: 'Secret', metadata: { name: 'db' }, data: { url: hidden(4) }, stringData: { n: { m: hidden(3) } } },
    ],
    ['JSON within text', { note: '{"token":"abcdef","a":1}' }, { note: `{"token":"${hidden(6)}","a":1}` }],
    ['text by its shape', ['see', `ghp_${'a'.repeat(36)}`], ['see', hidden(40)]],
    [
      'what is empty or no value',
      { token: '', secret: null, password: true },
      { token: '', secret: null, password: true },
    ],
    [
      'what a secret name holds, part by part',
      { secret: { name: 'db', key: 'k' } },
      { secret: { name: 'db', key: 'k' } },
    ],
  ])('conceals %s, once', (_, value, without) => {
    expect(withoutSecrets(value, conceal)).toEqual(without);
    expect(withoutSecrets(without, conceal)).toEqual(without);
  });

  it('with nothing to conceal is the same object', () => {
    const value = { a: [1, { b: 'text' }], token_count: 3 };

    expect(withoutSecrets(value, conceal)).toBe(value);
  });

  it('nested without end neither overflows nor passes unseen', () => {
    let nested: unknown = { password: 'hunter2' };
    for (let depth = 0; depth < 5000; depth += 1) nested = [nested];

    expect(JSON.stringify(withoutSecrets(nested, conceal))).not.toContain('hunter2');
  });

  it('is looked at wherever something would be concealed', () => {
    const names = [
      'password',
      'apiToken',
      'db_secret',
      'Authorization',
      'private-key',
      'dsn',
      'otp',
      'sshKey',
      'connStr',
    ];
    const secret = fc.string({ minLength: 8, maxLength: 40 });
    fc.assert(
      fc.property(fc.constantFrom(...names), secret, fc.jsonValue(), (name, value, beside) => {
        const object = { [name]: value, beside };

        expect(withoutSecrets(object, conceal) === object || mayHoldSecrets(object)).toBe(true);
      }),
    );
  });

  it.each([
    [60, true],
    [61, false],
    [20_000, false],
  ])('nested %i deep is kept as a whole: %s', (depth, kept) => {
    const nested: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);

    expect(mayHoldSecrets(nested)).toBe(!kept);
    expect(withoutSecrets(nested, conceal) === nested).toBe(kept);
  });

  it('within text is looked at when escapes hide what it holds', () => {
    const object = { note: String.raw`{"pass\u0077ord":"hunter2"}` };

    expect(mayHoldSecrets(object)).toBe(true);
    expect(withoutSecrets(object, conceal)).toEqual({ note: `{"password":"${hidden(7)}"}` });
  });

  it('of any shape can be walked', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const once = withoutSecrets(value, conceal);

        expect(withoutSecrets(once, conceal)).toEqual(once);
      }),
    );
  });
});
