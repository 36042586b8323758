import { EncryptionKeys } from '../../backend/src/encryption-keys.ts';

/** A process to be killed amid a rotation. */
const keys = await EncryptionKeys.open(process.argv[2] as string);
process.send?.('begins');
for (;;) await keys.rotate();
