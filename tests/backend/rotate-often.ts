import { EncryptionKeys } from '../../backend/src/encryption-keys.ts';
import { FileSecrets } from '../../backend/src/secrets.ts';

/** A process that rotates the keys so many times, or until it is killed. */
const [, , folder, times = Number.POSITIVE_INFINITY] = process.argv;
const keys = await EncryptionKeys.open(new FileSecrets(folder as string));
process.send?.('begins');
for (let i = 0; i < Number(times); i++) await keys.rotate();
process.disconnect?.();
