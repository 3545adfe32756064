/** Compare and swap: the one way in which documents change. */
import { Problem } from '#shared/contract/problems.ts'
import type { Versioned } from '../store/records.ts'
import type { Documents } from '../store/store.ts'

/** More writers than this on one document at one time are an attack, or a bug. */
const attempts = 1000

/**
 * Reads a document, lets `next` decide from it, and stores the answer unless somebody was faster: then again.
 * `next` answers null to leave it as it is. Gives the document as it stands afterwards, or null where there is none.
 */
export async function changeDocument<Key, Doc extends Versioned>(
  documents: Documents<Key, Doc>,
  key: Key,
  next: (doc: Doc) => Doc | null,
): Promise<Doc | null> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const doc = await documents.get(key)
    if (doc === null) return null
    const changed = next(doc)
    if (changed === null) return doc
    if (await documents.swap({ ...changed, version: doc.version })) return { ...changed, version: doc.version + 1 }
  }
  throw new Problem('unavailable')
}
