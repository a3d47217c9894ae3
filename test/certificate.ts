import { type KeyObject, generateKeyPairSync, sign } from 'node:crypto';

export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

/** A certificate that signs itself, made anew: https://www.rfc-editor.org/rfc/rfc5280#section-4.1 */
export function selfSigned(name: string, names: readonly string[], until: Date): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const who = sequence(
    tagged(0x31, sequence(oid(0x55, 4, 10), text('Acme Test'))),
    tagged(0x31, sequence(oid(0x55, 4, 3), text(name))),
  );
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));
  const alternatives = sequence(
    ...names.map((each) => tagged(0x82, Buffer.from(each))),
    tagged(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([17])),
    ecdsaWithSha256,
    who,
    sequence(time(new Date('2020-01-01T00:00:00Z')), time(until)),
    who,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(
      0xa3,
      sequence(
        sequence(oid(0x55, 29, 17), tagged(0x04, alternatives)),
        sequence(oid(0x55, 29, 19), tagged(0x04, sequence(tagged(0x01, Buffer.from([0xff]))))),
      ),
    ),
  );
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: signed(body, ecdsaWithSha256, privateKey),
  };
}

function signed(body: Buffer, algorithm: Buffer, key: KeyObject): string {
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, key)]));
  const lines =
    sequence(body, algorithm, signature)
      .toString('base64')
      .match(/.{1,64}/g)
      ?.join('\n') ?? '';
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function oid(...bytes: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes));
}

function text(value: string): Buffer {
  return tagged(0x0c, Buffer.from(value));
}

function time(at: Date): Buffer {
  return tagged(0x18, Buffer.from(`${at.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`));
}
