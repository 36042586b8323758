import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { compactDecrypt, errors } from 'jose';
import { type ConnectionRequest, problemTypes, SealedPassword } from '../../utils/onboarding/contract.ts';
import { type Destination, destinationText } from '../../utils/onboarding/seal.ts';
import { Secret } from '../../utils/secret.ts';
import { EncryptionKeys, MAX_AGE_SECONDS } from './encryption-keys.ts';
import { RequestProblem } from './problems.ts';
import type { MasterKey, Secrets } from './secrets.ts';

/** How far a sealing time may lie in the future: clocks are wrong. */
const MAX_AHEAD_SECONDS = 24 * 3600;

/** What a request says of where its password goes. */
type Meant = Destination & Pick<ConnectionRequest, 'email'>;

/** What passwords are opened with on their way here, and encrypted with where they are kept. */
export class KeyRing {
  /** What passwords are sealed with on their way here. */
  readonly encryption: EncryptionKeys;
  readonly #master: MasterKey;
  readonly #origins: ReadonlySet<string>;

  private constructor(encryption: EncryptionKeys, master: MasterKey, origins: readonly string[]) {
    this.encryption = encryption;
    this.#master = master;
    this.#origins = new Set(origins);
  }

  static async open(secrets: Secrets, master: MasterKey, origins: readonly string[]): Promise<KeyRing> {
    return new KeyRing(await EncryptionKeys.open(secrets), master, origins);
  }

  /**
   * Opens a sealed password, after checking that it was sealed for this request at this backend.
   * @throws RequestProblem when the key is not known, the seal is broken, or it was made for something else
   */
  async unseal(sealed: string, workspace: string, connection: string, request: Meant): Promise<Secret> {
    const { password, aud, iat, version } = await this.#open(sealed, workspace, connection, request);
    // Before there were versions nothing said where it goes. Then nothing but the provider and the address may say so.
    if (version === undefined && (request.login !== undefined || request.servers !== undefined)) {
      throw new RequestProblem(
        problemTypes.sealForOther,
        400,
        'The password was sealed without its servers and user name.',
      );
    }
    if (!this.#origins.has(aud)) {
      throw new RequestProblem(
        problemTypes.sealForOther,
        400,
        'The password was sealed for a different backend.',
      );
    }
    const now = Date.now() / 1000;
    if (iat < now - MAX_AGE_SECONDS || iat > now + MAX_AHEAD_SECONDS) {
      throw new RequestProblem(
        problemTypes.sealTime,
        400,
        'The sealing time is too far from the backend’s clock.',
      );
    }
    return new Secret(password);
  }

  /**
   * Opens one that was unsealed before: time has passed since, and the backend may have another address.
   * @throws RequestProblem when it never will be opened again, because its key was revoked
   */
  async reopen(sealed: string, workspace: string, connection: string, request: Meant): Promise<Secret> {
    return new Secret((await this.#open(sealed, workspace, connection, request)).password);
  }

  async #open(
    sealed: string,
    workspace: string,
    connection: string,
    request: Meant,
  ): Promise<SealedPassword> {
    const content = SealedPassword.safeParse(await this.#decrypt(sealed));
    if (!content.success) {
      throw new RequestProblem(
        problemTypes.sealBroken,
        400,
        'The content of the sealed password isn’t valid.',
      );
    }
    const bound = content.data;
    const isMeant =
      bound.workspace === workspace && bound.connection === connection && bound.email === request.email;
    if (!isMeant) {
      throw new RequestProblem(
        problemTypes.sealForOther,
        400,
        'The password was sealed for a different mailbox.',
      );
    }
    if (bound.version !== undefined && destinationText(bound) !== destinationText(request)) {
      throw new RequestProblem(
        problemTypes.sealForOther,
        400,
        'The password was sealed for a different provider, servers or user name.',
      );
    }
    return bound;
  }

  async #decrypt(sealed: string): Promise<unknown> {
    try {
      const { plaintext } = await compactDecrypt(
        sealed,
        async ({ kid }) => {
          const key = await this.encryption.find(kid ?? '');
          if (!key)
            throw new RequestProblem(problemTypes.keyUnknown, 409, 'The key it was sealed with isn’t known.');
          return key;
        },
        { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] },
      );
      return JSON.parse(new TextDecoder().decode(plaintext));
    } catch (error) {
      if (error instanceof RequestProblem) throw error;
      if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError) {
        throw new RequestProblem(problemTypes.sealBroken, 400, 'The sealed password couldn’t be opened.');
      }
      throw error;
    }
  }

  /** Tells two requests apart without keeping their password. */
  fingerprint({ provider, email, login, servers, pageHost }: ConnectionRequest, password: Secret): string {
    // Another page's host can mean other servers. Without one it is what it was before there were any, so that a request
    // repeated across an update of the backend is still the same.
    const where = JSON.stringify(pageHost === undefined ? (servers ?? null) : { servers, pageHost });
    const facts = [provider, email, login ?? '', where, password.open()];
    return createHmac('sha256', this.#master.derive('fingerprint'))
      .update(facts.join('\0'))
      .digest('base64url');
  }

  /** Finds the workspace of an API key without keeping the key in clear. */
  apiKeyFingerprint(key: Secret): string {
    return createHmac('sha256', this.#master.derive('api-key-fingerprint'))
      .update(key.open())
      .digest('base64url');
  }

  /** Encrypts a verified mailbox's password for the database, tied to its workspace and address. */
  encrypt(password: Secret, workspace: string, email: string): Buffer {
    return this.#master.encrypt(password.open(), `mailbox\0${workspace}\0${email}`);
  }

  /** @throws Error when it was moved to another mailbox, changed, or encrypted with another master key */
  decrypt(stored: Uint8Array, workspace: string, email: string): Secret {
    return new Secret(this.#master.decrypt(stored, `mailbox\0${workspace}\0${email}`));
  }

  /** Encrypts a workspace's API key for the database, tied to the workspace. */
  encryptApiKey(key: Secret, workspace: string): Buffer {
    return this.#master.encrypt(key.open(), `api-key\0${workspace}`);
  }

  /** @throws Error when it was moved to another workspace, changed, or encrypted with another master key */
  decryptApiKey(stored: Uint8Array, workspace: string): Secret {
    return new Secret(this.#master.decrypt(stored, `api-key\0${workspace}`));
  }
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const key = randomBytes(32);
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
