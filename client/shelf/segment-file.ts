/** Files of the shelf, as a lane writes and reads them: by sync access handle, one writer a file. */
import type { ByteReader } from './byte-reader.ts'
import { storageProblem } from './faults.ts'
import { openSync, privateFolder, removeFrom } from './private-files.ts'

/** Folder of the origin private file system that holds a folder a job. */
export const shelfFolder = 'shelf'
/** Folder for downloads that wait for their link to be followed. */
export const savedFolder = 'saved'

/** Whether this worker can write OPFS by sync access handles; tries it on a file of its own. */
export async function canShelve(name: string = crypto.randomUUID()): Promise<boolean> {
  try {
    const root = await privateFolder([], { create: false })
    const handle = await openSync(root, name, { create: true })
    handle.write(new Uint8Array(1), { at: 0 })
    handle.close()
    await removeFrom(root, name)
    return true
  } catch {
    return false
  }
}

/** One segment's file, open for writing by one lane. Failures are `storage-full` or `internal`. */
export interface SegmentFile {
  write(bytes: Uint8Array<ArrayBuffer>, at: number): void
  /** Flushes once and closes: the segment is whole. */
  finish(): void
  /** Closes without a promise; the journal is missing, so nobody reads it. */
  abandon(): void
}

export async function createSegmentFile(jobId: string, segment: number): Promise<SegmentFile> {
  try {
    return segmentFile(await openSegment(jobId, segment, { create: true }))
  } catch (cause) {
    throw storageProblem(cause)
  }
}

/**
 * A segment's file for exact reading, from its beginning. By a sync handle: in Chromium that is one call of the system,
 * where a stream of the file goes through another process. Failures are `internal`.
 */
export async function openSegmentFile(jobId: string, segment: number): Promise<ByteReader> {
  try {
    return handleReader(await openSegment(jobId, segment, { create: false }))
  } catch (cause) {
    throw storageProblem(cause)
  }
}

function handleReader(handle: FileSystemSyncAccessHandle): ByteReader {
  let at = 0
  return {
    async fill({ buffer, offset, length }) {
      const filled = handle.read(new Uint8Array(buffer, offset, length), { at })
      at += filled
      return { buffer, filled }
    },
    cancel: async () => handle.close(),
  }
}

async function openSegment(
  jobId: string,
  segment: number,
  options: { create: boolean },
): Promise<FileSystemSyncAccessHandle> {
  return openSync(await privateFolder([shelfFolder, jobId], options), String(segment), options)
}

/** An open handle as a {@link SegmentFile}. */
export function segmentFile(handle: FileSystemSyncAccessHandle): SegmentFile {
  return {
    write(bytes, at) {
      try {
        // A full disk shows as an error in some engines and as a short write in others.
        if (handle.write(bytes, { at }) < bytes.length) throw new DOMException('short write', 'QuotaExceededError')
      } catch (cause) {
        throw storageProblem(cause)
      }
    },
    finish() {
      try {
        handle.flush()
      } catch (cause) {
        throw storageProblem(cause)
      } finally {
        handle.close()
      }
    },
    abandon: () => handle.close(),
  }
}
