// Its dependency-injection library refuses to load without it.
import 'reflect-metadata';
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const KEY = { name: 'ECDSA', namedCurve: 'P-256' };
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' };
const DAY = 24 * 3600 * 1000;

export interface Certificate {
  /** PEM */
  cert: string;
  /** PEM */
  key: string;
  /** Base64 of the SHA-256 of the public key, as Chromium's `--ignore-certificate-errors-spki-list` takes it. */
  spki: string;
}

export interface CertificateOptions {
  expired?: boolean;
  selfSigned?: boolean;
}

export interface Pki {
  /** The authority's own certificate, PEM: what is to be trusted. */
  ca: string;
  /** A server's certificate for these names and addresses. */
  certificateFor(hosts: readonly string[], options?: CertificateOptions): Promise<Certificate>;
}

/** A certificate authority that lives as long as the test: nothing of it is stored. */
export async function createPki(): Promise<Pki> {
  const { subtle } = crypto;
  const authorityKeys = await subtle.generateKey(KEY, true, ['sign', 'verify']);
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Throw-away test authority',
    keys: authorityKeys,
    signingAlgorithm: SIGNATURE,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 7 * DAY),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });

  return {
    ca: authority.toString('pem'),
    certificateFor: async (hosts, { expired = false, selfSigned = false } = {}) => {
      const keys = await subtle.generateKey(KEY, true, ['sign', 'verify']);
      const subject = `CN=${hosts[0]}`;
      const certificate: X509Certificate = await X509CertificateGenerator.create({
        subject,
        issuer: selfSigned ? subject : authority.subject,
        publicKey: keys.publicKey,
        signingKey: (selfSigned ? keys : authorityKeys).privateKey,
        signingAlgorithm: SIGNATURE,
        notBefore: new Date(Date.now() - 2 * DAY),
        notAfter: new Date(Date.now() + (expired ? -1 : 7) * DAY),
        extensions: [
          new BasicConstraintsExtension(false),
          new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension(
            hosts.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
          ),
        ],
      });
      const spki = await subtle.exportKey('spki', keys.publicKey);
      return {
        cert: certificate.toString('pem'),
        key: PemConverter.encode(await subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
        spki: createHash('sha256').update(Buffer.from(spki)).digest('base64'),
      };
    },
  };
}
