/**
 * Sealing at rest: personal columns of the mirror as AES-256-GCM, bound to their place.
 *
 * A sealed value is `<key id>.<base64 of nonce, tag and text>`. Table, row and column are additional data, so a
 * value that is copied to another row does not open there.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface Place {
  table: string;
  row: string;
  column: string;
}

export interface Sealer {
  seal(text: string, place: Place): string;
  /** Null when the value was sealed by another key, for another place, or was tampered with. */
  open(sealed: string, place: Place): string | null;
  /** A keyed hash: equal texts have equal ones, and only the holder of the key can work one out. */
  fingerprint(text: string): string;
}

export function createSealer(sealingKey: Buffer): Sealer {
  const key = Buffer.from(hkdfSync('sha256', sealingKey, '', 'education-ai mirror', 32));
  const hashKey = Buffer.from(hkdfSync('sha256', sealingKey, '', 'education-ai fingerprints', 32));
  const keyId = createHash('sha256').update(key).digest('hex').slice(0, 8);

  return {
    seal(text, place) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(additionalData(place));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return `${keyId}.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
    },
    open(sealed, place) {
      const [id, encoded] = sealed.split('.');
      const bytes = Buffer.from(encoded ?? '', 'base64');
      if (id !== keyId || bytes.length < NONCE_BYTES + TAG_BYTES) return null;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES))
          .setAAD(additionalData(place))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        return (
          decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch {
        return null;
      }
    },

    fingerprint: (text) => createHmac('sha256', hashKey).update(text).digest('hex'),
  };
}

/** As JSON, so that no two places read alike whatever their names hold. */
function additionalData(place: Place): Buffer {
  return Buffer.from(JSON.stringify([place.table, place.row, place.column]));
}
